package shim

import (
	"fmt"
	"strconv"
	"strings"
)

// Call is a call of the program, as traces show it.
type Call struct {
	Name string // "main.(*T).Method"
	File string
	Line int
	// Parens follow the name in a trace: empty, or hinting at arguments.
	Parens string
}

// Stack is a goroutine of the program, as traces show it.
type Stack struct {
	Number int64
	State  string // in the runtime's words
	Waits  string // the library's calls that it is in, as lines of a trace
	Calls  []Call // innermost first
	// Skipped is how many calls are left out before Calls[Gap].
	Gap, Skipped int
	// Creator is the go statement that started it, in the goroutine of the
	// number Parent; nil for main's.
	Creator *Call
	Parent  int64
}

// String is the trace as Go prints it, but for arguments and addresses.
func (s Stack) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "goroutine %d [%s]:\n%s", s.Number, s.State, s.Waits)
	for i, c := range s.Calls {
		if s.Skipped > 0 && i == s.Gap {
			fmt.Fprintf(&b, "...%d frames elided...\n", s.Skipped)
		}
		b.WriteString(c.Name + c.Parens + "\n" + c.place())
	}
	if c := s.Creator; c != nil {
		b.WriteString("created by " + c.Name + " in goroutine " + strconv.FormatInt(s.Parent, 10) + "\n" + c.place())
	}
	return b.String()
}

func (c Call) place() string { return "\t" + c.File + ":" + strconv.Itoa(c.Line) + "\n" }
