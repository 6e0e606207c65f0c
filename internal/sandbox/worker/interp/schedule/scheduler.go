package schedule

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// Scheduler is the mode by which schedules are followed: the first that is given to a
// program, if there are others.
type Scheduler struct {
	program hook.Program
	index   int
	run     *turnstile                // what is going on
	most    int                       // operations in a schedule
	real    atomic.Pointer[perturbed] // what is going on instead of run, on the machine's own clock
	modules sync.Map                  // of hook.Place: whether it is in a package that is only imported
}

// Attach implements hook.Mode.
func (s *Scheduler) Attach(p hook.Program, index int) { s.program, s.index = p, index }

// quiet are packages whose functions, and those of the packages below them, neither wait
// nor let others see anything, but for those that actionAt names.
var quiet = []string{"bytes", "cmp", "container", "errors", "internal", "maps", "math/big", "math/bits", "math/cmplx", "reflect", "slices", "sort", "strconv", "strings", "unicode", "unsafe"}

func isQuiet(path string) bool {
	return slices.ContainsFunc(quiet, func(q string) bool { return path == q || strings.HasPrefix(path, q+"/") })
}

// Wants implements hook.Mode.
func (s *Scheduler) Wants(p *hook.Point) bool {
	if p.Kind != hook.Call {
		return true
	}
	do := actionAt(p)
	p.State[s.index] = do
	return do != nil
}

// actionAt is what is done at a call.
func actionAt(p *hook.Point) action {
	name := p.Callee.Path + "." + p.Callee.Name
	if p.Callee.Recv != "" {
		name = p.Callee.Path + "." + p.Callee.Recv + "." + p.Callee.Name
	}
	if do, ok := calls[name]; ok {
		return do
	}
	if p.Callee.Path == "math/rand" || p.Callee.Path == "math/rand/v2" {
		return randomAction(p)
	}
	if p.Callee.Path == "crypto/rand" && p.Callee.Recv == "" && p.Callee.Name == "Read" {
		return randomBytes
	}
	switch p.Callee.Path {
	case "math":
		return nil
	case "os/signal": // whose goroutine is the runtime's
		return unfit
	case "sync", "sync/atomic", "internal/sync", "log", "os":
		return seen
	case "fmt":
		if strings.HasPrefix(p.Callee.Name, "Print") || strings.HasPrefix(p.Callee.Name, "Fprint") {
			return seen
		}
		return nil
	case "time":
		if p.Callee.Recv == "Duration" || p.Callee.Recv == "Time" || p.Callee.Recv == "Month" {
			return nil
		}
	}
	if isQuiet(p.Callee.Path) {
		return nil
	}
	if p.Callee.Path == "time" || strings.HasPrefix(p.Callee.Name, "WithTimeout") || strings.HasPrefix(p.Callee.Name, "WithDeadline") {
		return starts
	}
	return foreign
}

// Do implements hook.Mode.
func (s *Scheduler) Do(a *hook.Act) {
	order := ordering[a.Kind]
	if p, ok := a.G.State[s.index].(*perturbed); ok {
		if order != nil {
			a.Native()
			return
		}
		if a.Kind == hook.Go {
			a.Child.State[s.index] = p
		}
		p.do(a)
		return
	}
	t, _ := a.G.State[s.index].(*task)
	if t == nil {
		a.Native()
		return
	}
	r := s.run
	if t.g.Dead {
		a.Native() // in what is left of a goroutine that has been ended
		return
	}
	if order != nil {
		order(r, t, a)
		return
	}
	s.at(t, a)
	switch a.Kind {
	case hook.Go:
		r.yield(t)
		r.mu.Lock()
		child := r.add(a.Child)
		child.what = "start"
		child.at, child.by = t.at, t
		child.group, t.starting = t.starting, nil
		if t.names != "" {
			a.Child.Name, t.names = t.names, ""
		}
		r.mu.Unlock()
		r.rec.note(t, events.Event{Kind: events.KindGo, Peer: number(child), Text: a.Child.Name}, nil, "")
		a.Native()
	case hook.Send, hook.Recv, hook.Select:
		r.communicate(t, a)
	case hook.Close:
		r.closes(t, a)
	case hook.MakeChan:
		r.makes(t, a)
	case hook.Len:
		seen(r, t, a)
	case hook.Call:
		a.State[s.index].(action)(r, t, a)
	}
}

// network is the package of the program's network, of whose types readers know those that
// they stand for.
const network = "playground/internal/gofront/vnet."

// twins is the package by which twins reach the library's own part.
const twins = "playground/internal/gofront/stdlib/host."

// at notes what a goroutine is about to do, and where.
func (s *Scheduler) at(t *task, a *hook.Act) {
	t.at = s.readers(t, a.Where())
	switch a.Kind {
	case hook.Call:
		t.what = strings.ReplaceAll(strings.ReplaceAll(a.Callee.String(), network, "net."), twins, "runtime.")
	case hook.Go:
		t.what = "go statement"
	case hook.Send:
		t.what = "chan send"
	case hook.Recv:
		t.what = "chan receive"
	case hook.Select:
		t.what = "select"
	case hook.Close:
		t.what = "close"
	case hook.Range:
		t.what = "range over a map"
	}
}

// Start implements hook.Mode.
func (s *Scheduler) Start(g *hook.Goroutine) {
	if p := s.real.Load(); p != nil {
		if g.State[s.index] == nil {
			g.State[s.index] = p
		}
		return
	}
	r := s.run
	t, _ := g.State[s.index].(*task)
	r.mu.Lock()
	if t == nil {
		t = r.add(g)
		t.what = "start"
		r.arrive(t)
		r.rec.note(t, events.Event{Kind: events.KindStart}, nil, "")
		return
	}
	r.mu.Unlock()
	<-t.turn
	r.check(t)
	r.rec.note(t, events.Event{Kind: events.KindStart, Peer: number(t.by)}, nil, "")
}

// End implements hook.Mode.
func (s *Scheduler) End(g *hook.Goroutine) {
	if t, _ := g.State[s.index].(*task); t != nil {
		s.run.ended(t)
	}
}
