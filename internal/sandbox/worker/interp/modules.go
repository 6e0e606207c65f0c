package interp

import "playground/internal/sandbox/wire"

// CheckModules checks what programs may import beside the standard library, and
// reports what they cannot.
func (m *Machine) CheckModules(report func(wire.Report)) wire.Exit {
	diagnostics := m.checker.CheckModules()
	for i := range diagnostics {
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &diagnostics[i]})
	}
	return wire.Exit{Cause: wire.CauseReturn}
}
