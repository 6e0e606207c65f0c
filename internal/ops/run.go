package ops

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Stage is a moment in the course of a run.
type Stage string

// The stages, in the order in which a run comes to them. A program that is let
// in at once was never queued, and one that does not compile never started.
const (
	Queued    Stage = "queued"     // it waits for its turn
	Admitted  Stage = "admitted"   // it may run
	Worker    Stage = "worker"     // a worker was taken, and is handed the program
	Read      Stage = "read"       // the worker has the program
	Checked   Stage = "checked"    // parsed, type-checked and vetted
	Lowered   Stage = "lowered"    // in the language that the interpreter runs
	Started   Stage = "started"    // from here on the program runs
	FirstByte Stage = "first_byte" // it has printed something
	Ended     Stage = "ended"
)

// stages says what a run does until it comes to a stage. The time in the queue
// ends with Admitted, whether it was told of a queue or not.
var stages = []struct {
	until Stage
	doing string
}{
	{Admitted, "wait for a turn"},
	{Worker, "take a worker"},
	{Read, "hand the program over"},
	{Checked, "check"},
	{Lowered, "lower"},
	{Started, "start"},
	{FirstByte, "run to the first byte"},
	{Ended, "run to the end"},
}

// RunInfo is what is known of a run when it begins.
type RunInfo struct {
	ID   string // as its client named it
	Task string // what is done with the program
}

// Outcome is how a run ended.
type Outcome struct {
	Status    string
	CPU, Wall time.Duration
	Memory    int64 // the most that it held, in bytes
	Output    int64 // bytes
}

// Run is a run that is recorded. All methods work on a nil *Run.
type Run struct {
	recorder *Recorder
	trace    string
	info     RunInfo
	begun    time.Time

	mu      sync.Mutex
	marks   []mark // in the order in which they were made
	refused string // the code, if the run was refused
	outcome *Outcome
}

// mark is when a run came to a stage, from its beginning on.
type mark struct {
	stage Stage
	at    time.Duration
}

// Mark notes that the run has come to a stage now. Only the first time counts.
func (x *Run) Mark(s Stage) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.add(s, time.Since(x.begun))
}

// MarkAt notes that the run came to a stage t after its worker was taken.
func (x *Run) MarkAt(s Stage, t time.Duration) {
	if x == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if worker, ok := x.reached(Worker); ok {
		x.add(s, worker+t)
	}
}

// End notes how the run ended. It is called once, or Refuse is.
func (x *Run) End(o Outcome) {
	if x == nil {
		return
	}
	x.mu.Lock()
	x.add(Ended, time.Since(x.begun))
	x.outcome = &o
	x.mu.Unlock()
	x.recorder.ended(x)
}

// Refuse notes that the program was not run, and why.
func (x *Run) Refuse(code string) {
	if x == nil {
		return
	}
	x.mu.Lock()
	x.add(Ended, time.Since(x.begun))
	x.refused = code
	x.mu.Unlock()
	x.recorder.refused(x, code)
}

// add adds a mark. The caller holds mu.
func (x *Run) add(s Stage, at time.Duration) {
	if _, twice := x.reached(s); !twice {
		x.marks = append(x.marks, mark{s, at})
	}
}

// reached is when the run came to a stage. The caller holds mu.
func (x *Run) reached(s Stage) (time.Duration, bool) {
	i := slices.IndexFunc(x.marks, func(m mark) bool { return m.stage == s })
	if i < 0 {
		return 0, false
	}
	return x.marks[i].at, true
}

// part is a stretch of a run, from one stage to the next that it came to.
type part struct {
	until    Stage
	doing    string
	from, to time.Duration
}

// parts are the stretches of a run in the order of the stages. One that still
// goes on ends now.
func (x *Run) parts() []part {
	x.mu.Lock()
	defer x.mu.Unlock()
	var list []part
	var from time.Duration
	for _, s := range stages {
		at, ok := x.reached(s.until)
		if !ok {
			continue
		}
		at = max(at, from) // readings of two goroutines
		list = append(list, part{s.until, s.doing, from, at})
		from = at
	}
	if _, over := x.reached(Ended); !over {
		list = append(list, part{"", "going on", from, max(from, time.Since(x.begun))})
	}
	return list
}

// status is how the run ended or where it is.
func (x *Run) status() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.outcome != nil:
		return x.outcome.Status
	case x.refused != "":
		return "refused: " + x.refused
	case len(x.marks) == 0:
		return "received"
	}
	last := slices.MaxFunc(x.marks, func(a, b mark) int { return cmp.Compare(a.at, b.at) })
	return string(last.stage)
}
