package hook

import "reflect"

// Cases is what a select is about to do, taken apart: see ir.Op for how its operands and
// results follow each other.
type Cases struct {
	Chans []reflect.Value
	Sends []reflect.Value // what is sent; invalid for a receive

	act     *Act
	results []int // where a receive's value goes
}

// Cases are those of a select.
func (a *Act) Cases() *Cases {
	c := &Cases{act: a}
	arg, res := 0, 1
	for _, s := range a.Op.Select {
		c.Chans = append(c.Chans, a.operand(arg))
		arg++
		var v reflect.Value
		at := 0
		if s.Send {
			v = a.operand(arg)
			arg++
		} else {
			at = res
			res += 2
		}
		c.Sends, c.results = append(c.Sends, v), append(c.results, at)
	}
	return c
}

func (a *Act) operand(i int) reflect.Value { return reflect.NewAt(a.In[i], a.Args[i]).Elem() }

// Value is where the value of a receive goes.
func (c *Cases) Value(i int) reflect.Value {
	k := c.results[i]
	return reflect.NewAt(c.act.Out[k], c.act.Results[k]).Elem()
}

// OK is where a receive says whether it got a value.
func (c *Cases) OK(i int) *bool { return (*bool)(c.act.Results[c.results[i]+1]) }

// Try is the select with a default case: what it receives goes where it belongs. It
// returns -1 where nothing can be done, and panics as the select would.
func (c *Cases) Try() (chosen int) {
	cases := make([]reflect.SelectCase, 0, len(c.Chans)+1)
	for i, ch := range c.Chans {
		s := reflect.SelectCase{Dir: reflect.SelectRecv, Chan: ch}
		if c.Sends[i].IsValid() {
			s.Dir, s.Send = reflect.SelectSend, c.Sends[i]
		}
		cases = append(cases, s)
	}
	chosen, v, ok := reflect.Select(append(cases, reflect.SelectCase{Dir: reflect.SelectDefault}))
	if chosen == len(c.Chans) {
		return -1
	}
	if !c.Sends[chosen].IsValid() {
		c.Value(chosen).Set(v)
		*c.OK(chosen) = ok
	}
	return chosen
}

// Attempt makes an attempt at something that may panic: then it is left to be done
// natively, where the panic belongs.
func Attempt(f func() bool) (done bool) {
	defer func() { _ = recover() }()
	return f()
}
