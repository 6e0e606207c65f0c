package worker

import (
	"encoding/json"
	"os"

	"playground/internal/diag"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp"
	"playground/internal/script"
)

// compileScript prints what a browser runs of the job's program. It is done here
// and not in the server because readers write these programs, and no parser of
// theirs is to run outside the walls. What is wrong goes to report.
func compileScript(job wire.Job, report func(wire.Report)) wire.Exit {
	compiled, found := script.Compile(script.Language(job.Task), job.Source)
	failed := false
	for i := range found {
		failed = failed || found[i].Severity == diag.Error
		report(wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &found[i]})
	}
	if failed {
		return wire.Exit{Cause: wire.CauseCompileError, Code: 1}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false) // the output limit counts every byte
	if err := encoder.Encode(compiled); err != nil {
		return interp.Fault(err, report)
	}
	return wire.Exit{Cause: wire.CauseReturn}
}
