package shim

import (
	"fmt"
	"runtime"
	"sync"
	"weak"
)

// calls gives the program's calls numbers that stand for program counters, and
// remembers what they stand for. A place in the program's text has one number
// for ever, so what is kept is bounded by the text.
type calls struct {
	mu    *sync.Mutex
	pcs   map[Call]uintptr
	list  []Call
	funcs map[string]*runtime.Func // by name, and by name and code
	names map[*runtime.Func]named
	// walks are what runtime.Frames that still exist have yet to give.
	walks map[weak.Pointer[runtime.Frames]][]Call
}

// firstPC is where made-up program counters begin: no code lies there.
const firstPC = 1 << 50

func newCalls() calls {
	return calls{
		mu: new(sync.Mutex), pcs: map[Call]uintptr{},
		funcs: map[string]*runtime.Func{}, names: map[*runtime.Func]named{},
		walks: map[weak.Pointer[runtime.Frames]][]Call{},
	}
}

// pc is the program counter that stands for c.
func (k *calls) pc(c Call) uintptr {
	k.mu.Lock()
	defer k.mu.Unlock()
	pc, ok := k.pcs[c]
	if !ok {
		k.list = append(k.list, c)
		// Two apart: a program that takes one off, to look up the call and not
		// the return, finds the same.
		pc = firstPC + 2*uintptr(len(k.list))
		k.pcs[c] = pc
	}
	return pc
}

// call is what pc, or the one before it, stands for.
func (k *calls) call(pc uintptr) (Call, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := (pc - firstPC + 1) / 2
	if pc < firstPC || i < 1 || i > uintptr(len(k.list)) {
		return Call{}, false
	}
	return k.list[i-1], true
}

// function is a Func that stands for the function of c, whose code is at entry;
// 0 is any function of that name. It is a variable of the library's own type,
// told apart by its address.
func (k *calls) function(c Call, entry uintptr) *runtime.Func {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f := k.funcs[c.Name]; f != nil && (entry == 0 || entry == k.names[f].entry) {
		return f
	}
	key := fmt.Sprint(c.Name, " ", entry) // instances of a generic function
	f := k.funcs[key]
	if f == nil {
		// runtime.Func has no size, and two variables without a size may have
		// one address; so it is the head of one that has.
		f = &(&struct {
			runtime.Func
			_ byte
		}{}).Func
		k.funcs[key], k.names[f] = f, named{c, entry}
	}
	if k.funcs[c.Name] == nil {
		k.funcs[c.Name] = f
	}
	return f
}

// named is a function that a Func stands for.
type named struct {
	Call
	entry uintptr
}

func (k *calls) named(f *runtime.Func) (named, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.names[f]
	return c, ok
}

// walk is a Frames that gives list.
func (k *calls) walk(list []Call) *runtime.Frames {
	f := runtime.CallersFrames(nil)
	k.mu.Lock()
	defer k.mu.Unlock()
	key := weak.Make(f)
	k.walks[key] = list
	runtime.AddCleanup(f, k.forget, key)
	return f
}

func (k *calls) forget(key weak.Pointer[runtime.Frames]) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.walks, key)
}

func (k *calls) next(f *runtime.Frames) (c Call, ok, more bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := weak.Make(f)
	list := k.walks[key]
	if len(list) == 0 {
		return Call{}, false, false
	}
	k.walks[key] = list[1:]
	return list[0], true, len(list) > 1
}

// at is the position of the call that many frames out, as log writes it.
func (s *Set) at(skip int) string {
	list := s.allCalls(max(skip, 0) + 1)
	if skip < 0 || skip >= len(list) {
		return "???:0: "
	}
	return fmt.Sprintf("%s:%d: ", list[skip].File, list[skip].Line)
}
