package shim

import (
	"cmp"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
)

// settings are the runtime's as a program knows them: what it has set itself, or
// what every program begins with. A worker begins with others, which are the
// sandbox's.
type settings struct {
	mu     sync.Mutex
	procs  int // processors in use when the program began
	gc     setting[int]
	memory setting[int64]
	stack  setting[int]
}

// setting is a setting of the runtime.
type setting[T cmp.Ordered] struct {
	asked *T // what the program set last
	bound *T // what was in force before
}

// set makes v the setting, if that is within what was in force before, and
// returns what the program takes for the last one.
func (s *setting[T]) set(v, first T, apply func(T) T) (was T) {
	was = first
	if s.asked != nil {
		was = *s.asked
	}
	s.asked = &v
	// The library tells what is in force only to who sets another: so v is set first, and
	// then what may be.
	before := apply(v)
	if s.bound == nil {
		s.bound = &before
	}
	apply(min(v, *s.bound))
	return was
}

// What every Go program begins with.
const (
	goGCPercent = 100
	goMaxStack  = 1_000_000_000
)

const sandboxSetting = "tells, or lifts, what the sandbox has set"

func (s *Set) settingRows() []Row {
	return rows("runtime/debug", "", sandboxSetting, map[string]any{
		"SetGCPercent":   s.settings.setGCPercent,
		"SetMemoryLimit": s.settings.setMemoryLimit,
		"SetMaxStack":    s.settings.setMaxStack,
	})
}

// setGCPercent needs no bound: the collector runs in the program's own time.
func (s *settings) setGCPercent(n int) int {
	// One lock for the settings: two of a program's goroutines must not both find that
	// theirs is the first.
	s.mu.Lock()
	defer s.mu.Unlock()
	was := goGCPercent
	if s.gc.asked != nil {
		was = *s.gc.asked
	}
	n = max(n, -1)
	s.gc.asked = &n
	debug.SetGCPercent(n)
	return was
}

// setMemoryLimit only asks, for a negative limit.
func (s *settings) setMemoryLimit(n int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 0 {
		if s.memory.asked != nil {
			return *s.memory.asked
		}
		return math.MaxInt64
	}
	return s.memory.set(n, math.MaxInt64, debug.SetMemoryLimit)
}

func (s *settings) setMaxStack(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stack.set(n, goMaxStack, debug.SetMaxStack)
}

// setDefaultProcs is runtime.SetDefaultGOMAXPROCS.
// The library would count processors that belong to others.
func (s *settings) setDefaultProcs() { runtime.GOMAXPROCS(s.procs) }
