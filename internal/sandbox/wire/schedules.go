package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Schedules is what a worker says of having run a program in many orders (package
// schedule), after the outcomes that it found.
type Schedules struct {
	// Runs is how many orders were tried, Others how many of them had outcomes for which
	// there was no room.
	Runs   int `json:"runs"`
	Others int `json:"others,omitempty"`
	// All says that there are no other orders.
	All bool `json:"all,omitempty"`
	// Perturbed says that those were real runs, in which goroutines were held up at random,
	// because Unscheduled waits where nobody else can be let go on.
	Perturbed   bool   `json:"perturbed,omitempty"`
	Unscheduled *Doing `json:"unscheduled,omitempty"`
}

// Bounded reports whether s is what an honest worker could tell, and returns it with
// nothing in it that cannot be shown.
func (s Schedules) Bounded() (Schedules, bool) {
	return s, s.Runs >= 0 && s.Others >= 0 && (s.Unscheduled == nil || s.Unscheduled.bound())
}

// OutcomeKind is how a program can end.
type OutcomeKind string

// The kinds of outcomes.
const (
	OutcomeOK       OutcomeKind = "ok"
	OutcomeExit     OutcomeKind = "exit"
	OutcomePanic    OutcomeKind = "panic"
	OutcomeDeadlock OutcomeKind = "deadlock"
	OutcomeLeak     OutcomeKind = "leak"    // main returned, and others wait for ever
	OutcomeEndless  OutcomeKind = "endless" // after so many operations
	OutcomeRace     OutcomeKind = "race"    // it ended, and had data races
)

// OutcomeKinds are all of them.
func OutcomeKinds() []OutcomeKind {
	return []OutcomeKind{OutcomeOK, OutcomeExit, OutcomePanic, OutcomeDeadlock, OutcomeLeak, OutcomeEndless, OutcomeRace}
}

// Outcome is one that a program can have.
type Outcome struct {
	Kind    OutcomeKind `json:"kind"`
	Count   int         `json:"count"`             // of the runs
	Seed    string      `json:"seed"`              // names the schedule; empty if it is too long to be followed
	Exit    int         `json:"exit,omitempty"`    // status
	Message string      `json:"message,omitempty"` // what the runtime says
	Output  string      `json:"output"`
	// Blocked are those who wait for ever.
	Blocked []Doing `json:"blocked,omitempty"`
	// Switches are where the schedule stops a goroutine, or chooses a case of a select,
	// that otherwise would have been another.
	Switches []Switch `json:"switches,omitempty"`
}

// Doing is what a goroutine does, is about to do, or waits for. Of what is no goroutine,
// such as the clock, there is only a name.
type Doing struct {
	G    int64  `json:"g,omitempty"` // its number, main's is 1
	Name string `json:"name"`
	What string `json:"what,omitempty"` // in the words of traces
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// String is it as traces have it: "worker #2 [chan send] prog.go:9".
func (d Doing) String() string {
	if d.What == "" {
		return d.Name
	}
	if d.Line == 0 {
		return fmt.Sprintf("%s [%s]", d.Name, d.What)
	}
	return fmt.Sprintf("%s [%s] %s:%d", d.Name, d.What, d.File, d.Line)
}

// Switch is a place where somebody else goes on.
type Switch struct {
	Choice int `json:"choice"` // its number in the schedule
	// Doing is the goroutine that was stopped, before what it was about to do.
	Doing
	// Peer and To are who went on instead. Both are missing where another case of a
	// select was chosen, which What says then, or another number was thrown; Peer is
	// missing where it was the clock.
	Peer int64  `json:"peer,omitempty"`
	To   string `json:"to,omitempty"`
}

// Choice is where a schedule has come to, if it is followed for so many choices only:
// who could go on, or which of the cases of a select could be chosen.
type Choice struct {
	Number  int     `json:"number"`
	Default int     `json:"default"` // of Options, where nobody is stopped
	Options []Doing `json:"options"`
}

// Limits of what is told of schedules.
const (
	// MaxOutcomes is how many outcomes are told apart.
	MaxOutcomes = 64
	// MaxDoings is how many goroutines, switch points and options are listed of an
	// outcome, or a choice.
	MaxDoings = 64
	// MaxSeed bounds the name of a schedule, in bytes.
	MaxSeed = 2000
	// maxName bounds names and the like, maxMessage what the runtime says, in bytes.
	maxName    = 200
	maxMessage = 4 << 10
)

// Fit is o with no more of its output than fits into a report.
func (o Outcome) Fit() Outcome {
	for len(o.Output) > 0 {
		line, err := json.Marshal(o)
		if err != nil || len(line) < MaxReport-1<<10 {
			break
		}
		half := o.Output[:len(o.Output)/2]
		for !utf8.ValidString(half) && len(half) > 0 {
			half = half[:len(half)-1]
		}
		o.Output = half
	}
	return o
}

// Bounded reports whether o is one that an honest worker could tell of, and returns it
// with nothing in it that cannot be shown.
func (o Outcome) Bounded() (Outcome, bool) {
	ok := len(o.Blocked) <= MaxDoings && len(o.Switches) <= MaxDoings && len(o.Message) <= maxMessage && len(o.Seed) <= MaxSeed &&
		strings.Trim(o.Seed, "0123456789:,") == "" && o.Count > 0
	known := false
	for _, k := range OutcomeKinds() {
		known = known || k == o.Kind
	}
	if !ok || !known {
		return o, false
	}
	for i := range o.Blocked {
		ok = ok && o.Blocked[i].bound()
	}
	for i := range o.Switches {
		s := &o.Switches[i]
		ok = ok && s.bound() && showable(&s.To) && s.Peer >= 0 && s.Choice >= 0
	}
	return o, ok
}

// Bounded is the same for a choice.
func (c Choice) Bounded() (Choice, bool) {
	ok := len(c.Options) > 0 && len(c.Options) <= MaxDoings && c.Number >= 0 && c.Default >= 0 && c.Default < len(c.Options)
	for i := range c.Options {
		ok = ok && c.Options[i].bound()
	}
	return c, ok
}

func (d *Doing) bound() bool {
	const count = 1 << 30
	return showable(&d.Name) && showable(&d.What) && showable(&d.File) && d.G >= 0 && d.G <= count && d.Line >= 0 && d.Line <= count
}

// showable makes a name fit to be shown, and reports whether it is not too long.
func showable(s *string) bool {
	if len(*s) > maxName {
		return false
	}
	*s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, *s)
	return true
}
