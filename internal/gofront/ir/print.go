package ir

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// Mark is a position of the reader's program at an offset of the printed one.
// What is printed from there to the next mark comes from there.
type Mark struct {
	Offset int
	Pos    token.Pos
}

// Extent is where a function stands in the printed program, so that each can be compiled
// by itself when it is called, and what its callers have to know before that.
type Extent struct {
	Name string
	// Start is where it begins, Body what follows its opening brace, End what follows its
	// closing one.
	Start, Body, End int
	// Defers says that it has deferred calls of its own.
	Defers bool
	// Straight functions have no loop and no jump, and call operations at most.
	Straight bool
}

// Print writes a program as the Go source that the interpreter compiles, the marks in it
// in the order of their offsets, and where its functions are. spell is the text of a type.
//
// The text is made for the interpreter: one statement a line, operations on
// basic values in parentheses wherever they are operands. Dump is for people.
func Print(p *Program, spell func(types.Type) string) (string, []Mark, []Extent) {
	w := &printer{spell: spell}
	w.text("package main\n\nimport (\n\t\"t\"\n\t\"s\"\n\t\"x\"\n)\n\nvar _ t.Nop\nvar _ = s.Nop\nvar _ = x.Nop\n\n")
	for _, v := range p.Vars {
		w.text("var " + v.Name + " " + spell(v.Type) + "\n")
	}
	for _, f := range p.Funcs {
		w.function(f)
	}
	return w.b.String(), w.marks, w.extents
}

// Text is the text of one expression, without marks.
func Text(e Expr, spell func(types.Type) string) string {
	w := &printer{spell: spell}
	w.expr(e)
	return w.b.String()
}

// printer is text and marks so far.
type printer struct {
	b       strings.Builder
	marks   []Mark
	extents []Extent
	in      Extent // of the function that is being printed
	spell   func(types.Type) string
	// header says that the next brace would open a statement's block, so that a
	// literal with braces needs parentheses.
	header bool
}

func (w *printer) text(s string) { w.b.WriteString(s) }

// mark says where what follows comes from.
func (w *printer) mark(pos token.Pos) {
	if !pos.IsValid() {
		return
	}
	m := Mark{Offset: w.b.Len(), Pos: pos}
	if n := len(w.marks); n > 0 && w.marks[n-1].Offset == m.Offset {
		w.marks[n-1] = m // the innermost counts
		return
	}
	w.marks = append(w.marks, m)
}

// function prints a declaration. A result is always in parentheses, and variables stand
// before everything else: a goto may not jump over a declaration.
func (w *printer) function(f *Func) {
	w.in = Extent{Name: f.Name, Start: w.b.Len(), Straight: true}
	w.text("func " + f.Name + "(")
	for i, p := range f.Params {
		if i > 0 {
			w.text(", ")
		}
		w.text(p.Name + " " + w.spell(p.Type))
	}
	w.text(") ")
	for i, t := range f.Results {
		w.text([...]string{"(", ", "}[min(i, 1)] + w.spell(t))
	}
	if len(f.Results) > 0 {
		w.text(")")
	}
	w.text(" {\n")
	w.in.Body = w.b.Len()
	for _, v := range f.Locals {
		w.text("\tvar " + v.Name + " " + w.spell(v.Type) + "\n")
	}
	w.block(f.Body)
	w.text("}\n")
	w.in.End = w.b.Len()
	w.extents = append(w.extents, w.in)
	w.text("\n")
}

// block prints statements, each on a line of its own. They are not indented: nobody but
// the interpreter's scanner reads them.
func (w *printer) block(list []Stmt) {
	for _, s := range list {
		w.stmt(s)
		w.text("\n")
	}
}

// stmt prints one statement, without the end of its line.
func (w *printer) stmt(s Stmt) {
	w.mark(s.Where())
	switch s.(type) {
	case *For, *Label, *Goto, *Branch:
		w.in.Straight = false
	}
	switch s := s.(type) {
	case *Assign:
		w.list(s.Lhs)
		w.text(" = ")
		w.expr(s.Rhs[0])
	case *Do:
		w.expr(s.X)
	case *If:
		w.ifStmt(s)
	case *For:
		w.forStmt(s)
	case *Label:
		// A label may not stand before a closing brace.
		w.text(s.Name + ":\n")
		w.mark(s.Pos)
		w.text("_ = 0")
	case *Goto:
		w.text("goto " + s.Name)
	case *Branch:
		w.text(s.Tok.String())
	case *Return:
		w.text("return")
		if len(s.Results) > 0 {
			w.text(" ")
			w.list(s.Results)
		}
	default:
		panic(fmt.Sprintf("ir: a tree out of order: %T", s))
	}
}

