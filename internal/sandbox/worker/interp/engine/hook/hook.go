package hook

import (
	"go/token"
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
)

// Mode looks at a running program, or steers it.
type Mode interface {
	// Attach tells the mode the program, before anything of it is compiled, and which
	// of the modes it is: the index of its own state in Point.State and Goroutine.State.
	Attach(p Program, index int)
	// Wants says whether Do is to be called at p. It is asked once, when p is compiled,
	// which may be while the program runs.
	Wants(p *Point) bool
	// Do carries out what the program is about to do.
	Do(a *Act)
	// Start is called on a goroutine before anything of the program runs on it, End
	// after the last of it has: main's included.
	Start(g *Goroutine)
	End(g *Goroutine)
}

// MaxModes is how many modes a program may have at once.
const MaxModes = 4

// Program is what modes ask the engine.
type Program interface {
	// Current is the calling goroutine, or nil if nothing of the program runs on it.
	Current() *Goroutine
	// Name is what traces call the function of the program that the func value at f
	// holds, or empty.
	Name(f unsafe.Pointer) string
	// Position is where in the reader's program an offset of the lowered one comes from.
	Position(offset int32) token.Position
}

// Kind is what happens at a point.
type Kind uint8

// The kinds of points.
const (
	Go Kind = iota
	Send
	Recv
	Select
	Close
	MakeChan
	Len // or cap, of a channel
	Call
	Insert // of keys that have nothing but an identity: into a map, or a literal of one
	Range  // begin a loop over a map
	Next   // its next entry
)

// Point is a place in the program.
type Point struct {
	Kind Kind
	// Op is the operation that it is, nil for Call and for an assignment to a map. Op.Select lists the cases of a
	// select: see ir.Op for how its operands and results follow each other.
	Op *ir.Op
	// Callee is what Call calls; it has no name if it is a function value. Of a method
	// the receiver is the first operand.
	Callee lower.HostFunc
	// Host is the function that is called, a stand-in if there is one; invalid if that is
	// found only when it is called, as that of a function value.
	Host reflect.Value
	// In and Out are the types of the operands and of the results. Variadic operands are
	// a slice where Slice says so, and else one by one.
	In, Out []reflect.Type
	Slice   bool
	// Place is where it is in the lowered program, which is not always what a reader
	// should be told: see Act.Where.
	Place
	// State is what the modes keep here, each at its index: written by Wants alone.
	State [MaxModes]any
}

// Act is what a goroutine is about to do.
type Act struct {
	*Point
	G *Goroutine
	// Args are where the operands lie, and Results where the results go. A result that the
	// program drops has a place all the same.
	Args, Results []unsafe.Pointer
	// Child is the goroutine that Go starts.
	Child *Goroutine

	modes []Mode // of this point
	next  int    // of these
	body  func(frame unsafe.Pointer)
	frame unsafe.Pointer
}

// Where is the reader's place of the act: its point's or, where that is in a function
// that the lowering has put in between, such as that of a method value, its caller's. A
// deferred call is at its defer statement.
func (a *Act) Where() Place {
	at := a.Place
	if !at.Func.Hidden {
		return at
	}
	for p := range a.G.Calls {
		at.Func = p.Func
		if !a.Func.Suspended {
			at.Offset = p.Offset
		}
		break
	}
	return at
}

// Receiver is the pointer that a method with a pointer receiver is called on.
func (a *Act) Receiver() unsafe.Pointer { return *(*unsafe.Pointer)(a.Args[0]) }

// Native carries the operation out, if no other mode does.
func (a *Act) Native() {
	if a.next == len(a.modes) {
		a.body(a.frame)
		return
	}
	m := a.modes[a.next]
	a.next++
	m.Do(a)
	a.next--
}

// Perform lets modes carry out body at p, and it may be called for any act that has
// its goroutine, operands and results.
func (a *Act) Perform(p *Point, modes []Mode, body func(frame unsafe.Pointer), frame unsafe.Pointer) {
	a.Point, a.modes, a.next, a.body, a.frame = p, modes, 0, body, frame
	a.Native()
	a.Point, a.Child, a.body, a.frame = nil, nil, nil, nil
}

// Wanted are those of the modes that want to be at p.
func Wanted(modes []Mode, p *Point) []Mode {
	var list []Mode
	for _, m := range modes {
		if m.Wants(p) {
			list = append(list, m)
		}
	}
	return list
}

// Goroutine is one of the program's.
type Goroutine struct {
	// Number is what traces call it. Parent is the number of the one that started it, 0
	// for main and for goroutines of the library's.
	Number, Parent int64
	// Creator is where it was started; without a Func where Parent is 0.
	Creator Place
	// Name is the function that it runs, as traces call it; empty if that is not known.
	Name string
	// State is what the modes keep here, each at its index.
	State [MaxModes]any
	// Calls lists the calls that it is in, innermost first, until yield returns false. It
	// is for the goroutine itself.
	Calls func(yield func(Place) bool)
	// Stack is the innermost of these calls, for who keeps it. It is for the goroutine
	// itself.
	Stack func() *Stack
	// Dead says that a mode is ending it by Goexit: its deferred calls are not made. It is
	// for the goroutine itself.
	Dead bool

	spare *Act
}

// Place is a function and where in it something happens: see Program.Position.
type Place struct {
	Func   *lower.Func
	Offset int32
}

// Act is one to Perform, with room for so many operands and results. It is for the
// goroutine itself, which gives it back by Done if it did not panic.
func (g *Goroutine) Act(args, results int) *Act {
	a := g.spare
	if a == nil {
		a = &Act{G: g}
	}
	g.spare = nil
	if cap(a.Args) < args {
		a.Args = make([]unsafe.Pointer, args)
	}
	if cap(a.Results) < results {
		a.Results = make([]unsafe.Pointer, results)
	}
	a.Args, a.Results = a.Args[:args], a.Results[:results]
	return a
}

// Done gives an act back.
func (g *Goroutine) Done(a *Act) {
	clear(a.Args)
	clear(a.Results)
	g.spare = a
}
