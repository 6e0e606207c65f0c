package interp

import (
	"flag"
	"fmt"
	"go/token"
	"io"
	"os"
	"reflect"

	"testing/fstest"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/check"
	"playground/internal/gofront/forge"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine"
)

// Machine is a warmed-up interpreter, good for one program.
type Machine struct {
	checker *check.Checker
	host    *host
	in      *interp.Interpreter
}

// New does all the work that does not depend on the program: it decodes the
// packages that most programs import, and touches what a first run would
// otherwise pay for.
func New() (*Machine, error) {
	if err := forge.SelfTest(); err != nil {
		return nil, fmt.Errorf("types made at run time: %w", err)
	}
	if err := engine.SelfTest(); err != nil {
		return nil, err
	}
	c, err := check.New()
	if err != nil {
		return nil, fmt.Errorf("prepare the type checker: %w", err)
	}
	m := &Machine{checker: c, host: newHost(c)}
	if err := m.warm(); err != nil {
		return nil, fmt.Errorf("warm up: %w", err)
	}
	m.in = newInterpreter()
	return m, nil
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
			e = wire.Exit{Cause: wire.CauseFailure, Code: 1, Message: fmt.Sprintf("the front end failed: %v", r)}
		}
	}()
	p, diags := m.checker.Check(job.Source)
	for i := range diags {
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &diags[i]})
	}
	if p == nil {
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	warnings := m.checker.Vet(p)
	for i := range warnings {
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &warnings[i]})
	}
	m.host.exit = exit
	if hasExamples(p.Tests) {
		m.host.capture = true
		delete(m.host.symbols, "fmt")
	}
	prog, err := m.lower(p)
	if err != nil {
		d := m.unsupported(err)
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &d})
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	os.Args = append([]string{"prog"}, job.Args...)
	if p.Mode == check.ModeMain {
		// The worker's own packages have registered flags.
		flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	}
	return m.execute(p, prog, exit)
}

func (m *Machine) lower(p *check.Program) (*lower.Program, error) {
	main := &lower.Source{Pkg: p.Types, Info: p.Info, Files: p.Files, Name: "main", Path: "main"}
	return lower.Lower(p.Fset, main, m.host, names(p.Tests)...)
}

// unsupported is a diagnostic for what the lowering refuses.
func (m *Machine) unsupported(err error) wire.Diagnostic {
	d := wire.Diagnostic{Severity: wire.SeverityError, Code: "unsupported", Message: err.Error()}
	if u, ok := err.(*lower.Unsupported); ok && u.Pos.IsValid() {
		pos := m.checker.Fset().Position(u.Pos)
		d.Range = wire.Range{File: pos.Filename, Line: pos.Line, Column: pos.Column}
	}
	return d
}

func (m *Machine) execute(p *check.Program, prog *lower.Program, exit func(wire.Exit)) wire.Exit {
	if f := os.Getenv("GOFRONT_DUMP"); f != "" {
		_ = os.WriteFile(f, []byte(prog.Source), 0o644)
	}
	eng, err := m.compile(prog)
	if err != nil {
		return wire.Exit{Cause: wire.CauseFailure, Code: 1, Message: err.Error()}
	}
	eng.Crash = func(text string) {
		os.Stderr.WriteString(text)
		exit(wire.Exit{Cause: wire.CausePanic, Code: 2})
	}
	if text := eng.Start(); text != "" {
		os.Stderr.WriteString(text)
		return wire.Exit{Cause: wire.CausePanic, Code: 2}
	}
	if p.Mode == check.ModeTest {
		return m.runTests(p, prog, eng)
	}
	return wire.Exit{Cause: wire.CauseReturn}
}

// compile gives the lowered program to yaegi.
func (m *Machine) compile(prog *lower.Program) (*engine.Engine, error) {
	fillOps(prog)
	if err := m.in.Use(prog.Exports); err != nil {
		return nil, fmt.Errorf("load symbols: %w", err)
	}
	eng, p, err := engine.New(m.in, prog)
	if err != nil {
		return nil, err
	}
	eng.Position = m.position(prog)
	eng.Method = m.host.Method
	eng.ToInterface, eng.FromInterface = stdlib.InterfaceHook, stdlib.AssertHook
	m.host.calls.eng = eng
	if _, err := m.in.Execute(p); err != nil {
		return nil, fmt.Errorf("prepare the program: %w", err)
	}
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

// warmUp is compiled, not run, before a worker says that it is ready. It
// mentions what most programs do.
const warmUp = `package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

type shape interface{ Area() float64 }

type square struct{ side float64 }

func (s square) Area() float64 { return s.side * s.side }

func sum[T int | float64](list ...T) (t T) {
	for _, v := range list {
		t += v
	}
	return t
}

func work(n int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New(fmt.Sprint(r))
		}
	}()
	m := map[string][]int{"a": {1}}
	for k, v := range m {
		m[k] = append(v, len(strings.Repeat("x", n)))
	}
	switch s := shape(square{2}); s.(type) {
	case square:
		return nil
	}
	return fmt.Errorf("none: %w", err)
}

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	ch := make(chan int, 1)
	for i := range 3 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			ch <- i
		})
	}
	select {
	case v := <-ch:
		fmt.Println(v, sum(1, 2), sum(1.5), work(1))
	case <-time.After(time.Second):
	}
	list := []int{3, 1, 2}
	slices.Sort(list)
}
`

// warm runs that program through every stage but the last, and loads the
// generic parts of the standard library that programs use most.
func (m *Machine) warm() error {
	for _, path := range []string{"cmp", "errors", "iter", "maps", "slices", "sync", "sync/atomic"} {
		if m.host.Twin(path) == nil {
			return fmt.Errorf("package %s has no generic part", path)
		}
	}
	p, diags := m.checker.Check(warmUp)
	if p == nil {
		return fmt.Errorf("a correct program was refused: %v", diags)
	}
	m.checker.Vet(p)
	prog, err := m.lower(p)
	if err != nil {
		return err
	}
	m.in = newInterpreter()
	_, err = m.compile(prog)
	m.host.calls.eng = nil
	return err
}
