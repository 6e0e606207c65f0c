package race

import "slices"

// fifo is what is known of what lies in a buffer, oldest first.
type fifo []clock

// pop takes the oldest away. A short list stays where it is, so that the next one to come
// needs no memory.
func (f *fifo) pop() clock {
	const short = 32
	c := (*f)[0]
	if len(*f) > short {
		*f = (*f)[1:]
	} else {
		*f = slices.Delete(*f, 0, 1)
	}
	return c
}

// queue is who waits for one side of a channel. Who of them did his part is not known, so
// whatever concerns one of them concerns them all. Of a crowd that is kept once and not for
// each: a thousand that are waiting would have to be told of each of a thousand values.
type queue struct {
	list  []*waiting
	knows clock // what a crowd knows
	given clock // what it has been given, as long as anybody waits
	gifts int   // how often
}

// crowd is how many make one.
const crowd = 32

// waiting is a goroutine that waits to send or to receive.
type waiting struct {
	knows clock   // when it began to
	got   []clock // of those that may have done their part with it
	gifts int     // of its queue, when it began to wait
	sure  bool    // nobody else waited when the other side did its part

	first [1]clock // the memory of got, which mostly has one
}

// enter is where t begins to wait.
func (q *queue) enter(t *thread) *waiting {
	w := &waiting{knows: t.passes(), gifts: q.gifts}
	w.got = w.first[:0]
	q.list = append(q.list, w)
	switch n := len(q.list); {
	case n == crowd:
		q.knows = clock{}
		for _, w := range q.list {
			q.knows.join(w.knows)
		}
	case n > crowd:
		q.knows.join(w.knows)
	}
	return w
}

// leave is where one does not wait any more.
func (q *queue) leave(w *waiting) {
	if i := slices.Index(q.list, w); i >= 0 {
		q.list = slices.Delete(q.list, i, i+1)
	}
	if w.gifts != q.gifts {
		w.got = append(w.got, q.given)
	}
	if len(q.list) == 0 {
		q.given = clock{}
	}
}

// all is what any of them knew, nothing if there are none. It may be somebody's own: nobody
// changes it.
func (q *queue) all() (c clock) {
	switch {
	case len(q.list) == 1:
		return q.list[0].knows
	case len(q.list) >= crowd:
		return q.knows.clone()
	}
	for _, w := range q.list {
		c.join(w.knows)
	}
	return c
}

// hand lets those who wait know of what somebody has done with one of them.
func (q *queue) hand(c clock) {
	if len(q.list) >= crowd {
		q.given.join(c)
		q.gifts++
		return
	}
	for _, w := range q.list {
		w.got = append(w.got, c)
		w.sure = len(q.list) == 1
	}
}

// settle is what t knows when its wait is over.
func (w *waiting) settle(t *thread) {
	for _, c := range w.got {
		t.knows.join(c)
	}
}
