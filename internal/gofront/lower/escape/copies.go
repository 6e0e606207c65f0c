package escape

import (
	"go/ast"
	"go/types"
)

// A conversion of a string to a slice copies it, to an array of 32 elements on the stack if
// it fits and does not outlive its function. Of bytes that nobody writes to, the compiler
// makes no copy at all. A program can tell only where it asks for the capacity, appends, or
// slices, which it may do behind the length.

// copies adds the conversions that the program sees the array of.
func (w *flows) copies(found map[*ast.CallExpr]Array) {
	seen := w.behind(w.seen, nil)
	if len(seen) == 0 {
		return
	}
	changed := w.behind(w.changed, nil)
	for p := range seen {
		switch {
		case p.array == nil || p.escapes || w.inRange[p.array] || !conversion(w.info, p.array):
		case changed[p] || !ofBytes(w.info.TypeOf(p.array)):
			found[p.array] = First
		default:
			found[p.array] = Shared
		}
	}
}

// conversion says whether a call is T(x).
func conversion(info *types.Info, c *ast.CallExpr) bool {
	return info.Types[ast.Unparen(c.Fun)].IsType()
}

// ofBytes says whether t is a slice of bytes.
func ofBytes(t types.Type) bool {
	s, ok := under(t).(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

// behind is the places whose addresses get to root. Of parameters it notes, in the part of
// their tags that is given, after how many pointers their values do.
func (w *flows) behind(root *place, part func(*tag) *way) map[*place]bool {
	if len(root.from) == 0 || len(w.places) > maxPlaces {
		return nil
	}
	w.walk++
	root.seen, root.derefs = w.walk, 0
	found := map[*place]bool{}
	queue := []*place{root}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if p.derefs < 0 {
			found[p] = true
		}
		derefs := max(p.derefs, 0)
		if p.param != nil && part != nil && part(w.f.tag(p.param)).shorter(derefs) {
			w.a.changed = true
		}
		for _, e := range p.from {
			if d := derefs + e.derefs; e.src.seen != w.walk || e.src.derefs > d {
				e.src.seen, e.src.derefs = w.walk, d
				queue = append(queue, e.src)
			}
		}
	}
	return found
}
