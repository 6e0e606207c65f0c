package interp

import (
	"fmt"
	"os"

	"playground/internal/sandbox/wire"
)

// Format prints the job's program to standard output as gofmt would, with the
// imports that it needs. What keeps it from being formatted goes to report.
func (m *Machine) Format(job wire.Job, report func(wire.Report)) wire.Exit {
	text, diagnostics := m.checker.FixImports(job.Source)
	for i := range diagnostics {
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &diagnostics[i]})
	}
	if len(diagnostics) > 0 {
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	if _, err := fmt.Fprint(os.Stdout, text); err != nil {
		return Fault(err, report)
	}
	return wire.Exit{Cause: wire.CauseReturn}
}
