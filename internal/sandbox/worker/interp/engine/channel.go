package engine

import (
	"playground/internal/gofront/ir"
	"reflect"
	"unsafe"
)

// send is ch <- v.
func (o *opNode) send() func(fr *frame) {
	var put func(ch, v unsafe.Pointer)
	switch shapeOf(o.in[0].Elem()) {
	case shapeEmpty:
		put = sender[struct{}]
	case shapeByte:
		put = sender[uint8]
	case shapeWord:
		put = sender[uint64]
	case shapePointer:
		put = sender[unsafe.Pointer]
	case shapeString:
		put = sender[string]
	case shapeSlice:
		put = sender[[]byte]
	case shapeAny:
		put = sender[any]
	default:
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
	var get func(ch, v unsafe.Pointer) bool
	switch shapeOf(o.in[0].Elem()) {
	case shapeEmpty:
		get = receiver[struct{}]
	case shapeByte:
		get = receiver[uint8]
	case shapeWord:
		get = receiver[uint64]
	case shapePointer:
		get = receiver[unsafe.Pointer]
	case shapeString:
		get = receiver[string]
	case shapeSlice:
		get = receiver[[]byte]
	case shapeAny:
		get = receiver[any]
	default:
		return nil
	}
	ch, v := o.args[0], o.dests[0]
	if v == nil {
		t := o.out[0]
		v = func(*frame) unsafe.Pointer { return reflect.New(t).UnsafePointer() }
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
