package ir

import "reflect"

// OpKind says what a function of package x does.
type OpKind int

// The operations that lowered source asks for by calling package x.
const (
	OpEq OpKind = iota
	OpIsNil
	OpPanic
	OpRecover
	OpDefer
	OpDeferCall
	OpGo
	OpPrint
	OpPrintln
	OpNew
	OpBox
	OpZero
	OpConvert
	OpAssert
	OpAssert2
	OpTypeCase
	OpClosure
	OpCall
	OpMethod
	OpMin
	OpMax
	OpClear
	OpSend
	OpRecv
	OpRecv2
	OpClose
	OpMakeChan
	OpLen
	OpCap
	OpSelect
	OpIter
	OpNext
	OpRune
	OpBinary
	OpUnary
	OpComplex
	OpReal
	OpImag
	OpBounds
	OpMake
	OpAppend
	OpSlice
	OpSpread
	OpLitMap
	OpLitSlice
	OpMapGet
	OpDeferStack
	OpDeferTo
	OpRangePanic
	OpNonNil
	OpUnsafe

	numOps // is none
)

// NumOps is how many operations there are. Tables of other packages have that
// many rows, so that an operation that one of them lacks does not compile.
const NumOps = int(numOps)

// OpInfo is a row of the table of operations.
type OpInfo struct {
	// Name begins the names of the kind's functions in package x, and ends with
	// a letter, because a number follows.
	Name string
	// Signature is the function's type. T, U, I, E, K, V, F are types of the
	// program: each operation is made for the types of one place, and shared by
	// the places that agree.
	Signature string
	// Does is the meaning in a few words.
	Does string
	// Panics says what it may panic with by itself, other than what functions
	// that it calls panic with; empty if with nothing. Order must keep an
	// operation that may panic in its turn.
	Panics string
}

// ops is the table. A kind that it lacks has no name, which a test finds.
var ops = [numOps]OpInfo{
	OpEq:         {"Eq", "func(T, T) bool", "Go's ==", "comparing uncomparable type"},
	OpIsNil:      {"IsNil", "func(T) bool", "whether it is nil", ""},
	OpPanic:      {"Panic", "func(any)", "Go's panic", "its argument"},
	OpRecover:    {"Recover", "func() any", "Go's recover", ""},
	OpDefer:      {"Defer", "func(F)", "run F, a func(), when the function ends", ""},
	OpDeferCall:  {"DeferCall", "func(F)", "the same, where F does nothing but call the deferred function", ""},
	OpGo:         {"Go", "func(F)", "run F, a func(), on its own goroutine", ""},
	OpPrint:      {"Print", "func(...any)", "Go's print", ""},
	OpPrintln:    {"Println", "func(...any)", "Go's println", ""},
	OpNew:        {"New", "func() *T", "a pointer to a zero value", ""},
	OpBox:        {"Box", "func(T) *T", "a pointer to a copy", ""},
	OpZero:       {"Zero", "func() T", "the zero value", ""},
	OpConvert:    {"Conv", "func(T) U", "Go's conversion; Token says what array a string's slice has", "slice shorter than the array"},
	OpAssert:     {"Assert", "func(I) T", "v.(T)", "interface conversion"},
	OpAssert2:    {"AssertOk", "func(I) (T, bool)", "v, ok = v.(T)", ""},
	OpTypeCase:   {"TypeCase", "func(I) int", "index of the first of Types that I holds, or -1", ""},
	OpClosure:    {"Fn", "func(captures...) F", "a function value of Slot with its first arguments bound", ""},
	OpCall:       {"Call", "func(F, args...) results", "call a function value", "nil dereference"},
	OpMethod:     {"Method", "func(I, args...) results", "call Method of what an interface holds", "nil dereference"},
	OpMin:        {"Min", "func(T, T) T", "Go's min", ""},
	OpMax:        {"Max", "func(T, T) T", "Go's max", ""},
	OpClear:      {"Clear", "func(T)", "Go's clear", ""},
	OpSend:       {"Send", "func(chan T, T)", "c <- v", "send on closed channel"},
	OpRecv:       {"Recv", "func(chan T) T", "<-c", ""},
	OpRecv2:      {"RecvOk", "func(chan T) (T, bool)", "v, ok = <-c", ""},
	OpClose:      {"Close", "func(chan T)", "Go's close", "close of nil or closed channel"},
	OpMakeChan:   {"MakeChan", "func(int) chan T", "make of a channel", "size out of range"},
	OpLen:        {"Len", "func(T) int", "Go's len", ""},
	OpCap:        {"Cap", "func(T) int", "Go's cap", ""},
	OpSelect:     {"Select", "func(cases...) (int, values...)", "Go's select: see Op.Select", "send on closed channel"},
	OpIter:       {"Iter", "func(map[K]V) any", "begin a loop over a map", ""},
	OpNext:       {"Next", "func(any) (K, V, bool)", "its next entry, and whether there was one", "concurrent map iteration"},
	OpRune:       {"Rune", "func(string, int) (rune, int)", "the rune at an index, and its width", ""},
	OpBinary:     {"Binary", "func(T, U) T", "T Token U", "division by zero, negative shift amount"},
	OpUnary:      {"Unary", "func(T) T", "Token T", ""},
	OpComplex:    {"Complex", "func(E, E) T", "Go's complex", ""},
	OpReal:       {"Real", "func(T) E", "Go's real", ""},
	OpImag:       {"Imag", "func(T) E", "Go's imag", ""},
	OpBounds:     {"Bounds", "func(T) int", "an index as an int, out of any range if it is none", ""},
	OpMake:       {"Make", "func(ints...) T", "make of a slice or a map", "len or cap out of range"},
	OpAppend:     {"Append", "func(T, E...) T", "append(a, e...); Token says what a small result is given", ""},
	OpSlice:      {"Slice", "func(T, int, int, int) U", "a[i:j:k]; Token says which of them are given", "slice bounds out of range"},
	OpSpread:     {"Spread", "func(T, T) T", "append(a, b...)", ""},
	OpLitMap:     {"LitMap", "func(K, V, ...) map[K]V", "a map of these entries", "hash of unhashable type"},
	OpLitSlice:   {"LitSlice", "func(E...) T", "a slice or array of these elements, at the keys in Index", ""},
	OpMapGet:     {"MapGet", "func(map[K]V, K) (V, bool)", "v, ok = m[k]", "hash of unhashable type"},
	OpDeferStack: {"DeferStack", "func() any", "the calling function's deferred calls", ""},
	OpDeferTo:    {"DeferTo", "func(any, F)", "OpDefer on another function's stack", ""},
	OpRangePanic: {"RangePanic", "func(int)", "the end of a loop over a function whose state forbids to go on", "range function continued iteration"},
	OpNonNil:     {"NonNil", "func(I) I", "its argument", "nil dereference"},
	OpUnsafe:     {"Unsafe", "func(T, int) U", "the function of package unsafe that Token names", "len out of range"},
}

