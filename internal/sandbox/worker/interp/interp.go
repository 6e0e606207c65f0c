// Package interp runs one Go program with yaegi, as Go would run it.
package interp

import (
	"fmt"
	"os"
	"reflect"
	"runtime/debug"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"

	"playground/internal/sandbox/wire"
)

// Machine is a warmed-up interpreter, good for one program.
type Machine struct{ i *interp.Interpreter }

// New does all the work that does not depend on the program: it loads symbol
// tables and touches what a first run would otherwise pay for.
func New() (*Machine, error) {
	i := interp.New(interp.Options{})
	if err := i.Use(stdlib.Symbols); err != nil {
		return nil, fmt.Errorf("load symbols: %w", err)
	}
	err := i.Use(interp.Exports{"os/os": {"Exit": reflect.ValueOf(os.Exit)}})
	return &Machine{i}, err
}

// Run checks and runs the job's program on the process's own standard streams.
// Diagnostics go to report as they are found. It returns how the program
// ended; a program that calls os.Exit ends the process through exit, which
// must not return.
func (m *Machine) Run(job wire.Job, report func(wire.Report), exit func(wire.Exit)) (e wire.Exit) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n\n%s", r, debug.Stack())
			e = wire.Exit{Cause: wire.CausePanic, Code: 2}
		}
	}()
	if _, err := m.i.Eval(job.Source); err != nil {
		if p, ok := err.(interp.Panic); ok {
			fmt.Fprintf(os.Stderr, "panic: %v\n", p.Value)
			return wire.Exit{Cause: wire.CausePanic, Code: 2}
		}
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &wire.Diagnostic{Severity: wire.SeverityError, Message: err.Error()}})
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	return wire.Exit{Cause: wire.CauseReturn}
}
