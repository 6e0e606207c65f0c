package interp

import (
	"slices"

	"playground/internal/diag"
	"playground/internal/gofront/check"
	"playground/internal/sandbox/wire"
)

// Check reports what is wrong with the job's program, and what vet says of it,
// and does not start it.
func (m *Machine) Check(job wire.Job, report func(wire.Report)) (e wire.Exit) {
	defer func() {
		if r := recover(); r != nil {
			e = Fault(r, report)
		}
	}()
	if m.check(job, report) == nil {
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	return wire.Exit{Cause: wire.CauseReturn}
}

// check reports what it finds, and returns the program unless that keeps it from
// being run.
func (m *Machine) check(job wire.Job, report func(wire.Report)) *check.Program {
	p, found := m.checker.Check(job.Source)
	m.done("parse, check types")
	if p != nil {
		found = append(found, m.checker.Vet(p)...)
		m.done("vet")
	}
	for i := range found {
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &found[i]})
	}
	if slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Severity == diag.Error }) {
		return nil
	}
	return p
}