// Info is the kind's row of the table.
func (k OpKind) Info() OpInfo { return ops[k] }

// Defers says whether a function that asks for the operation has deferred calls of its own,
// or a stack of them for its loops over functions.
func (k OpKind) Defers() bool { return k == OpDefer || k == OpDeferCall || k == OpDeferStack }

// String is the name with which the kind's functions begin.
func (k OpKind) String() string { return ops[k].Name }

// Kinds are all operations.
func Kinds() []OpKind {
	list := make([]OpKind, len(ops))
	for i := range list {
		list[i] = OpKind(i)
	}
	return list
}

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
	// Bound says that OpClosure makes a method value.
	Bound bool
	// Method is the name that OpMethod calls.
	Method string
	// Token is the operator of OpBinary and OpUnary, and the function of OpUnsafe.
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

// The states of a loop over a function, which its body and the function around it
// share, and which OpRangePanic takes.
const (
	RangeReady     = iota // the body may be called
	RangeBody             // the body runs, or has panicked
	RangeDone             // the body has ended the loop, to go on behind it
	RangeExhausted        // the loop is over
	RangeLost             // somebody recovered from the body's panic
	RangeReturn           // the body has ended the loop, to return from the function
	RangeExit             // the same, to go on elsewhere: this and what follows
)

// SelectCase is a case of a select statement.
type SelectCase struct {
	Send bool
	Elem reflect.Type
}

// Slot is a lowered function's value, set once the interpreter has compiled it.
type Slot struct {
	Name string
	// Recv is the type of a method's receiver, as the function takes it.
	Recv reflect.Type
	// Ptr says that a method's receiver is a pointer.
	Ptr bool
	// Call runs the function. The executor sets it.
	Call func(args []reflect.Value) []reflect.Value
	// Data belongs to the executor.
	Data any
}

// StackBytes is how large an array the compiler keeps on the stack for an append.
const StackBytes = 32

// StackCopy is how many bytes or runes of a string have room in the array that the compiler
// keeps on the stack for them.
const StackCopy = 32

// Tokens of OpConvert, from a string to a slice: one that fits has that array, or the slice
// has no room beyond the string's own bytes.
const (
	ConvertStack  = "stack"
	ConvertShared = "shared"
)

// Tokens of OpAppend: what a slice without room gets if all of it fits into StackBytes. With
// AppendFirst an empty one gets all of them; with AppendClasses any gets as much as the
// allocator would give.
const (
	AppendFirst   = "first"
	AppendClasses = "classes"
)

// AppendRoom is the capacity that a slice of length elements of a size gets for n more by
// such a token, or 0 if it grows as usual.
func AppendRoom(token string, length, n int, size uintptr) int {
	if size == 0 || n > StackBytes || length > StackBytes || uintptr(length+n)*size > StackBytes {
		return 0
	}
	switch {
	case token == AppendFirst && length == 0:
		return StackBytes / int(size)
	case token == AppendClasses:
		const class = 8 // the allocator's smallest sizes are multiples of it
		return (((length+n)*int(size) + class - 1) / class * class) / int(size)
	}
	return 0
}
