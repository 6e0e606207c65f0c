package sandbox

import (
	"time"

	"playground/internal/sandbox/events"
)

const (
	// observeEvery is the time between two looks at a worker's events. A full ring at
	// each of them is what a flood costs: some 4 % of a core.
	observeEvery = 40 * time.Millisecond
	// observedAtOnce is how many events go into one Observed.
	observedAtOnce = 250
)

// observe delivers the program's events until it has ended, and then the last ones.
func (r *run) observe(began int64, reaped <-chan struct{}) {
	if !r.program.Observe || r.process.events == nil {
		return
	}
	reader := events.NewReader(r.process.events, began)
	tick := time.NewTicker(observeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-reaped:
			r.look(reader)
			last, left := reader.Rest(events.Now())
			r.observed(last, left)
			return
		}
		if r.look(reader) != nil {
			return
		}
	}
}

// look delivers what has come. Its error means that nothing more will: the program has
// written over it.
func (r *run) look(reader *events.Reader) error {
	list, err := reader.Take(nil, events.Now())
	r.observed(list, 0)
	return err
}

// observed delivers events, of which left were left out before them.
func (r *run) observed(list []events.Event, left int64) {
	for len(list) > 0 || left > 0 {
		n := min(len(list), observedAtOnce)
		some := list[:n]
		r.emit(func(t time.Duration) Event { return Observed{T: t, Events: some, Left: left} })
		list, left = list[n:], 0
	}
}
