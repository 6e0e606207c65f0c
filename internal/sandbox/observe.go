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
	// maxVirtual is the last moment of a clock that is not ours, in µs: two years.
	maxVirtual = 2 * 366 * 24 * int64(time.Hour/time.Microsecond)
)

// observe delivers the program's events until it has ended, and then the last ones.
func (r *run) observe(began int64, reaped <-chan struct{}) {
	if !r.program.Observe || r.process.events == nil {
		return
	}
	now := events.Now
	if r.program.Scheduled() { // it has a clock of its own
		began, now = 0, func() int64 { return maxVirtual }
	}
	reader := events.NewReader(r.process.events, began)
	tick := time.NewTicker(observeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-reaped:
			r.look(reader, now())
			last, left := reader.Rest(now())
			r.observed(last, left)
			return
		}
		if r.look(reader, now()) != nil {
			return
		}
	}
}

// look delivers what has come. Its error means that nothing more will: the program has
// written over it.
func (r *run) look(reader *events.Reader, now int64) error {
	list, err := reader.Take(nil, now)
	r.observed(list, 0)
	return err
}

// observed delivers events, of which left were left out before them.
func (r *run) observed(list []events.Event, left int64) {
	for len(list) > 0 || left > 0 {
		n := min(len(list), observedAtOnce)
		some := list[:n]
		r.emit(func(t time.Duration) Event {
			return Observed{T: t, Events: some, Left: left, Virtual: r.program.Scheduled()}
		})
		list, left = list[n:], 0
	}
}
