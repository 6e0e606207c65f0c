//lint:file-ignore U1000 these fields are where they are because yaegi has them there

package yaegi

import (
	"go/token"
	"reflect"
	"sync"
	"unsafe"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/abi"
)

// The structs of this file have the fields of yaegi's own, in the same order.
// Those that the engine uses are exported, which changes their first letter and
// nothing else; the others are here to hold the places. A pointer to something
// that nobody reads is an unsafe.Pointer.

// Exec executes one node and returns what to execute next.
type Exec func(*Frame) Exec

// Frame is the data of one call. The engine has frames of its own; of yaegi's it
// uses the one that holds the program's variables.
type Frame struct {
	id        uint64
	debug     unsafe.Pointer
	Root, Anc *Frame
	Data      []reflect.Value
	mutex     sync.RWMutex
	deferred  [][]reflect.Value
	recovered any
	done      reflect.SelectCase
}

// Slot is the address of what slot i holds. A value that is a pointer may lie
// in the reflect.Value itself.
func (f *Frame) Slot(i int) unsafe.Pointer {
	v := (*abi.Value)(unsafe.Pointer(&f.Data[i]))
	if v.Flag&abi.FlagIndir != 0 {
		return v.Data
	}
	return unsafe.Pointer(&v.Data)
}

// Node is a vertex of the syntax tree and of the control-flow graph.
type Node struct {
	debug      unsafe.Pointer
	Child      []*Node
	Anc        *Node
	param      []*Type
	Start      *Node
	Tnext      *Node
	Fnext      *Node
	interp     *interp.Interpreter
	index      int64
	Findex     int
	Level      int
	Nleft      int
	Nright     int
	Kind       Kind
	Pos        token.Pos
	Sym        *Symbol
	Typ        *Type
	recv       unsafe.Pointer
	Types      []reflect.Type
	scope      unsafe.Pointer
	Action     Action
	Exec       Exec
	Gen        func(*Node)
	val        any
	Rval       reflect.Value
	Ident      string
	redeclared bool
	meta       any
}

// Symbol is what a name stands for.
type Symbol struct {
	kind    uint
	typ     *Type
	node    *Node
	from    []*Node
	recv    unsafe.Pointer
	Index   int
	rval    reflect.Value
	builtin func(*Node)
	Global  bool
}

// Type is the static type of a node.
type Type struct {
	cat          uint
	field        []structField
	key          *Type
	val          *Type
	recv         *Type
	Arg          []*Type
	Ret          []*Type
	ptr          *Type
	method       []*Node
	constraint   []*Type
	ulconstraint []*Type
	instance     []*Type
	name         string
	path         string
	length       int
	rtype        reflect.Type
	node         *Node
	scope        unsafe.Pointer
	str          string
	incomplete   bool
	untyped      bool
	isBinMethod  bool
}

type structField struct {
	name  string
	tag   string
	embed bool
	typ   *Type
}

// Runtime is the run-time type of a type that lowered source can have.
func (t *Type) Runtime() reflect.Type {
	if t.rtype != nil {
		return t.rtype
	}
	return typeOf(t)
}

// program is interp.Program.
type program struct {
	pkgName string
	root    *Node
	init    []*Node
}

// Root is the tree of a program that yaegi has compiled.
func Root(p *interp.Program) *Node { return (*program)(unsafe.Pointer(p)).root }

// globals is where an interpreter keeps its global frame.
var globals = func() uintptr {
	f, ok := reflect.TypeFor[interp.Interpreter]().FieldByName("frame")
	if !ok {
		return 0
	}
	return f.Offset
}()

// Globals is an interpreter's global frame, which Execute makes.
func Globals(in *interp.Interpreter) *Frame {
	return *(**Frame)(unsafe.Add(unsafe.Pointer(in), globals))
}

// The linker finds yaegi's function.
//
//go:linkname typeOf github.com/traefik/yaegi/interp.(*itype).TypeOf
func typeOf(t *Type) reflect.Type
