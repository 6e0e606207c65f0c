package engine

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/reference"
)

// deferred is a call that waits for its function's end.
type deferred struct {
	c *closure // nil for compiled code
	f func()
}

// deferredOf is the func() at p as something to call later.
func deferredOf(p unsafe.Pointer) deferred {
	fp := *(*unsafe.Pointer)(p)
	if fp == nil {
		return deferred{f: func() { var f func(); f() }}
	}
	if c := closureOf(fp); c != nil {
		return deferred{c: c}
	}
	return deferred{f: *(*func())(p)}
}

// runDefers executes a function that has defer statements: however its body
// ends, the calls it has deferred run, last first, and one of them may stop a
// panic.
func (f *fn) runDefers(fr *frame) {
	done := false
	held := fr.g.held
	rare := fr.extra()
	defer func() {
		if done && len(rare.defers) == 0 {
			return
		}
		g := fr.g
		if !done {
			if r := recover(); r != nil {
				rare.panics = g.panicking(r)
				g.rec = nil
			} else {
				rare.panics = &panicking{goexit: true}
			}
			g.held = held // the frames above are gone
		}
		for len(rare.defers) > 0 {
			d := rare.defers[len(rare.defers)-1]
			rare.defers = rare.defers[:len(rare.defers)-1]
			fr.runDeferred(d)
		}
		p := rare.panics
		rare.panics = nil
		if p != nil && !p.goexit {
			g.rec = p
			panic(p.value)
		}
		// A Goexit goes on by itself once this function returns.
	}()
	run(f.entry, fr)
	done = true
}

// runDeferred runs one deferred call. A panic in it takes the place of the one
// that was going on; a recover in it ends that.
func (fr *frame) runDeferred(d deferred) {
	g, rare := fr.g, fr.extra()
	g.top = fr
	done := false
	before := rare.panics
	defer func() {
		g.top = fr
		if done {
			return
		}
		r := recover()
		if r == nil { // Goexit: the remaining calls run all the same
			rare.panics = &panicking{goexit: true}
			for len(rare.defers) > 0 {
				d := rare.defers[len(rare.defers)-1]
				rare.defers = rare.defers[:len(rare.defers)-1]
				fr.runDeferred(d)
			}
			return
		}
		p := g.panicking(r)
		g.rec = nil
		if before != nil && !before.goexit && p != before {
			p.prev = before
			// The frames of the first panic are still there, below this one's.
			p.trace = p.trace.over(fr.depth(), before.trace)
		}
		rare.panics = p
	}()
	if d.c != nil {
		d.c.call0(g, fr)
	} else {
		d.f()
	}
	if rare.panics != nil && rare.panics.recovered && !rare.panics.goexit {
		rare.panics = nil
	}
	done = true
}

// recover is what the builtin of that name returns in fr.
func (fr *frame) recover() any {
	if fr.rare == nil || fr.rare.rescuer == nil {
		return nil
	}
	r := fr.rare.rescuer.extra()
	if r.panics == nil || r.panics.recovered || r.panics.goexit {
		return nil
	}
	r.panics.recovered = true
	return fault.Translate(r.panics.value)
}

// panicking is a panic on its way up.
type panicking struct {
	value     any
	trace     trace
	prev      *panicking // the one that was going on when this one began
	recovered bool
	goexit    bool
}

// same says whether a and b are one value: of the same type, with the same data
// word. So it compares no values, which may not be comparable.
func same(a, b any) bool {
	return *(*abi.EFace)(unsafe.Pointer(&a)) == *(*abi.EFace)(unsafe.Pointer(&b))
}

// panicking is the record of the panic that r was recovered from.
func (g *goroutine) panicking(r any) *panicking {
	if p := g.rec; p != nil && same(p.value, r) {
		return p
	}
	return &panicking{value: r, trace: g.top.trace()}
}

func printPanics(b *strings.Builder, p *panicking) {
	if p.prev != nil {
		if p.prev.recovered && same(p.prev.value, p.value) {
			b.WriteString("panic: " + panicText(p.value) + " [recovered, repanicked]")
			return
		}
		printPanics(b, p.prev)
		b.WriteString("\n\t")
	}
	b.WriteString("panic: ")
	b.WriteString(panicText(p.value))
	if p.recovered {
		b.WriteString(" [recovered]")
	}
}

// panicText is how Go's runtime prints a panic's value.
func panicText(v any) string {
	v = fault.Translate(v)
	switch v := v.(type) {
	case nil:
		return "nil"
	case runtime.Error:
		s := v.Error()
		if strings.Contains(s, "nil pointer dereference") {
			s += "\n[signal SIGSEGV: segmentation violation]"
		}
		return s
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	r := reflect.ValueOf(v)
	plain := r.Type().PkgPath() == ""
	var s string
	switch r.Kind() {
	case reflect.String:
		if plain {
			return r.String()
		}
		return fmt.Sprintf("%s(%q)", r.Type(), r.String())
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		s = fmt.Sprint(reflectPlain(r))
	case reflect.Float32, reflect.Float64:
		s = reference.Float(r.Float())
	case reflect.Complex64, reflect.Complex128:
		s = reference.Complex128(r.Complex())
	default:
		return fmt.Sprintf("(%s) %#x", r.Type(), uintptr((*abi.EFace)(unsafe.Pointer(&v)).Data))
	}
	if plain {
		return s
	}
	return fmt.Sprintf("%s(%s)", r.Type(), s)
}

func reflectPlain(r reflect.Value) any {
	switch {
	case r.Kind() == reflect.Bool:
		return r.Bool()
	case r.CanInt():
		return r.Int()
	}
	return r.Uint()
}

// panicking is panic(v).
func (o *opNode) panicking() func(fr *frame) {
	a, pos := o.args[0], o.pos
	return func(fr *frame) {
		fr.pos = pos
		panic(*(*any)(a(fr)))
	}
}

// recovering is recover().
func (o *opNode) recovering() func(fr *frame) {
	d := o.dests[0]
	return func(fr *frame) {
		r := fr.recover()
		if d != nil {
			*(*any)(d(fr)) = r
		}
	}
}

// deferring is defer f().
func (o *opNode) deferring() func(fr *frame) {
	a := o.args[0]
	return func(fr *frame) {
		x := fr.extra()
		x.defers = append(x.defers, deferredOf(a(fr)))
	}
}

// deferStack is the frame itself, for loop bodies that are functions of their own
// and defer calls to the end of this one.
func (o *opNode) deferStack() func(fr *frame) {
	d := o.dests[0]
	return func(fr *frame) { *(*any)(d(fr)) = fr }
}

// deferTo is defer f() at the end of another frame's function.
func (o *opNode) deferTo() func(fr *frame) {
	to, f := o.args[0], o.args[1]
	return func(fr *frame) {
		x := (*(*any)(to(fr))).(*frame).extra()
		x.defers = append(x.defers, deferredOf(f(fr)))
	}
}
