package interp

import (
	"encoding/json"
	"os"

	"playground/internal/gofront/assist"
	"playground/internal/sandbox/wire"
)

// Assist prints what there is to say of a place in the job's program, as JSON.
func (m *Machine) Assist(job wire.Job, report func(wire.Report)) (e wire.Exit) {
	defer func() {
		if r := recover(); r != nil {
			e = Fault(r, report)
		}
	}()
	if err := json.NewEncoder(os.Stdout).Encode(assist.Ask(m.checker, job.Source, job.At)); err != nil {
		return Fault(err, report)
	}
	return wire.Exit{Cause: wire.CauseReturn}
}
