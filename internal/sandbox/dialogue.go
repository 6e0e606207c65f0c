package sandbox

import (
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"playground/internal/sandbox/wire"
)

// dialogue is what a worker has said since it was given a program, held to what
// an honest one can say. Whatever else comes on that descriptor was written by
// the program, and ends it.
type dialogue struct {
	phases      atomic.Int32 // how many it has reached
	diagnostics int
	leaks       []wire.Leak
	races       int
	outcomes    int
	explored    bool // the last has been said about schedules
	exit        *wire.Exit
	// events are on their way to the sink, which may be slow: what the worker
	// says is heard at once all the same. There is room for all that an honest
	// one can say, but for its waits for input: one that finds no room is not
	// told.
	events chan func(t time.Duration) Event
}

func newDialogue() dialogue {
	const waits = 4
	return dialogue{events: make(chan func(time.Duration) Event, wire.MaxDiagnostics+wire.MaxRaces+1+wire.MaxOutcomes+1+len(wire.Phases())+waits)}
}

// accepted reports whether the worker has its program.
func (r *run) accepted() bool { return r.reached(wire.PhaseWorker) }

// reached reports whether the program has come to p.
func (r *run) reached(p wire.Phase) bool {
	return int(r.worker.phases.Load()) > slices.Index(wire.Phases(), p)
}

// readReports hears the worker out.
func (r *run) readReports() {
	defer close(r.worker.events)
	for {
		rep, err := r.process.nextReport()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil || !r.hear(rep) {
			r.kill(StatusBreach)
			return
		}
	}
}

// passOn tells the sink what the worker said.
func (r *run) passOn() {
	for e := range r.worker.events {
		r.emit(e)
	}
}

// hear takes one report, and returns false for one that no honest worker sends
// at this point.
func (r *run) hear(rep wire.Report) bool {
	w := &r.worker
	switch {
	case w.exit != nil:
		return false
	case rep.Kind == wire.KindPhase:
		return r.advance(rep.Phase)
	case !r.accepted():
		return false
	case rep.Kind == wire.KindDiagnostic:
		w.diagnostics++
		if rep.Diagnostic == nil || w.diagnostics > wire.MaxDiagnostics || r.reached(wire.PhaseStarted) {
			return false
		}
		found := Diagnosed{Diagnostic: rep.Diagnostic.Bounded()}
		w.events <- func(time.Duration) Event { return found }
		return true
	case rep.Kind == wire.KindReading:
		news, honest := r.input.claim(rep.Read)
		if news && honest && r.program.Input != nil {
			select {
			case w.events <- func(t time.Duration) Event { return Reading{T: t} }:
			default:
			}
		}
		return honest && r.program.Input != nil
	case rep.Kind == wire.KindLeaks:
		return w.leaves(rep.Leaks) && r.reached(wire.PhaseStarted)
	case rep.Kind == wire.KindRace && rep.Race != nil:
		return r.program.Race && r.reached(wire.PhaseStarted) && w.raced(*rep.Race)
	case rep.Kind == wire.KindOutcome, rep.Kind == wire.KindSchedules, rep.Kind == wire.KindChoice:
		return r.reached(wire.PhaseStarted) && r.explores(rep)
	case rep.Kind == wire.KindExit && rep.Exit != nil:
		w.exit = rep.Exit
		return judges(rep.Exit.Cause)
	}
	return false
}

// leaves takes which goroutines had not ended, once.
func (w *dialogue) leaves(leaks []wire.Leak) bool {
	if w.leaks != nil || len(leaks) == 0 || len(leaks) > wire.MaxLeaks {
		return false
	}
	for _, l := range leaks {
		l, honest := l.Bounded()
		if !honest {
			return false
		}
		w.leaks = append(w.leaks, l)
	}
	return true
}

// raced takes a data race, or that no more are looked for.
func (w *dialogue) raced(race wire.Race) bool {
	race, honest := race.Bounded()
	if w.races++; !honest || w.races > wire.MaxRaces+1 {
		return false
	}
	w.events <- func(time.Duration) Event { return Raced{Race: race} }
	return true
}

// explores takes what became of the orders that were asked for: the outcomes and the
// end of the search, the one outcome of one order, or who could go on.
func (r *run) explores(rep wire.Report) bool {
	w, p := &r.worker, r.program
	var found Event
	honest := !w.explored
	switch {
	case rep.Outcome != nil && p.Scheduled():
		o, ok := rep.Outcome.Bounded()
		w.outcomes++
		w.explored = p.Schedules == 0
		found, honest = Ended{Outcome: o}, honest && ok && w.outcomes <= wire.MaxOutcomes
	case rep.Schedules != nil && p.Schedules > 0:
		x, ok := rep.Schedules.Bounded()
		w.explored = true
		found, honest = Explored{Schedules: x}, honest && ok
	case rep.Choice != nil && p.Choices != nil:
		c, ok := rep.Choice.Bounded()
		w.explored = true
		found, honest = Chosen{Choice: c}, honest && ok
	default:
		return false
	}
	if honest {
		w.events <- func(time.Duration) Event { return found }
	}
	return honest
}

// advance takes the next phase, whose name must follow those before it.
func (r *run) advance(p wire.Phase) bool {
	list, n := wire.Phases(), int(r.worker.phases.Load())
	if n >= len(list) || list[n] != p {
		return false
	}
	r.worker.phases.Add(1)
	reached := Phase{Name: string(p), T: r.now()}
	r.worker.events <- func(time.Duration) Event { return reached }
	return true
}

// judges tells whether a worker with a program may give c as its end.
func judges(c wire.Cause) bool {
	switch c {
	case wire.CauseReturn, wire.CauseExit, wire.CausePanic, wire.CauseCompileError:
		return true
	}
	return false
}
