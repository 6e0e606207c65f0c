package engine

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// declare gives yaegi the program's variables, and its functions without their bodies:
// callers need no more of a function than its type. A body is compiled when the function
// is called for the first time (tree), as most programs print something before they have
// called half of what they contain.
func (e *Engine) declare() (*interp.Program, error) {
	var heads strings.Builder
	source, rest := e.prog.Source, len(e.prog.Source)
	if len(e.prog.Extents) > 0 {
		rest = e.prog.Extents[0].Start
	}
	heads.WriteString(source[:rest])
	extents := map[string]ir.Extent{}
	for _, x := range e.prog.Extents {
		heads.WriteString(source[x.Start:x.Body] + "}\n")
		extents[x.Name] = x
	}
	_, p, err := e.compileText(heads.String())
	if err != nil {
		return nil, err
	}
	for _, def := range functions(p) {
		e.addFunc(def, extents[nameOf(def)])
	}
	return p, nil
}

// compileText has yaegi compile a file of the program, and returns it with its tree. All
// have the same name, by which yaegi knows what they import.
func (e *Engine) compileText(text string) (*token.File, *interp.Program, error) {
	fset := e.in.FileSet()
	file, err := parser.ParseFile(fset, interp.DefaultSourceName, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	p, err := e.in.CompileAST(file)
	return fset.File(file.FileStart), p, err
}

// functions are those that a file declares.
func functions(p *interp.Program) (list []*node) {
	for _, c := range yaegi.Root(p).Child {
		if c.Kind == yaegi.FuncDecl {
			list = append(list, c)
		}
	}
	return list
}

func nameOf(def *node) string { return def.Child[1].Ident }

// addFunc takes in a lowered function that yaegi knows the head of. Its results and
// parameters get their offsets at once, since callers that are compiled before it have to
// know them.
func (e *Engine) addFunc(def *node, extent ir.Extent) {
	name := nameOf(def)
	f := &fn{e: e, name: name, extent: extent, types: def.Types, nret: len(def.Typ.Ret), nparam: len(def.Typ.Arg), meta: e.prog.Funcs[name]}
	if f.meta == nil {
		f.meta = &lower.Func{Name: name, Reader: name, Hidden: true}
	}
	f.forward = f.meta.Hidden
	f.index = len(e.funcs)
	f.generate = func(f *fn) *block { return newCompiler(f).function() }
	f.size, f.offsets = headerSize, map[int]uintptr{}
	for i := range f.nret + f.nparam {
		off := f.slotAt(i)
		if i >= f.nret {
			f.params = append(f.params, off)
		}
	}
	e.funcs[name] = f
}

// fileHead stands before a function that is a file by itself. What it imports has been
// imported by the file of heads.
const fileHead = "package main\n"

// tree is the function's body. It is compiled when somebody asks first, which is under the
// lock of compilations: in it yaegi, too, does one thing at a time.
func (f *fn) tree() *node {
	if f.body == nil {
		f.load()
	}
	return f.body
}

func (f *fn) load() {
	x := f.extent
	file, p, err := f.e.compileText(fileHead + f.e.prog.Source[x.Start:x.End])
	if err != nil {
		panic(fmt.Sprintf("engine: compile lowered function %s: %v", f.name, err))
	}
	f.e.origins[file] = int32(x.Start - len(fileHead))
	def := functions(p)[0]
	f.types, f.body = def.Types, def.Child[3]
}

// offset is the position of a node in the lowered source, from which Hooks.Position
// finds the reader's. A frame has the one of what runs: four bytes, stored by what may
// fail or call, and only by that.
func (e *Engine) offset(n *node) int32 {
	file := e.in.FileSet().File(n.Pos)
	if file == nil {
		return 0
	}
	return e.origins[file] + int32(file.Offset(n.Pos))
}
