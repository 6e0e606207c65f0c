package races

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"playground/internal/sandbox"
)

// Box is what runs programs.
type Box interface {
	Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error)
}

// Verdict is what is found of a program.
type Verdict struct {
	Found bool
	// Reports are the places of the two accesses of each race, as far as they are told.
	Reports []string
	// Failed says why there is no verdict.
	Failed string
	Took   time.Duration
}

// Limits are what a program may need here: some of the tests are large on purpose.
func Limits() sandbox.Limits {
	return sandbox.Limits{WallTime: 20 * time.Second, CPUTime: 20 * time.Second, Memory: 512 << 20}
}

// Judge looks for races in a program, which has one processor as in the distribution:
// there, too, some need it to come to their race in the order that they are about.
func Judge(ctx context.Context, box Box, p Program) (Verdict, error) {
	begin := time.Now()
	var printed, diagnostics bytes.Buffer
	res, err := box.Run(ctx, sandbox.Program{Source: p.Source, Args: p.Args, Stdin: p.Stdin, Limits: Limits(), Procs: 1, Race: true}, func(_ context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Output:
			printed.Write(e.Data)
		case sandbox.Diagnosed:
			fmt.Fprintf(&diagnostics, "%d: %s; ", e.Diagnostic.Line, e.Diagnostic.Message)
		}
		return nil
	})
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Reports: reports(printed.String()), Took: time.Since(begin)}
	v.Found = len(v.Reports) > 0 || bytes.Contains(printed.Bytes(), []byte("fatal error: concurrent map"))
	switch res.Status {
	case sandbox.StatusOK, sandbox.StatusExit, sandbox.StatusPanic, sandbox.StatusDeadlock:
	case sandbox.StatusCompileError:
		v.Failed = fmt.Sprintf("%s: %.200s", res.Status, diagnostics.String())
	default:
		v.Failed = fmt.Sprintf("%s: %s", res.Status, res.Message)
	}
	return v, nil
}

// report is one race, as Go prints it.
var report = regexp.MustCompile(`(?s)WARNING: DATA RACE\n(.*?)\n==================`)

// access is the first line of one of its two accesses, and the place of it.
var access = regexp.MustCompile(`(?i)(?:previous )?(atomic )?(read|write) at .* by .*:\n  .*\n +(\S+:\d+)`)

// reports are the races that are told of in what a program printed.
func reports(printed string) []string {
	var list []string
	for _, m := range report.FindAllStringSubmatch(printed, -1) {
		var places []string
		for _, a := range access.FindAllStringSubmatch(m[1], -1) {
			places = append(places, strings.ToLower(a[1]+a[2])+" at "+a[3])
		}
		list = append(list, strings.Join(places, ", "))
	}
	return list
}
