package schedules

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// Box is what runs programs.
type Box interface {
	Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error)
}

// Verdict is what is found of a program.
type Verdict struct {
	wire.Schedules
	// Found is an outcome that is a bug, the one with the fewest switch points.
	Found *wire.Outcome
	// Failed says why there is no verdict.
	Failed string
	Took   time.Duration
}

// Judge tries n orders of a program.
func Judge(ctx context.Context, box Box, p Program, n int) (Verdict, error) {
	begin := time.Now()
	text, failed, err := output(ctx, box, sandbox.Program{Source: p.Source, Schedules: n})
	v := Verdict{Failed: failed, Took: time.Since(begin)}
	if err != nil || failed != "" {
		return v, err
	}
	if err := json.Unmarshal(text, &v.Schedules); err != nil {
		v.Failed = "no report: " + err.Error()
	}
	for i, o := range v.Outcomes {
		if bug(o) && (v.Found == nil || len(o.Switches) < len(v.Found.Switches)) {
			v.Found = &v.Outcomes[i]
		}
	}
	return v, nil
}

// bug says whether a program should not end like that. One that goes on for too long has
// shown nothing.
func bug(o wire.Outcome) bool { return o.Kind != wire.OutcomeOK && o.Kind != wire.OutcomeEndless }

// output is what a program prints to standard output, or why that is not its own.
func output(ctx context.Context, box Box, p sandbox.Program) (out []byte, failed string, err error) {
	var stdout, all bytes.Buffer
	res, err := box.Run(ctx, p, func(_ context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Output:
			if e.Stream == sandbox.Stdout {
				stdout.Write(e.Data)
			}
			all.Write(e.Data)
		case sandbox.Diagnosed:
			fmt.Fprintln(&all, e.Diagnostic.Line, e.Diagnostic.Message)
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	if res.Status != sandbox.StatusOK && (p.Schedules > 0 || res.Status != sandbox.StatusExit) {
		return nil, fmt.Sprintf("%s: %.300s", res.Status, all.String()), nil
	}
	return stdout.Bytes(), "", nil
}
