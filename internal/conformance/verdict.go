package conformance

import (
	"regexp"
	"strings"
)

// Kind says how a comparison ended.
type Kind string

// The kinds, in the order of a report. Those before Equal were not compared.
const (
	Unstable    Kind = "unstable"     // two runs of the reference differ
	NotCompiled Kind = "not compiled" // the reference's compiler rejects it
	TooSlow     Kind = "too slow"     // the reference does not end in time
	Equal       Kind = "equal"
	Refused     Kind = "refused"    // the product does not accept the program
	Crashed     Kind = "crashed"    // it panics where Go does not
	TimedOut    Kind = "over limit" // it needs more time or memory than it gets
	WrongOutput Kind = "wrong output"
	WrongExit   Kind = "wrong exit"
)

// Compared reports whether a result of this kind counts.
func (k Kind) Compared() bool { return k != Unstable && k != NotCompiled && k != TooSlow }

// Verdict is the result for one case.
type Verdict struct {
	Case *Case
	Kind Kind
	// Cause groups verdicts of one kind: a message without names and numbers.
	Cause string
	// StderrEqual says whether the first lines of standard error are the same.
	StderrEqual bool
	Want, Got   *Outcome
	Stderr      string // all that the subject wrote there
}

// judge compares the subject's outcome with the reference's.
func judge(c *Case, want, got *Outcome, stderr string) Verdict {
	v := Verdict{Case: c, Want: want, Got: got, Stderr: stderr, StderrEqual: want.Stderr == got.Stderr}
	switch {
	case want.Equal(got):
		v.Kind = Equal
		return v
	case got.TimedOut || got.Exit == exitLimit:
		v.Kind = TimedOut
	case got.Exit == 1 && want.Exit != 1 && len(got.Stdout) == 0:
		v.Kind = Refused
	case got.Exit == 2 && want.Exit != 2:
		v.Kind = Crashed
	case got.Exit != want.Exit:
		v.Kind = WrongExit
	default:
		v.Kind = WrongOutput
	}
	v.Cause = cause(got.Stderr)
	return v
}

var (
	position = regexp.MustCompile(`\S*\.(go|txtar):\d+(:\d+)?:? ?`)
	quoted   = regexp.MustCompile("\"[^\"]*\"|'[^']*'|`[^`]*`")
	number   = regexp.MustCompile(`0x[0-9a-f]+|\d+`)
)

// cause strips a message of what differs from program to program.
func cause(message string) string {
	message = position.ReplaceAllString(message, "")
	message = quoted.ReplaceAllString(message, "…")
	message = number.ReplaceAllString(message, "N")
	if len(message) > 120 {
		message = message[:120]
	}
	return strings.TrimSpace(message)
}
