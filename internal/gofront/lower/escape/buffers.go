package escape

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// What follows answers another question: which calls of append does Go's compiler give
// a first array on the stack? It has room for 32 bytes, so a program that prints cap sees
// it, or one that slices behind the length. The compiler does so where the array does not outlive its function, which it finds
// in a graph: places where values are kept, and between them the ways that values take,
// each with the number of pointers that are followed on it, -1 for an address that is
// taken. This is the same graph, smaller: what is not followed here escapes, and then
// the array is as large as append's result asks for.

// Package is one whose functions call each other.
type Package struct {
	Info  *types.Info
	Files []*ast.File
}

// Array is what an append, or a conversion of a string to a slice, makes where the
// compiler has an array on the stack.
type Array int

// None is no such array. First is one of full size, for the first elements; Once is that
// where it may be asked for again in the same call of the function, which does not get it
// twice. Classes is one that seems to grow, by the sizes that the allocator has. Shared is
// none: bytes that nobody changes are those of the string.
const (
	None Array = iota
	First
	Once
	Classes
	Shared
)

// Buffers are the calls of append in packages that have an array on the stack, and the
// conversions of which a program sees what array they have.
func Buffers(packages []Package) map[*ast.CallExpr]Array {
	a := &analysis{funcs: map[*types.Func]*function{}}
	for _, p := range packages {
		for _, file := range p.Files {
			for _, d := range file.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
					if o, ok := p.Info.Defs[fd.Name].(*types.Func); ok {
						f := &function{decl: fd, info: p.Info, obj: o}
						a.funcs[o] = f
						a.list = append(a.list, f)
					}
				}
			}
		}
	}
	var asked []*function
	for _, f := range a.list {
		if !f.makesArrays() {
			continue
		}
		asked = append(asked, f)
		if !f.begun {
			a.solve(f)
		}
	}
	for again := a.mutual; again; again = a.changed {
		a.changed = false
		for _, f := range a.list {
			if f.flows != nil {
				f.flows = a.flowsOf(f)
				f.flows.tag()
			}
		}
	}
	found := map[*ast.CallExpr]Array{}
	for _, f := range asked {
		w := f.flows
		w.stackArrays(found, w.moved(found))
		w.copies(found)
	}
	return found
}

// makesArrays says whether an append or a conversion is in the function.
func (f *function) makesArrays() (found bool) {
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			id, named := ast.Unparen(c.Fun).(*ast.Ident)
			found = found || named && id.Name == "append" || conversion(f.info, c)
		}
		return !found
	})
	return found
}

// solve finds what f does with its parameters, which depends on what those do that it
// calls: making the graph of f solves them first. Of functions that call themselves or
// each other, the one that was begun knows nothing yet. At first nobody does anything
// with a parameter; to look again can only add to that, and is done until it does not.
func (a *analysis) solve(f *function) {
	f.begun = true
	for f.flows == nil {
		w := a.flowsOf(f)
		a.changed = false
		if w.tag(); !a.changed || !w.recursive {
			f.flows = w
		}
	}
}

// calls has f solved, of whose tags the graph is made, where that can be done first.
func (w *flows) calls(f *function) {
	switch {
	case f == w.f:
		w.recursive = true
	case !f.begun:
		w.a.solve(f)
	case f.flows == nil:
		w.a.mutual = true
	}
}

// analysis is of a program's functions.
type analysis struct {
	funcs   map[*types.Func]*function
	list    []*function
	mutual  bool // there are functions that call each other
	changed bool // tags were added to
}

// function is a declared function.
type function struct {
	decl *ast.FuncDecl
	info *types.Info
	obj  *types.Func
	tags map[*types.Var]*tag

	begun bool   // its graph is being made, or was
	flows *flows // its graph, when all that it calls had their tags
}

// tag says where a parameter's value goes: after how many pointers, if it does. Changed
// and seen are the ways to what somebody writes to, and asks for the capacity of.
type tag struct {
	heap          way
	results       map[int]way
	changed, seen way
}

// keeps says whether the value goes anywhere.
func (t *tag) keeps() bool { return t != nil && (t.heap != 0 || len(t.results) > 0) }

// way is a number of pointers that are followed. The zero way leads nowhere.
type way int

func wayOf(derefs int) way { return way(derefs + 1) }

func (w way) derefs() (n int, ok bool) { return int(w) - 1, w > 0 }

// shorter takes the way that follows fewer pointers, and says whether that is new.
func (w *way) shorter(derefs int) bool {
	if *w != 0 && int(*w)-1 <= derefs {
		return false
	}
	*w = wayOf(derefs)
	return true
}

