package ir

import (
	"fmt"
	"go/token"
	"go/types"
	"io"
	"strings"
)

// Dump writes a program for people: every node on a line of its own below what it
// is a part of, with its type and its position. It takes trees that are not in
// order, too. position is the text of a position.
func Dump(w io.Writer, p *Program, position func(token.Pos) string) error {
	d := &dumper{w: w, position: position}
	for _, v := range p.Vars {
		d.line(0, "var "+v.Name, v.Info())
	}
	for _, f := range p.Funcs {
		d.function(f)
	}
	return d.err
}

// dumper writes lines until one cannot be written.
type dumper struct {
	w        io.Writer
	position func(token.Pos) string
	err      error // the first
}

// line writes one node.
func (d *dumper) line(depth int, text string, v *Value) {
	s := strings.Repeat("  ", depth) + text
	if v != nil && v.Type != nil {
		s += " : " + types.TypeString(v.Type, func(p *types.Package) string { return p.Name() })
	}
	if v != nil && v.Pos.IsValid() {
		s += " @" + d.position(v.Pos)
	}
	if _, err := fmt.Fprintln(d.w, s); err != nil && d.err == nil {
		d.err = err
	}
}

// function writes a function's names and types, then its statements.
func (d *dumper) function(f *Func) {
	d.line(0, "\nfunc "+f.Name, nil)
	for _, v := range f.Params {
		d.line(1, "param "+v.Name, v.Info())
	}
	for _, t := range f.Results {
		d.line(1, "result", &Value{Type: t})
	}
	for _, v := range f.Locals {
		d.line(1, "var "+v.Name, v.Info())
	}
	d.block(1, f.Body)
}

// block writes statements in a row.
func (d *dumper) block(depth int, list []Stmt) {
	for _, s := range list {
		d.stmt(depth, s)
	}
}

// stmt writes a statement with its parts below it, under words where there are several
// kinds.
func (d *dumper) stmt(depth int, s Stmt) {
	head := func(text string) { d.line(depth, text, &Value{Pos: s.Where()}) }
	switch s := s.(type) {
	case *Assign:
		head("assign")
		d.list(depth+1, s.Lhs)
		d.line(depth, "of", nil)
		d.list(depth+1, s.Rhs)
	case *Update:
		head("update")
		d.list(depth+1, []Expr{s.X, s.Value})
	case *Do:
		head("do")
		d.expr(depth+1, s.X)
	case *If:
		head("if")
		d.expr(depth+1, s.Cond)
		d.line(depth, "then", nil)
		d.block(depth+1, s.Then)
		if s.Else != nil {
			d.line(depth, "else", nil)
			d.block(depth+1, s.Else)
		}
	case *For:
		head("for")
		if s.Cond != nil {
			d.expr(depth+1, s.Cond)
		}
		d.line(depth, "next", nil)
		d.block(depth+1, s.Post)
		d.line(depth, "body", nil)
		d.block(depth+1, s.Body)
	case *Label:
		head("label " + s.Name)
	case *Goto:
		head("goto " + s.Name)
	case *Branch:
		head(s.Tok.String())
	case *Return:
		head("return")
		d.list(depth+1, s.Results)
	}
}

// list writes expressions in a row; nil is the place of a value that is dropped.
func (d *dumper) list(depth int, list []Expr) {
	for _, e := range list {
		if e == nil {
			d.line(depth, "nothing", nil)
			continue
		}
		d.expr(depth, e)
	}
}

// expr writes an expression with its operands below it.
func (d *dumper) expr(depth int, e Expr) {
	d.line(depth, label(e), e.Info())
	if s, ok := e.(*Seq); ok {
		d.block(depth+1, s.Body)
		d.expr(depth+1, s.X)
		return
	}
	d.list(depth+1, Operands(e))
}

// label is a node without its operands.
func label(e Expr) string {
	switch e := e.(type) {
	case *Var:
		return e.Name
	case *Const:
		return literal(e.Val)
	case *Symbol:
		return "s." + e.Name
	case *FuncName:
		return e.Name
	case *Operation:
		return "x." + e.Op.Name
	case *Builtin:
		return e.Name
	case *Deref:
		if e.Box {
			return "unbox"
		}
		return "deref"
	case *Addr:
		return "address"
	case *Field:
		return "field " + e.Name
	case *Index:
		return "index"
	case *Not:
		return "not"
	case *Binary:
		return e.Op.String()
	case *Struct:
		return "struct " + strings.Join(e.Names, ", ")
	case *Call:
		return "call " + label(e.Fun)
	case *Seq:
		return "after"
	case *Old:
		return "old"
	}
	return fmt.Sprintf("%T", e)
}
