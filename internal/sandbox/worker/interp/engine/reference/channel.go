package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Send is c <- v. On a nil channel it waits for ever, in the runtime's own way,
// so that a deadlock is seen.
func Send(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].IsNil() {
		var never chan struct{}
		never <- struct{}{}
	}
	a[0].Send(a[1])
	return nil
}

// Recv is <-c.
func Recv(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	return Recv2(c, op, a)[:1]
}

// Recv2 is v, ok = <-c.
func Recv2(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].IsNil() {
		var never chan struct{}
		<-never
	}
	v, ok := a[0].Recv()
	return []reflect.Value{v, reflect.ValueOf(ok)}
}

// Close is close(c).
func Close(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].IsNil() {
		close((chan int)(nil))
	}
	a[0].Close()
	return nil
}

// MakeChan is make(chan T, n), where n may be left out. A channel of one
// direction is made as one of both.
func MakeChan(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	t, n := out(op), 0
	if len(a) > 0 {
		n = int(a[0].Int())
	}
	if n < 0 {
		panic(fault.Plain("makechan: size out of range"))
	}
	return one(reflect.MakeChan(reflect.ChanOf(reflect.BothDir, t.Elem()), n).Convert(t))
}

// Select is a select statement: see ir.Op.
func Select(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	cases := make([]reflect.SelectCase, 0, len(op.Select)+1)
	arg := 0
	for _, c := range op.Select {
		sc := reflect.SelectCase{Dir: reflect.SelectRecv, Chan: a[arg]}
		arg++
		if c.Send {
			sc.Dir, sc.Send = reflect.SelectSend, a[arg]
			arg++
		}
		cases = append(cases, sc)
	}
	if op.Default {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	if len(cases) == 0 { // which package reflect refuses
		select {}
	}
	chosen, v, ok := reflect.Select(cases)
	return selected(op, chosen, v, ok)
}

// selected is a select's results: the case's index, and for each receive a value
// and whether there was one, of which only the chosen one's matter.
func selected(op *ir.Op, chosen int, v reflect.Value, ok bool) []reflect.Value {
	index := chosen
	if chosen == len(op.Select) {
		index = -1
	}
	results := values(index)
	for i, c := range op.Select {
		switch {
		case c.Send:
		case i == chosen:
			results = append(results, v, reflect.ValueOf(ok))
		default:
			results = append(results, reflect.Zero(c.Elem), reflect.ValueOf(false))
		}
	}
	return results
}