// place is where a value is kept: a variable, or what an expression makes.
type place struct {
	in      ast.Node // the function or literal that it belongs to
	from    []edge
	escapes bool
	result  int // of a result of the declared function, from 1
	param   *types.Var
	array   *ast.CallExpr // the append or the conversion whose array it is

	seen   int // the walk that was here last, and how many pointers it had followed
	derefs int
}

// edge is a way on which values come to a place.
type edge struct {
	src    *place
	derefs int
}

// maxPlaces bounds what is looked at: each place is the start of a walk. A function
// that has more keeps its arrays elsewhere.
const maxPlaces = 1000

// solve finds the places whose addresses outlive their functions.
func (w *flows) solve() {
	if len(w.places) > maxPlaces {
		for _, p := range w.places {
			p.escapes = true
		}
		return
	}
	todo := append([]*place{w.heap}, w.places...)
	for len(todo) > 0 {
		root := todo[0]
		todo = append(todo[1:], w.walkFrom(root)...)
	}
}

// walkFrom follows values back from root, by the fewest pointers, and returns the places
// that it has found to escape.
func (w *flows) walkFrom(root *place) (found []*place) {
	w.walk++
	root.seen, root.derefs = w.walk, 0
	queue := []*place{root}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		derefs := p.derefs
		if derefs < 0 { // the address of p gets to root; what p holds is behind it
			derefs = 0
			if !p.escapes && outlives(root, p) {
				p.escapes = true
				found = append(found, p)
			}
		}
		if p.param != nil && outlives(root, p) {
			w.leak(p.param, root, derefs)
		}
		for _, e := range p.from {
			if e.src.escapes { // a root by itself
				continue
			}
			if d := derefs + e.derefs; e.src.seen != w.walk || e.src.derefs > d {
				e.src.seen, e.src.derefs = w.walk, d
				queue = append(queue, e.src)
			}
		}
	}
	return found
}

// outlives says whether what is at root may live longer than p.
func outlives(root, p *place) bool {
	if root.escapes || root.result > 0 {
		return true
	}
	return root.in != p.in && root.in.Pos() <= p.in.Pos() && p.in.End() <= root.in.End()
}

// leak notes where a parameter's value gets to.
func (w *flows) leak(v *types.Var, root *place, derefs int) {
	t := w.f.tag(v)
	if root.result > 0 && !root.escapes {
		to := t.results[root.result-1]
		if to.shorter(derefs) {
			t.results[root.result-1] = to
			w.a.changed = true
		}
	} else if t.heap.shorter(derefs) {
		w.a.changed = true
	}
}

// tag is what f does with its parameter v.
func (f *function) tag(v *types.Var) *tag {
	if f.tags == nil {
		f.tags = map[*types.Var]*tag{}
	}
	t := f.tags[v]
	if t == nil {
		t = &tag{results: map[int]way{}}
		f.tags[v] = t
	}
	return t
}

// tag finds what the function does with its parameters.
func (w *flows) tag() {
	w.solve()
	w.behind(w.changed, func(t *tag) *way { return &t.changed })
	w.behind(w.seen, func(t *tag) *way { return &t.seen })
}

// appendsTo says whether c is v = append(v, x), where nothing looks at v meanwhile.
func (x *exclusives) appendsTo(v *types.Var, c *ast.CallExpr) bool {
	if s := x.vars[v]; s == nil || !slices.Contains(s.appends, c) {
		return false
	}
	for _, a := range c.Args[1:] {
		mentioned := false
		ast.Inspect(a, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			mentioned = mentioned || ok && x.w.info.Uses[id] == v
			return true
		})
		if mentioned {
			return false
		}
	}
	return true
}

// stackArrays adds the calls of append whose arrays stay in the function. Of those for
// one variable the first has the array.
func (w *flows) stackArrays(found map[*ast.CallExpr]Array, x *exclusives) {
	first := map[*types.Var]token.Pos{}
	for _, p := range w.places { // in the order of the text
		if p.array == nil || conversion(w.info, p.array) || p.escapes || w.inRange[p.array] || found[p.array] != None {
			continue
		}
		id, ok := ast.Unparen(p.array.Args[0]).(*ast.Ident)
		if !ok {
			found[p.array] = First
			continue
		}
		v, ok := w.f.info.Uses[id].(*types.Var)
		if !ok { // nil
			found[p.array] = First
			continue
		}
		if _, again := first[v]; again || w.inMemory[v] || w.vars[v] == nil || w.vars[v].in != p.in {
			continue
		}
		first[v] = p.array.Pos()
		found[p.array] = First
		if x.emptied(v) && x.appendsTo(v, p.array) {
			found[p.array] = Once
		}
	}
}
