package schedule

import (
	"reflect"
	"strings"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// races finds the data races of the schedule that is going on.
type races interface {
	// Reset is called before a schedule, Stop where there are none any more.
	Reset()
	Stop()
	// Sent is called when a goroutine has sent a value, to another one if that waited for
	// it at a channel without a buffer; Received when one has received a value, or has
	// found the channel closed.
	Sent(g *hook.Goroutine, ch reflect.Value, to *hook.Goroutine)
	Received(g *hook.Goroutine, ch reflect.Value, ok bool)
	// Races are those that were found: each in a line that is the same whoever came first,
	// and what is printed of all of them.
	Races() (lines []string, reports string)
}

// racy is the exit status of programs with data races.
const racy = 66

// raced makes an outcome of the races that were found, unless the program has ended in a
// way that says more.
func (r *turnstile) raced(lines []string) {
	if len(lines) == 0 {
		return
	}
	text := strings.Join(lines, "\n")
	switch r.result.Kind {
	case wire.OutcomeOK, wire.OutcomeExit, wire.OutcomeLeak:
		r.result.Kind, r.result.Exit, r.result.Message = wire.OutcomeRace, racy, text
	default:
		r.result.Message = text + "\n" + r.result.Message
	}
}
