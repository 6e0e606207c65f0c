package engine

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// node is a vertex of the graph that yaegi has compiled.
type node = yaegi.Node

// frame is the data of one call. yaegi's operations see its first field only.
type frame struct {
	yaegi.Frame

	fn      *fn
	g       *goroutine
	caller  *frame
	pos     int32 // offset in the lowered source of what runs
	block   reflect.Value
	base    unsafe.Pointer // of the block
	defers  []deferred
	panics  *panicking // what makes this function end, while its defers run
	rescuer *frame     // the frame whose panic a recover here would stop
}

// A frame's address is that of yaegi's part of it.
var _ [0]struct{} = [unsafe.Offsetof(frame{}.Frame)]struct{}{}

// fn is a lowered function.
type fn struct {
	e        *Engine
	name     string
	meta     *lower.Func
	def      *node
	start    step
	types    []reflect.Type
	nret     int
	nparam   int
	hasDefer bool
	forward  bool // recover in a callee acts as if called here
	index    int
	layout   reflect.Type
	offsets  []uintptr // of the slots in a frame's block
	aliased  []bool    // slots that refer to memory outside the block
	modes    map[*node]mode
	value    unsafe.Pointer // the function value that needs no captures
	once     sync.Once
	pool     sync.Pool
}

// prepare computes the frame's layout, at the first call.
func (f *fn) prepare() {
	f.once.Do(func() {
		f.start = toStep(f.def.Child[3].Start.Exec)
		fields := make([]reflect.StructField, len(f.types))
		for i, t := range f.types {
			fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: t}
		}
		f.layout = reflect.StructOf(fields)
		for i := range fields {
			if f.layout.Field(i).Offset != f.offsets[i] {
				panic("layout of " + f.name)
			}
		}
		f.pool.New = func() any { return f.newFrame() }
	})
}

func (f *fn) newFrame() *frame {
	fr := &frame{Frame: yaegi.Frame{Root: f.e.root, Anc: f.e.root}, fn: f}
	fr.block = reflect.New(f.layout).Elem()
	fr.Data = make([]reflect.Value, len(f.types))
	fr.base = fr.block.Addr().UnsafePointer()
	f.cells(fr)
	return fr
}

// cells makes every slot refer to its place in the block.
func (f *fn) cells(fr *frame) {
	for i, t := range f.types {
		fr.Data[i] = reflect.NewAt(t, unsafe.Add(fr.base, f.offsets[i])).Elem()
	}
}

// enter returns a fresh frame for a call.
func (f *fn) enter(g *goroutine, caller *frame) *frame {
	fr := f.frame(g)
	fr.g, fr.caller = g, caller
	if caller != nil && caller.rescuer != nil && caller.fn.forward {
		fr.rescuer = caller.rescuer
	}
	return fr
}

func (f *fn) frame(g *goroutine) *frame {
	if f.index < len(g.free) {
		if list := g.free[f.index]; len(list) > 0 {
			fr := list[len(list)-1]
			g.free[f.index] = list[:len(list)-1]
			return fr
		}
	}
	if f.start == nil {
		f.prepare()
	}
	return f.pool.Get().(*frame)
}

// maxFree bounds the frames of one function that a goroutine keeps.
const maxFree = 64

// leave gives a frame back.
func (f *fn) leave(fr *frame) {
	g := fr.g
	fr.block.SetZero()
	fr.caller, fr.rescuer = nil, nil
	if g.free == nil {
		g.free = make([][]*frame, len(f.e.funcs))
	}
	if list := g.free[f.index]; len(list) < maxFree {
		g.free[f.index] = append(list, fr)
		return
	}
	fr.g = nil
	f.pool.Put(fr)
}

// run executes a frame's function.
func (f *fn) run(fr *frame) {
	g := fr.g
	g.top = fr
	if f.hasDefer {
		f.runDefers(fr)
	} else {
		for exec := f.start; exec != nil; {
			exec = exec(fr)
		}
	}
	g.top = fr.caller
}

// giveBack lets other goroutines have the frames that g has kept.
func (g *goroutine) giveBack() {
	for _, list := range g.free {
		for _, fr := range list {
			fr.g = nil
			fr.fn.pool.Put(fr)
		}
	}
	g.free = nil
}

// step executes one node in a frame of this package and returns what to execute
// next. It is a yaegi.Exec that knows what follows yaegi's part of the frame.
type step func(*frame) step

func toStep(x yaegi.Exec) step { return *(*step)(unsafe.Pointer(&x)) }

// stepOf is the operation of n, nil for no node.
func stepOf(n *node) step { return toStep(yaegi.GetExec(n)) }

// setStep gives n its operation.
func setStep(n *node, s step) { n.Exec = *(*yaegi.Exec)(unsafe.Pointer(&s)) }
