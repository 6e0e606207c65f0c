package engine

import (
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/hook"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// node is a vertex of the tree that yaegi has compiled.
type node = yaegi.Node

// frame is the beginning of the memory of one call. The slots of the function's
// results, parameters, variables and temporaries follow it, at the offsets that
// fn has: an address is the frame's and an offset, nothing more.
type frame struct {
	fn     *fn
	g      *goroutine // for good: a frame never changes hands while it is free
	caller *frame     // of a free frame, the next free one
	site   *site      // where the caller goes on
	rare   *rare      // nil for most
	pos    int32      // offset in the lowered source of what runs
	behind int32      // of a free frame, how many follow it
}

// headerSize is where a frame's slots begin. No slot is at offset 0, which means
// "nowhere" to those who say where a result goes.
const headerSize = unsafe.Sizeof(frame{})

// rare is what few frames need.
type rare struct {
	defers  []deferred
	panics  *panicking  // what makes this function end, while its defers run
	rescuer *frame      // the frame whose panic a recover here would stop
	calls   *hook.Stack // that it is in, where somebody remembers them
}

// extra is the frame's rare part.
func (fr *frame) extra() *rare {
	if fr.rare == nil {
		fr.rare = new(rare)
	}
	return fr.rare
}

// slot is the value at an offset of the frame.
func slot[T any](fr *frame, off uintptr) *T { return (*T)(unsafe.Add(unsafe.Pointer(fr), off)) }

// fn is a lowered function.
type fn struct {
	e       *Engine
	name    string
	meta    *lower.Func
	extent  ir.Extent      // where it is in the lowered source
	body    *node          // nil until tree is asked
	types   []reflect.Type // of yaegi's slots; until then of the results and parameters
	nret    int
	nparam  int
	forward bool // recover in a callee acts as if called here
	index   int

	// Where the results and parameters lie, and variables that have been met.
	offsets map[int]uintptr
	params  []uintptr
	fields  []reflect.Type // of the frame, in the order of their offsets
	size    uintptr        // of the header and the fields so far

	once     sync.Once
	entry    *block                // where a caller goes on
	code     *block                // what the function does, which is the same for most
	generate func(f *fn) *block    // code's, which refers to this package's calls
	allocate func() unsafe.Pointer // makes a frame
	pointers []uintptr             // offsets of the words that must not outlive a call
	words    []uintptr             // of others that must be zero when one begins
	slots    reflect.Type          // what follows the header, where there are too many of them
	value    unsafe.Pointer        // the function value that needs no captures
	pool     sync.Pool             // of frames
	ended    sync.Pool             // of goroutines that began with this function
}

// place gives a value of type t its offset in frames. Offsets are those of a struct
// with these fields, which is what the frame is made as: see compile.
func (f *fn) place(t reflect.Type) uintptr {
	a := uintptr(t.Align())
	f.size = (f.size + a - 1) &^ (a - 1)
	off := f.size
	f.fields = append(f.fields, t)
	f.size += t.Size()
	return off
}

// slotAt is the offset of yaegi's slot i. It is placed when it is met: yaegi gives
// each of its own temporaries a slot as well, of which the engine needs none.
func (f *fn) slotAt(i int) uintptr {
	off, ok := f.offsets[i]
	if !ok {
		off = f.place(f.types[i])
		f.offsets[i] = off
	}
	return off
}

// resultAt is the offset of result i: results have been placed when the function was
// added, before anything else.
func (f *fn) resultAt(i int) uintptr { return f.offsets[i] }

// compile makes the function's code and the layout of its frames, at the first
// call: most programs call less than they contain.
func (f *fn) compile() {
	f.once.Do(func() {
		f.e.compiling.Lock() // yaegi's types remember what they were asked
		defer f.e.compiling.Unlock()
		f.code = f.generate(f)
		f.entry = f.code
		if f.extent.Defers {
			f.entry = &block{end: natively}
		}
		fields := make([]reflect.StructField, len(f.fields))
		for i, t := range f.fields {
			fields[i] = reflect.StructField{Name: fieldName(i), Type: t}
		}
		// Two structs of the same fields: one that the frame is, and one that is only the
		// slots, to clear them by.
		f.slots = reflect.StructOf(fields)
		f.allocate = memory.Allocator(reflect.StructOf([]reflect.StructField{
			{Name: "Header", Type: reflect.TypeFor[frame]()}, {Name: "Slots", Type: f.slots},
		}))
		f.pointers = pointerWords(nil, f.slots, headerSize)
		f.words = f.plainWords()
	})
}

// plainWords are the words without pointers of the function's own variables:
// those are zero when a call begins. Parameters, results and temporaries are
// assigned before they are read.
func (f *fn) plainWords() []uintptr {
	var list []uintptr
	for i, off := range f.offsets {
		if i < f.nret+f.nparam {
			continue
		}
		for w := off &^ (wordSize - 1); w < off+f.types[i].Size(); w += wordSize {
			if len(list) > maxWords {
				return list // then all are cleared at once
			}
			if !slices.Contains(f.pointers, w) && !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	return list
}

// fieldName is the name of a frame's field, which nobody reads.
func fieldName(i int) string {
	name := []byte("F")
	for ; i > 0; i /= 26 {
		name = append(name, byte('a'+i%26))
	}
	return string(name)
}

// maxWords is how many words of a kind are cleared one by one; beyond, the runtime
// does better. Most functions have fewer.
const maxWords = 16

// list says which list of free frames is f's. Functions share them; one finds its own at
// the head if it is the last that used it, as loops and recursions do.
func (f *fn) list() uint { return uint(f.index) % uint(len(freeLists{})) }

// enter returns a fresh frame for a call.
func (f *fn) enter(g *goroutine, caller *frame) *frame {
	i := f.list()
	fr := g.free[i]
	if fr != nil && fr.fn == f {
		g.free[i] = fr.caller
	} else {
		fr = f.newFrame(g)
	}
	fr.caller = caller
	// A caller without a rare part passes nothing on, which is nearly every one.
	if caller != nil && caller.rare != nil {
		f.inherit(fr, caller)
	}
	return fr
}

// inherit passes on whose panic a recover stops, through functions that the
// lowering has put in between.
func (f *fn) inherit(fr, caller *frame) {
	if caller.rare.rescuer != nil && caller.fn.forward {
		fr.extra().rescuer = caller.rare.rescuer
	}
}

// newFrame is a frame that g has kept, one from those that all goroutines share, or a
// new one. It counts as g's from now on: that is how too deep a recursion is found.
func (f *fn) newFrame(g *goroutine) *frame {
	if g.spare[0] != nil {
		g.list()
		return f.enter(g, nil)
	}
	f.compile()
	g.grow(f.size, f.e.maxFrames)
	fr, ok := f.pool.Get().(*frame)
	if !ok {
		fr = (*frame)(f.allocate())
		fr.fn = f
	} else if rest := fr.caller; rest != nil {
		rest.behind = fr.behind - 1
		g.adopt(rest)
	}
	fr.g = g
	return fr
}

// adopt gives g free frames of nobody's, or lets others have them if g has a list of
// another function's in their place.
func (g *goroutine) adopt(head *frame) {
	f := head.fn
	at := uint(f.index) % uint(len(g.free))
	if g.free == &noFrames || g.free[at] != nil {
		f.pool.Put(head)
		return
	}
	g.free[at] = head
	for fr := head; fr != nil; fr = fr.caller {
		g.grow(f.size, f.e.maxFrames)
		fr.g = g
	}
}

// maxFree bounds the frames of one function that a goroutine keeps: a recursion must
// not leave its greatest depth behind for ever.
const maxFree = 64

// leave gives a frame back. What it refers to must not be kept alive by it, and the
// next call's variables begin as zero, so both are cleared here and not by the call
// that comes: that one may never come, and the collector would not know.
func (f *fn) leave(fr *frame) {
	if len(f.pointers) <= maxWords && len(f.words) <= maxWords {
		for _, off := range f.pointers {
			*slot[unsafe.Pointer](fr, off) = nil
		}
		for _, off := range f.words {
			*slot[uintptr](fr, off) = 0
		}
	} else {
		reflect.NewAt(f.slots, unsafe.Add(unsafe.Pointer(fr), headerSize)).Elem().SetZero()
	}
	if r := fr.rare; r != nil {
		clear(r.defers)
		*r = rare{defers: r.defers[:0]}
	}
	g := fr.g
	if g.free == &noFrames {
		if g.spares(fr) {
			return
		}
		g.list()
	}
	free := &g.free[f.list()]
	if head := *free; head != nil && (head.fn != f || head.behind >= maxFree) {
		f.discard(fr)
		return
	}
	fr.link(*free)
	*free = fr
}

// link puts a free frame before the others of a list, which may be empty.
func (fr *frame) link(head *frame) {
	fr.caller, fr.behind = head, 0
	if head != nil {
		fr.behind = head.behind + 1
	}
}

// discard lets other goroutines have a frame. What it would lead to is forgotten first.
func (f *fn) discard(fr *frame) {
	fr.g.shrink(f.size)
	fr.g, fr.caller, fr.site = nil, nil, nil
	f.pool.Put(fr)
}

// natively is the entry of functions with deferred calls, which need a native frame to
// recover in. It is a block of its own, so that nothing that a caller's block ends with
// lies below on the stack.
func natively(fr *frame) (*block, *frame) {
	s := fr.site
	fr.fn.call(fr)
	return s.back(fr)
}

// call runs the function of a frame that has its arguments, natively: until it returns.
// That is how compiled code calls the program.
func (f *fn) call(fr *frame) {
	g := fr.g
	g.top = fr
	fr.site = bottom
	if f.extent.Defers {
		f.runDefers(fr)
	} else {
		run(f.code, fr)
	}
	g.top = fr.caller
}

// pointerWords adds the offsets of the words of a value of type t that the collector
// looks at, if it begins at off. A string and a slice have one, which is first; the
// lengths behind it mean nothing without it, but they are no zero value: a variable
// that has to be zero is cleared by plainWords as well.
func pointerWords(list []uintptr, t reflect.Type, off uintptr) []uintptr {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.String, reflect.Slice:
		return append(list, off)
	case reflect.Interface:
		return append(list, off, off+wordSize)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			list = pointerWords(list, f.Type, off+f.Offset)
		}
	case reflect.Array:
		// An array is cleared as a whole if it is long; then how many there are
		// does not matter.
		for i := range min(t.Len(), maxWords+1) {
			list = pointerWords(list, t.Elem(), off+uintptr(i)*t.Elem().Size())
		}
	}
	return list
}

const wordSize = unsafe.Sizeof(uintptr(0))
