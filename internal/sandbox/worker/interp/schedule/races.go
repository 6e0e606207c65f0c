package schedule

import (
	"fmt"
	"io"
	"reflect"
	"slices"
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
	// Races are those that were found, Print writes their reports.
	Races() []wire.Race
	Print(w io.Writer)
}

// racy is the exit status of programs with data races.
const racy = 66

// raced makes an outcome of the races that were found, unless the program has ended in a
// way that says more.
func (r *turnstile) raced(list []wire.Race) {
	if len(list) == 0 {
		return
	}
	var lines []string
	for _, race := range list {
		lines = append(lines, line(race))
	}
	slices.Sort(lines)
	text := strings.Join(slices.Compact(lines), "\n")
	switch r.result.Kind {
	case wire.OutcomeOK, wire.OutcomeExit, wire.OutcomeLeak:
		r.result.Kind, r.result.Exit, r.result.Message = wire.OutcomeRace, racy, text
	default:
		r.result.Message = text + "\n" + r.result.Message
	}
}

// line is a race in a line, the same whoever came first.
func line(race wire.Race) string {
	var sides []string
	for _, a := range race.Accesses {
		where := " in the library"
		if a.Line > 0 {
			where = fmt.Sprintf(" at %s:%d", a.File, a.Line)
		}
		sides = append(sides, a.What+where)
	}
	slices.Sort(sides)
	return "DATA RACE: " + strings.Join(sides, " and ")
}
