package lower

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
)

// OpKind says what a function of package x does.
type OpKind int

// The operations that lowered source asks for by calling package x. In their
// signatures T, U, I, E, K, V, F are types of the program; each operation is
// made for the types of one place and shared by the places that agree.
const (
	OpEq         OpKind = iota // func(T, T) bool: Go's ==
	OpIsNil                    // func(T) bool
	OpPanic                    // func(any)
	OpRecover                  // func() any
	OpDefer                    // func(F): run F, a func(), when the function ends
	OpDeferCall                // the same, where F does nothing but call the deferred function
	OpGo                       // func(F): run F on its own goroutine
	OpPrint                    // func(...any)
	OpPrintln                  // func(...any)
	OpNew                      // func() *T
	OpBox                      // func(T) *T
	OpZero                     // func() T
	OpConvert                  // func(T) U
	OpAssert                   // func(I) T
	OpAssert2                  // func(I) (T, bool)
	OpTypeCase                 // func(I) int: index of the first of Types that I holds, or -1
	OpClosure                  // func(captures...) F
	OpCall                     // func(F, args...) results
	OpMethod                   // func(I, args...) results: call through an interface
	OpMin                      // func(T, T) T
	OpMax                      // func(T, T) T
	OpClear                    // func(T)
	OpSend                     // func(chan T, T)
	OpRecv                     // func(chan T) T
	OpRecv2                    // func(chan T) (T, bool)
	OpClose                    // func(chan T)
	OpMakeChan                 // func(int) chan T
	OpLen                      // func(T) int
	OpCap                      // func(T) int
	OpSelect                   // see Op.Select
	OpIter                     // func(map[K]V) any
	OpNext                     // func(any) (K, V, bool)
	OpRune                     // func(string, int) (rune, int)
	OpBinary                   // func(T, U) T, by Op.Token
	OpUnary                    // func(T) T, by Op.Token
	OpComplex                  // func(E, E) T
	OpReal                     // func(T) E
	OpImag                     // func(T) E
	OpBounds                   // func(int) int: checks the size given to make
	OpMake                     // func(ints...) T
	OpAppend                   // func(T, T) T
	OpSlice                    // func(T, int, int, int) U
	OpSpread                   // func(T, T) T: append(a, b...)
	OpLitMap                   // func(K, V, ...) map[K]V
	OpLitSlice                 // func(T...) []T
	OpMapGet                   // func(map[K]V, K) (V, bool)
	OpDeferStack               // func() any: the calling function's deferred calls
	OpDeferTo                  // func(any, F): OpDefer on another function's stack
	OpRangePanic               // func(int): panics if a loop's state forbids to go on
	OpNonNil                   // func(I) I: panics if I is nil
)

// Op describes one function of package x.
type Op struct {
	Name string
	Kind OpKind
	// Type is the operation's signature.
	Type reflect.Type
	// Types holds the cases of OpTypeCase; nil stands for the nil interface.
	Types []reflect.Type
	// Slot is the lowered function that OpClosure binds captures to.
	Slot *Slot
	// Method is the name that OpMethod calls.
	Method string
	// Token is the operator of OpBinary and OpUnary.
	Token string
	// Select lists the cases of OpSelect. For each send the operation takes
	// the channel and the value; for each receive the channel. It returns the
	// index of the case chosen, -1 for the default, then for each receive the
	// value and whether one was received.
	Select []SelectCase
	// Default says that a select has a default case.
	Default bool
	// Index holds the constant keys of OpLitSlice, -1 for none.
	Index []int
}

// SelectCase is a case of a select statement.
type SelectCase struct {
	Send bool
	Elem reflect.Type
}

// op returns the text "x.name" of the operation with that key; fill completes
// it when every type is defined.
func (p *program) op(kind OpKind, key string, fill func(*Op) (in, out []types.Type)) string {
	full := fmt.Sprintf("%d:%s", kind, key)
	if name, ok := p.ops[full]; ok {
		return "x." + name
	}
	name := fmt.Sprintf("%s%d", opNames[kind], len(p.ops)+1)
	p.ops[full] = name
	op := &Op{Name: name, Kind: kind}
	p.res.Ops[name] = op
	in, out := fill(op)
	tt := p.types
	var ri, ro []reflect.Type
	for _, t := range in {
		ri = append(ri, tt.rtype(t))
	}
	for _, t := range out {
		ro = append(ro, tt.rtype(t))
	}
	variadic := kind == OpPrint || kind == OpPrintln
	op.Type = reflect.FuncOf(ri, ro, variadic)
	return "x." + name
}

var opNames = [...]string{
	OpEq: "Eq", OpIsNil: "IsNil", OpPanic: "Panic", OpRecover: "Recover", OpDefer: "Defer", OpDeferCall: "DeferCall",
	OpGo: "Go", OpPrint: "Print", OpPrintln: "Println", OpNew: "New", OpBox: "Box", OpZero: "Zero", OpConvert: "Conv",
	OpAssert: "Assert", OpAssert2: "Assert2", OpTypeCase: "TypeCase", OpClosure: "Fn", OpCall: "Call", OpMethod: "Method",
	OpMin: "Min", OpMax: "Max", OpClear: "Clear", OpSend: "Send", OpRecv: "Recv", OpRecv2: "Recv2", OpClose: "Close",
	OpMakeChan: "MakeChan", OpLen: "Len", OpCap: "Cap", OpSelect: "Select", OpIter: "Iter", OpNext: "Next", OpRune: "Rune",
	OpBinary: "Binary", OpUnary: "Unary", OpComplex: "Complex", OpReal: "Real", OpImag: "Imag", OpBounds: "Bounds",
	OpMake: "Make", OpAppend: "Append", OpSlice: "Slice", OpSpread: "Spread",
	OpLitMap: "LitMap", OpLitSlice: "LitSlice",
	OpMapGet: "MapGet", OpDeferStack: "DeferStack", OpDeferTo: "DeferTo", OpRangePanic: "RangePanic", OpNonNil: "NonNil",
}

// typed makes an operation whose key is its signature.
func (p *program) typed(kind OpKind, in, out []types.Type) string {
	return p.typedAs(kind, "", in, out, nil)
}

func (p *program) typedAs(kind OpKind, extra string, in, out []types.Type, fill func(*Op)) string {
	var b strings.Builder
	b.WriteString(extra)
	for _, t := range in {
		b.WriteString("|" + p.types.text(t))
	}
	b.WriteString(">")
	for _, t := range out {
		b.WriteString("|" + p.types.text(t))
	}
	return p.op(kind, b.String(), func(o *Op) ([]types.Type, []types.Type) {
		if fill != nil {
			fill(o)
		}
		return in, out
	})
}

func one(t types.Type) []types.Type { return []types.Type{t} }

var (
	anyType  = types.Universe.Lookup("any").Type()
	boolType = types.Type(types.Typ[types.Bool])
	intType  = types.Type(types.Typ[types.Int])
	funcType = types.NewSignatureType(nil, nil, nil, nil, nil, false)
)

// zero is the text of t's zero value.
func (p *program) zero(t types.Type) string {
	if b, ok := t.(*types.Basic); ok {
		switch {
		case b.Kind() == types.Int:
			return "0"
		case b.Kind() == types.Bool:
			return "false"
		case b.Kind() == types.String:
			return `""`
		}
	}
	return p.typed(OpZero, nil, one(t)) + "()"
}
