package interp

import (
	"fmt"
	"go/token"
	"io"
	"os"
	"reflect"
	"testing/fstest"

	"github.com/traefik/yaegi/interp"

	"playground/internal/diag"
	"playground/internal/gofront/check"
	"playground/internal/gofront/forge"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/memfs"
	"playground/internal/gofront/module"
	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine"
	"playground/internal/sandbox/worker/interp/engine/hook"
	"playground/internal/sandbox/worker/interp/race"
)

// Machine is an interpreter, good for one program.
type Machine struct {
	checker *check.Checker
	host    *host
	in      *interp.Interpreter
	modes   []hook.Mode // who looks at the program, or steers it
	ring    *events.Ring
	narrow  bool           // begin on one processor
	step    func(string)   // is told what has been done; nil but for those who measure
	races   *race.Detector // nil unless races are asked for
	turns   *race.Turns    // the same, in orders that are chosen

	capture     *shim.Capture // of a program with examples
	runExamples func() int    // runs its tests, and them
}

// New returns a Machine that can take a program at once, which may import the
// packages of library beside the standard library's. What it has not
// prepared yet is prepared when the program needs it, or by WarmUp.
func New(library *module.Library) (*Machine, error) {
	if err := forge.SelfTest(); err != nil {
		return nil, fmt.Errorf("types made at run time: %w", err)
	}
	if err := engine.SelfTest(); err != nil {
		return nil, err
	}
	c, err := check.New(library)
	if err != nil {
		return nil, fmt.Errorf("prepare the type checker: %w", err)
	}
	return &Machine{checker: c, host: newHost(c), in: newInterpreter()}, nil
}

func newInterpreter() *interp.Interpreter {
	return interp.New(interp.Options{Args: []string{"prog"}, Stderr: io.Discard, SourcecodeFilesystem: fstest.MapFS{}})
}

// Run checks and runs the job's program on the process's own standard streams.
// Diagnostics go to report as they are found. It returns how the program
// ended; a program that calls os.Exit ends the process through exit, which
// must not return.
func (m *Machine) Run(job wire.Job, report func(wire.Report), exit func(wire.Exit)) (e wire.Exit) {
	defer func() {
		if r := recover(); r != nil {
			e = Fault(r, report)
		}
	}()
	p := m.check(job, report)
	if p == nil {
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	report(wire.Report{Kind: wire.KindPhase, Phase: wire.PhaseChecked})
	m.host.exit = func(e wire.Exit) { exit(m.last(e)) }
	m.host.shims.Be(identity(p))
	for _, f := range p.Data {
		m.host.shims.AddFile(f.Name, f.Text)
	}
	if hasExamples(p.Tests) {
		m.capture = m.host.shims.Capture(func() int { return m.runExamples() })
	}
	prog, err := m.lower(p)
	if err != nil {
		d := m.unsupported(err)
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &d})
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	m.done("lower")
	report(wire.Report{Kind: wire.KindPhase, Phase: wire.PhaseLowered})
	if err := arguments(p, job); err != nil {
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &diag.Diagnostic{Severity: diag.Error, Code: "arguments", Message: err.Error()}})
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	if err := m.host.shims.Start(); err != nil {
		return Fault(err, report)
	}
	m.schedules(job)
	return m.last(m.execute(p, prog, job, report))
}

// Watch lets a mode look at the program, or steer it. It is for before Run; the first
// that is given is the first that is asked.
func (m *Machine) Watch(mode hook.Mode) { m.modes = append(m.modes, mode) }

// Account has step told of each step of a program's way. It is for before Run.
func (m *Machine) Account(step func(string)) { m.step = step }

func (m *Machine) done(name string) {
	if m.step != nil {
		m.step(name)
	}
}

// Record has what happens in the one order in which a job lets its program run written to
// ring. It is for before Run.
func (m *Machine) Record(ring *events.Ring) { m.ring = ring }

// Narrow has the program begin on one processor, until it has work for more. Tests do
// not: package testing looks at the processors itself.
func (m *Machine) Narrow() { m.narrow = true }

// FindRaces has data races found and told, on standard error and to report, for a program
// that may use so many bytes of memory. In orders that are chosen they are part of how it ends. It is
// for before Run, and no other mode may be there.
func (m *Machine) FindRaces(job wire.Job, memory int64, report func(wire.Report)) {
	if job.Scheduled() {
		m.turns = race.NewTurns(memory)
		m.Watch(m.turns)
		return
	}
	m.races = race.New(os.Stderr, func(r wire.Race) { report(wire.Report{Kind: wire.KindRace, Race: &r}) }, memory)
	m.Watch(m.races)
}

