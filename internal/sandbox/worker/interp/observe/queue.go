package observe

import "slices"

// queue is what the observer knows of a channel: the values and goroutines that lie or
// wait there, in their order.
type queue struct {
	sends     int64
	buffer    []item
	senders   []*waiter
	receivers []*waiter
	handed    []*waiter // receivers that have got their value, and have not gone on yet
}

// item is a value in the buffer.
type item struct{ number, from int64 }

// waiter is a goroutine that waits to send or to receive. One that waits in a select is in
// several queues, with a waiter in each, of which one is chosen.
type waiter struct {
	g       int64
	site    int64
	text    string // the value that it sends
	chosen  *bool
	settled bool // somebody else has done its part
	item    item // what it sent or got
	peer    int64
}

// first takes the first waiter out of a queue that still waits.
func first(list *[]*waiter) *waiter {
	for len(*list) > 0 {
		w := (*list)[0]
		*list = (*list)[1:]
		if !*w.chosen {
			*w.chosen = true
			return w
		}
	}
	return nil
}

// remove takes w out of the queue.
func remove(list *[]*waiter, w *waiter) {
	if i := slices.Index(*list, w); i >= 0 {
		*list = slices.Delete(*list, i, i+1)
	}
}

// sent is what happens at a channel of capacity n when g has sent a value: somebody who
// waits has it now, or it lies in the buffer. It returns who has it, if it is known.
func (q *queue) sent(it item, n int) (to int64) {
	if r := first(&q.receivers); r != nil {
		r.settled, r.item, r.peer = true, it, it.from
		q.handed = append(q.handed, r)
		return r.g
	}
	if n > 0 {
		q.buffer = append(q.buffer, it)
	}
	return 0
}

// received is which value g has got: of the buffer, or of a sender that waits. A sender
// whose value goes into the buffer by that, or to g, is returned as one that has sent.
func (q *queue) received(g int64, n int) (it item, freed *waiter) {
	switch {
	case len(q.buffer) > 0:
		it, q.buffer = q.buffer[0], q.buffer[1:]
		if freed = q.free(g); freed != nil {
			q.buffer = append(q.buffer, freed.item)
		}
	default:
		if freed = q.free(g); freed != nil {
			return freed.item, freed
		}
		// The value was taken for that of one who was about to wait.
		if k := len(q.handed); k > 0 {
			r := q.handed[k-1]
			q.handed = q.handed[:k-1]
			it = r.item
			r.settled, *r.chosen = false, false
			q.receivers = slices.Insert(q.receivers, 0, r)
		}
	}
	return it, freed
}

// free lets the first sender go on: g has made room.
func (q *queue) free(g int64) *waiter {
	w := first(&q.senders)
	if w != nil {
		q.sends++
		w.settled, w.peer, w.item = true, g, item{q.sends, w.g}
	}
	return w
}
