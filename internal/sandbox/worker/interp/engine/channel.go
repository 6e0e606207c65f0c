package engine

import (
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/memory"
)

// send is ch <- v, without reflection for elements of a common shape. It blocks in the
// runtime, as itself: a goroutine that waits here is one that waits to send.
func (o *opNode) send() func(fr *frame) {
	put := memory.Sender(o.in[0].Elem())
	if put == nil {
		return nil
	}
	ch, v := o.args[0], o.args[1]
	return func(fr *frame) {
		fr.pos = o.pos
		put(ch(fr), v(fr))
	}
}

// recv is v = <-ch, or v, ok = <-ch.
func (o *opNode) recv() func(fr *frame) {
	get := memory.Receiver(o.in[0].Elem())
	if get == nil {
		return nil
	}
	ch, v := o.args[0], o.dests[0]
	if v == nil { // nobody wants the value: it still has to be taken out
		v = func(*frame) unsafe.Pointer { return nil }
	}
	var okTo operand
	if o.op.Kind == ir.OpRecv2 {
		okTo = o.dests[1]
	}
	return func(fr *frame) {
		fr.pos = o.pos
		ok := get(ch(fr), v(fr))
		if okTo != nil {
			*(*bool)(okTo(fr)) = ok
		}
	}
}