// ifStmt prints an else even where it is empty: what is in it may be a label.
func (w *printer) ifStmt(s *If) {
	w.text("if ")
	w.header = true
	w.outermost(s.Cond)
	w.header = false
	w.text(" {\n")
	w.block(s.Then)
	if s.Else != nil {
		w.text("} else {\n")
		w.block(s.Else)
	}
	w.text("}")
}

// forStmt prints the shortest form of for that has all of the statement's parts.
func (w *printer) forStmt(s *For) {
	w.text("for ")
	w.header = true
	switch {
	case len(s.Post) > 0:
		w.text("; ")
		if s.Cond != nil {
			w.outermost(s.Cond)
		}
		w.text("; ")
		w.stmt(s.Post[0])
		w.text(" ")
	case s.Cond != nil:
		w.outermost(s.Cond)
		w.text(" ")
	}
	w.header = false
	w.text("{\n")
	w.block(s.Body)
	w.text("}")
}

func (w *printer) list(list []Expr) {
	for i, e := range list {
		if i > 0 {
			w.text(", ")
		}
		w.expr(e)
	}
}

// outermost prints a condition without parentheses around it: the interpreter
// tests one that has them twice.
func (w *printer) outermost(e Expr) {
	w.mark(e.Info().Pos)
	switch e := e.(type) {
	case *Binary:
		w.binary(e)
	case *Deref:
		w.text("*")
		w.expr(e.X)
	default:
		w.expr(e)
	}
}

// binary prints an operation without parentheses.
func (w *printer) binary(e *Binary) {
	w.expr(e.X)
	w.text(" " + e.Op.String() + " ")
	w.expr(e.Y)
}

// expr prints an expression so that it can be an operand of any other.
func (w *printer) expr(e Expr) {
	w.mark(e.Info().Pos)
	switch e := e.(type) {
	case *Var:
		w.text(e.Name)
	case *Const:
		w.text(literal(e.Val))
	case *Symbol:
		w.text("s." + e.Name)
	case *FuncName:
		w.text(e.Name)
	case *Operation:
		w.text("x." + e.Op.Name)
	case *Builtin:
		w.text(e.Name)
	case *Deref:
		w.inside("(*", ")", func() { w.expr(e.X) })
	case *Addr:
		w.text("&")
		w.expr(e.X)
	case *Field:
		w.expr(e.X)
		w.text("." + e.Name)
	case *Index:
		w.expr(e.X)
		w.inside("[", "]", func() { w.expr(e.Index) })
	case *Not:
		w.text("!")
		w.expr(e.X)
	case *Binary:
		w.inside("(", ")", func() { w.binary(e) })
	case *Struct:
		if w.header {
			w.inside("(", ")", func() { w.structure(e) })
			return
		}
		w.structure(e)
	case *Call:
		w.call(e)
	default:
		panic(fmt.Sprintf("ir: a tree out of order: %T", e))
	}
}

// literal is a constant as Go spells it.
func literal(v constant.Value) string {
	switch v.Kind() {
	case constant.String:
		return strconv.Quote(constant.StringVal(v))
	case constant.Bool:
		return strconv.FormatBool(constant.BoolVal(v))
	}
	return v.ExactString()
}

func (w *printer) structure(e *Struct) {
	w.text(w.spell(e.Type) + "{")
	for i, f := range e.Fields {
		if i > 0 {
			w.text(", ")
		}
		w.text(e.Names[i] + ": ")
		w.expr(f)
	}
	w.text("}")
}

func (w *printer) call(e *Call) {
	switch f := e.Fun.(type) {
	case *Operation:
		w.in.Defers = w.in.Defers || f.Op.Kind.Defers()
	case *FuncName, *Symbol:
		w.in.Straight = false
	}
	w.expr(e.Fun)
	w.inside("(", ")", func() {
		w.list(e.Args)
		if e.Spread {
			w.text("...")
		}
	})
}

// inside prints something between brackets, where braces are no block's.
func (w *printer) inside(open, close string, print func()) {
	header := w.header
	w.header = false
	w.text(open)
	print()
	w.text(close)
	w.header = header
}
