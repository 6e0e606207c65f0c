package hook

import (
	"unsafe"

	"playground/internal/gofront/lower"
)

// Memory is a mode that looks at what goroutines read and write as well: at variables
// that several functions may know of, at elements, fields and maps. Variables of one
// call are no such memory.
type Memory interface {
	Mode
	// Read and Write are called before size bytes at p are read or written, by g, at a
	// place in the call that stack is of. They may neither block for long nor panic.
	Read(g *Goroutine, p unsafe.Pointer, size uintptr, at *Access, stack *Stack)
	Write(g *Goroutine, p unsafe.Pointer, size uintptr, at *Access, stack *Stack)
}

// Access is a place in the program where memory is read or written.
type Access struct {
	Place
	// Call is where the function is called from, if it has become part of its caller's
	// code; without a Func if it has not.
	Call Place
}

// Stack is the calls that a call is in: that of Func was made at an offset of Caller's. It
// lasts when the call is over.
type Stack struct {
	Func   *lower.Func
	Caller *Stack // nil for the outermost
	Offset int32  // of the call, in Caller's function
}

// Calls lists an access at this stack and the calls that it was made in, innermost first,
// without those that the lowering has put in between, until yield returns false.
func (s *Stack) Calls(at *Access) func(yield func(Place) bool) {
	return func(yield func(Place) bool) {
		place := at.Place
		if at.Call.Func != nil {
			if !yield(place) {
				return
			}
			place = at.Call
		}
		for ; s != nil; s = s.Caller {
			place.Func = s.Func
			if !s.Func.Hidden && !yield(place) {
				return
			}
			if !s.Func.Suspended { // a deferred call is at its defer statement
				place.Offset = s.Offset
			}
		}
	}
}