// last is the end of a program, which has the status of those that have races if it has.
func (m *Machine) last(e wire.Exit) wire.Exit {
	if m.races != nil && (e.Cause == wire.CauseReturn || e.Cause == wire.CauseExit) && m.races.Finish() > 0 {
		return wire.Exit{Cause: wire.CauseExit, Code: race.Status}
	}
	return e
}

// Files are the program's open files.
func (m *Machine) Files() *memfs.Table { return m.host.shims.Files() }

// Fault is the end of a program that the front end failed on, for why. It is a
// finding about the program, not an alarm: a program's words may be in it.
func Fault(why any, report func(wire.Report)) wire.Exit {
	report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &diag.Diagnostic{
		Severity: diag.Error, Code: "internal",
		Message: fmt.Sprintf("the playground's front end failed on this program, which is not to blame: %v", why),
	}})
	return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
}

func (m *Machine) lower(p *check.Program) (*lower.Program, error) {
	var packages []*lower.Source
	for _, u := range p.Units {
		packages = append(packages, &lower.Source{Pkg: u.Types, Info: u.Info, Files: u.Files, Name: u.Types.Name(), Path: u.Path, Embeds: embeds(u)})
	}
	return lower.Lower(p.Fset, packages, m.host, functions(p.Tests)...)
}

// unsupported is a diagnostic for what the lowering refuses.
func (m *Machine) unsupported(err error) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: "unsupported", Message: err.Error()}
	if u, ok := err.(*lower.Unsupported); ok && u.Pos.IsValid() {
		pos := m.checker.Fset().Position(u.Pos)
		d.Range = diag.Range{File: pos.Filename, Line: pos.Line, Column: pos.Column}
	}
	return d
}

func (m *Machine) execute(p *check.Program, prog *lower.Program, job wire.Job, report func(wire.Report)) (e wire.Exit) {
	eng, err := m.compile(prog)
	if err != nil {
		return Fault(err, report)
	}
	m.done("compile")
	report(wire.Report{Kind: wire.KindPhase, Phase: wire.PhaseStarted})
	defer func() { // no diagnostics from here on: the program could have written them
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "panic: the playground's interpreter failed: %v\n", r)
			e = wire.Exit{Cause: wire.CausePanic, Code: 2}
		}
	}()
	if m.host.explorer != nil {
		return m.explore(job, eng, report)
	}
	if m.narrow && p.Mode != check.ModeTest {
		eng.Narrow()
	}
	eng.Start()
	if p.Mode == check.ModeTest {
		return m.runTests(p, prog, eng)
	}
	if leaks := left(eng); len(leaks) > 0 {
		report(wire.Report{Kind: wire.KindLeaks, Leaks: leaks})
	}
	return wire.Exit{Cause: wire.CauseReturn}
}

// compile gives the lowered program to yaegi.
func (m *Machine) compile(prog *lower.Program) (*engine.Engine, error) {
	fillOps(prog)
	if err := m.in.Use(prog.Exports); err != nil {
		return nil, fmt.Errorf("load symbols: %w", err)
	}
	eng, err := engine.New(m.in, prog, engine.Hooks{
		Position:      m.position(prog),
		Place:         m.checker.Fset().Position,
		Method:        m.host.Method,
		ToInterface:   m.host.shims.ToInterface,
		FromInterface: m.host.shims.FromInterface,
		Crash:         m.host.crash,
		Modes:         m.modes,
	})
	if err != nil {
		return nil, err
	}
	m.host.eng = eng
	return eng, nil
}

// fillOps gives the interpreter functions of the right types: it needs them
// for its own type checking and never calls them.
func fillOps(prog *lower.Program) {
	x := prog.Exports["x/x"]
	for name, op := range prog.Ops {
		x[name] = reflect.Zero(op.Type)
	}
}

// position finds the reader's position for an offset of the lowered source.
func (m *Machine) position(prog *lower.Program) func(int) token.Position {
	return func(offset int) token.Position {
		lo, hi := 0, len(prog.Lines)
		for lo < hi {
			if mid := (lo + hi) / 2; prog.Lines[mid].Offset <= offset {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		if lo == 0 {
			return token.Position{Filename: "prog.go"}
		}
		return m.checker.Fset().Position(prog.Lines[lo-1].Pos)
	}
}
