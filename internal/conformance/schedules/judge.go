package schedules

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
)

// Box is what runs programs.
type Box interface {
	Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error)
}

// Verdict is what is found of a program.
type Verdict struct {
	wire.Schedules
	Outcomes []wire.Outcome
	// Found is an outcome that is a bug, the one with the fewest switch points.
	Found *wire.Outcome
	// Failed says why there is no verdict.
	Failed string
	Took   time.Duration
}

// Judge tries n orders of a program.
func Judge(ctx context.Context, box Box, p Program, n int) (Verdict, error) {
	begin := time.Now()
	said, failed, err := listen(ctx, box, sandbox.Program{Source: p.Source, Schedules: n})
	v := Verdict{Schedules: said.schedules, Outcomes: said.outcomes, Failed: failed, Took: time.Since(begin)}
	if err != nil || failed != "" {
		return v, err
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

// said is what is heard of a program.
type said struct {
	stdout    bytes.Buffer
	outcomes  []wire.Outcome
	schedules wire.Schedules
	events    []events.Event
}

// listen runs a program, and returns why there is nothing to say of it, if that is so.
func listen(ctx context.Context, box Box, p sandbox.Program) (s *said, failed string, err error) {
	s = &said{}
	var all bytes.Buffer
	res, err := box.Run(ctx, p, func(_ context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Output:
			if e.Stream == sandbox.Stdout {
				s.stdout.Write(e.Data)
			}
			all.Write(e.Data)
		case sandbox.Diagnosed:
			fmt.Fprintln(&all, e.Diagnostic.Line, e.Diagnostic.Message)
		case sandbox.Ended:
			s.outcomes = append(s.outcomes, e.Outcome)
		case sandbox.Explored:
			s.schedules = e.Schedules
		case sandbox.Observed:
			s.events = append(s.events, e.Events...)
		}
		return nil
	})
	if err != nil {
		return s, "", err
	}
	if own := res.Status == sandbox.StatusExit || res.Status == sandbox.StatusPanic; res.Status != sandbox.StatusOK && (p.Schedules > 0 || !own) {
		return s, fmt.Sprintf("%s: %.300s", res.Status, all.String()), nil
	}
	return s, "", nil
}
