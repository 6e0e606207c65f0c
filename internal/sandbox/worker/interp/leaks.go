package interp

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine"
)

// settle is how long goroutines that are not waiting may take to end, once main has
// returned: one that has told main of its end a moment ago is none that was forgotten.
const settle = 2 * time.Millisecond

// left is the goroutines that main leaves behind: those that wait, and those that still
// run a moment later. It is told of them by place and state.
func left(eng *engine.Engine) []wire.Leak {
	list, total := eng.Left()
	if slices.ContainsFunc(list, busy) {
		time.Sleep(settle)
		list, total = eng.Left()
	}
	var leaks []wire.Leak
	for _, s := range list {
		leaks = count(leaks, leakOf(s))
	}
	slices.SortStableFunc(leaks, func(a, b wire.Leak) int { return cmp.Compare(b.Count, a.Count) })
	if total > len(list) && len(leaks) > 0 { // more than the runtime was asked to tell of
		leaks = count(leaks, wire.Leak{Count: total - len(list), State: "unknown"})
	}
	return leaks
}

// busy says whether a goroutine does not wait for anything.
func busy(s shim.Stack) bool {
	return strings.HasPrefix(s.State, "run")
}

// leakOf is one goroutine, at the innermost call of the reader's own, or where it was
// started if there is none: go mu.Lock().
func leakOf(s shim.Stack) wire.Leak {
	state, _, _ := strings.Cut(s.State, ",") // how long it has waited
	if busy(s) {
		state = "running"
	}
	l := wire.Leak{Count: 1, State: state}
	calls := s.Calls
	if s.Creator != nil {
		calls = append(calls, *s.Creator)
	}
	for _, c := range calls {
		if !filepath.IsAbs(c.File) {
			l.File, l.Line, l.Func = c.File, c.Line, c.Name
			break
		}
	}
	return l
}

// count adds l to those that are like it. Of more kinds than anybody reads the last
// stands for the rest.
func count(leaks []wire.Leak, l wire.Leak) []wire.Leak {
	for i, have := range leaks {
		have.Count = l.Count
		if have == l || i == wire.MaxLeaks-1 {
			leaks[i].Count += l.Count
			return leaks
		}
	}
	return append(leaks, l)
}
