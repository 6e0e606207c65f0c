package wire

import (
	"encoding/json"

	"playground/internal/diag"
)

// Kind names what a Report tells.
type Kind string

// The kinds of Report, in the order in which a well-behaved worker sends them.
const (
	// KindReady: confined, waiting for a Job. Layers is set.
	KindReady Kind = "ready"
	// KindDiagnostic: one finding about the program's text. Any number.
	KindDiagnostic Kind = "diagnostic"
	// KindPhase: how far the program has come. Phase is set. The first one says
	// that the worker has its Job: until then nothing of the program has run.
	KindPhase Kind = "phase"
	// KindReading: the program waits for more standard input, having read all
	// that was there. Read is set. At most one for each write of the parent's.
	KindReading Kind = "reading"
	// KindLeaks: which goroutines had not ended when main returned. Leaks is set. At most
	// one, just before KindExit.
	KindLeaks Kind = "leaks"
	// KindRace: a data race that was seen, or that no more will be. Race is set. At most
	// MaxRaces and one, where the job asks for races.
	KindRace Kind = "race"
	// KindOutcome: one that the program can have, or had in the order that it was to run
	// in. Outcome is set. At most MaxOutcomes, where the job asks for schedules.
	KindOutcome Kind = "outcome"
	// KindSchedules: all outcomes have been told. Schedules is set. At most one.
	KindSchedules Kind = "schedules"
	// KindChoice: where the order that the job gave ends, and who could go on. Choice is
	// set. At most one.
	KindChoice Kind = "choice"
	// KindExit: how the program ended, in the worker's view. At most one;
	// a worker that crashes or is killed sends none.
	KindExit Kind = "exit"
)

// Report is a message from a worker. It is hostile input.
type Report struct {
	Kind       Kind             `json:"kind"`
	Layers     []Layer          `json:"layers,omitempty"`
	Steps      []Step           `json:"steps,omitempty"` // of KindReady and KindExit, where Setup asks for them
	Diagnostic *diag.Diagnostic `json:"diagnostic,omitempty"`
	Phase      Phase            `json:"phase,omitempty"`
	Read       int64            `json:"read,omitempty"` // bytes of standard input, all in all
	Leaks      []Leak           `json:"leaks,omitempty"`
	Race       *Race            `json:"race,omitempty"`
	Outcome    *Outcome         `json:"outcome,omitempty"`
	Schedules  *Schedules       `json:"schedules,omitempty"`
	Choice     *Choice          `json:"choice,omitempty"`
	Exit       *Exit            `json:"exit,omitempty"`
}

// Leak is some goroutines that had not ended when main returned, all of them in the same
// state at the same place of the program.
type Leak struct {
	Count int    `json:"count"`
	State string `json:"state"` // in Go's words: "chan send", "running"
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
	Func  string `json:"func,omitempty"`
}

// MaxLeaks is how many of them are told apart; the last stands for the rest then.
const MaxLeaks = 16

// Bounded reports whether l is one that an honest worker could tell of, and returns it
// with nothing in it that cannot be shown.
func (l Leak) Bounded() (Leak, bool) {
	const count = 1 << 20
	for _, s := range []*string{&l.State, &l.File, &l.Func} {
		if !showable(s) {
			return l, false
		}
	}
	return l, l.Count > 0 && l.Count <= count && l.Line >= 0 && l.Line <= count && l.State != ""
}

// Limits of what a parent accepts from one worker, in bytes and items.
const (
	MaxReport      = 64 << 10 // one line
	MaxDiagnostics = 64
	MaxCrash       = 64 << 10 // what is read of descriptor 2 before the kill
)

// Step is a part of a worker's start or of a program's way, with what the process had
// used when it was done, in nanoseconds: of processor time, and of the clock that does not jump.
type Step struct {
	Name  string `json:"name"`
	CPU   int64  `json:"cpu"`
	Clock int64  `json:"clock"`
}

// ForReader begins each line of a crash text that speaks of the reader's program:
// a worker writes them in the place of the traces of its runtime.
const ForReader = '\x01'

// Layer is one wall of the confinement, as the worker found it by doing.
type Layer struct {
	Name   string `json:"name"` // "seccomp", "landlock", ...
	Active bool   `json:"active"`
	// Detail says how strong it is, or why it is absent.
	Detail string `json:"detail,omitempty"`
}

// Phase is a stage of a program in its worker.
type Phase string

// Phases returns the phases in the order in which a program reaches them.
func Phases() []Phase { return []Phase{PhaseWorker, PhaseChecked, PhaseLowered, PhaseStarted} }

// The phases. Diagnostics come before PhaseStarted or not at all.
const (
	PhaseWorker  Phase = "worker"  // the worker has its Job
	PhaseChecked Phase = "checked" // parsed, type-checked and vetted
	PhaseLowered Phase = "lowered" // in the language that the interpreter runs
	PhaseStarted Phase = "started" // from here on the program runs
)

// Cause is why a program ended, as the worker saw it.
type Cause string

// The causes that a worker can name. Everything else is judged from outside.
const (
	CauseReturn       Cause = "return"        // main returned
	CauseExit         Cause = "exit"          // os.Exit, log.Fatal
	CausePanic        Cause = "panic"         // an unrecovered panic
	CauseCompileError Cause = "compile_error" // the program never ran
	CauseFailure      Cause = "failure"       // the worker could not become ready
	CauseShortage     Cause = "shortage"      // the same, because the machine is short of something
)

// Exit is a program's end.
type Exit struct {
	Cause Cause `json:"cause"`
	Code  int   `json:"code"`
	// Message is set for CauseFailure and CauseShortage, which are for workers
	// that have no program yet.
	Message string `json:"message,omitempty"`
}

// AppendReport appends r and a newline to b. A report that does not fit is
// replaced by one that says so: a worker's words may be long, never unbounded.
func AppendReport(b []byte, r Report) []byte {
	if r.Kind == KindPhase { // four of them are on the way to a program's first byte: see coder
		return append(append(append(b, `{"kind":"phase","phase":"`...), r.Phase...), "\"}\n"...)
	}
	line, err := json.Marshal(r)
	if err != nil || len(line) >= MaxReport {
		line, _ = json.Marshal(Report{Kind: r.Kind, Diagnostic: shorten(r.Diagnostic), Exit: r.Exit})
	}
	return append(append(b, line...), '\n')
}

func shorten(d *diag.Diagnostic) *diag.Diagnostic {
	if d == nil {
		return nil
	}
	const most = 1 << 10
	s := *d
	s.Related = nil
	if len(s.Message) > most {
		s.Message = s.Message[:most] + " (message cut)"
	}
	return &s
}
