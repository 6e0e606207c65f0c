package wire

import "encoding/binary"

// coder writes the fields of a Job to b, or reads them from there, by the same list,
// so that both sides have the same. It is not JSON: a worker reads its job when it has
// waited for a while and no cache of the machine has anything of it, and to find
// its way through reflection then takes it a tenth of a program's way to its first byte.
type coder struct {
	b       []byte
	reading bool
	bad     bool // there was something else to read
}

func (c *coder) job(j *Job) {
	text(c, &j.Task)
	text(c, &j.Source)
	list(c, &j.Args, text)
	for _, n := range []*int64{(*int64)(&j.Limits.CPUTime), (*int64)(&j.Limits.WallTime), &j.Limits.Memory, &j.Limits.Output, &j.Limits.Source} {
		number(c, n)
	}
	truth(c, &j.Interactive)
	number(c, &j.Schedules)
	text(c, &j.Schedule)
	list(c, &j.Choices, number)
	truth(c, &j.Observe)
	truth(c, &j.Race)
	number(c, &j.At)
	number(c, &j.Procs)
}

func number[N ~int | ~int64](c *coder, n *N) {
	if !c.reading {
		c.b = binary.AppendVarint(c.b, int64(*n))
		return
	}
	v, size := binary.Varint(c.b)
	if size <= 0 || int64(N(v)) != v {
		c.fail()
		return
	}
	*n, c.b = N(v), c.b[size:]
}

// text is any bytes: the compiler should see a program that is not UTF-8 as it is.
func text[S ~string](c *coder, s *S) {
	n := len(*s)
	if number(c, &n); !c.reading {
		c.b = append(c.b, *s...)
		return
	}
	if n < 0 || n > len(c.b) {
		c.fail()
		return
	}
	*s, c.b = S(c.b[:n]), c.b[n:]
}

func truth(c *coder, b *bool) {
	var n int
	if *b {
		n = 1
	}
	number(c, &n)
	*b = n == 1
}

// list tells none from one without items, as a Job does.
func list[T any](c *coder, l *[]T, item func(*coder, *T)) {
	n := -1
	if *l != nil {
		n = len(*l)
	}
	number(c, &n)
	if c.reading && n >= 0 {
		if n > len(c.b) { // an item has a byte at least
			c.fail()
			return
		}
		*l = make([]T, n)
	}
	for i := range *l {
		item(c, &(*l)[i])
	}
}

// fail ends the reading: there is nothing more to be had.
func (c *coder) fail() { c.b, c.bad = nil, true }
