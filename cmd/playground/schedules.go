package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"playground/internal/author"
	"playground/internal/expect"
	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// scheduleFlags ask what else a program could do.
type scheduleFlags struct {
	Schedules int    `name:"schedules" placeholder:"N" help:"Run the program in up to N orders of its goroutines, and tell how it can end."`
	Seed      string `name:"seed" placeholder:"SEED" help:"With --schedules, a number with which the random orders begin; without, the order in which to run: a seed of a table that --schedules printed."`
	Expect    string `name:"expect" type:"existingfile" placeholder:"FILE" help:"With --schedules, what the program should print: outcomes that are otherwise are told as such, and the exit status is 1 if there are any."`
}

// maxSchedules bounds how many orders may be asked for.
const maxSchedules = 1_000_000

func (f scheduleFlags) check() error {
	if f.Schedules < 0 || f.Schedules > maxSchedules {
		return fmt.Errorf("--schedules=%d: from 0 to %d", f.Schedules, maxSchedules)
	}
	if f.Expect != "" && f.Schedules == 0 {
		return errors.New("--expect is for all that a program can do: say in how many orders to try it, with --schedules=N")
	}
	return nil
}

// runSchedules prints the outcomes that were found.
func (f scheduleFlags) runSchedules(run func(sandbox.Sink) (sandbox.Result, error), env environment, name string) error {
	var expected []byte
	if f.Expect != "" {
		var err error
		if expected, err = os.ReadFile(f.Expect); err != nil {
			return err
		}
	}
	var outcomes []sandbox.Outcome
	var found *sandbox.Schedules
	err := runText(func(sink sandbox.Sink) (sandbox.Result, error) {
		return run(func(ctx context.Context, e sandbox.Event) error {
			switch e := e.(type) {
			case sandbox.Ended:
				outcomes = append(outcomes, e.Outcome)
			case sandbox.Explored:
				found = &e.Schedules
			}
			return sink(ctx, e)
		})
	}, env, name)
	if err != nil {
		var status exitStatus
		if errors.As(err, &status) && status != 1 { // 1: it is no program
			fmt.Fprintf(env.stderr, "playground: %s: the search ended with that: in one of the orders the program waits or computes where it cannot be stopped\n", name)
		}
		return err
	}
	if found == nil {
		return errors.New("the program ended the search before it was over")
	}
	if f.Expect == "" {
		return printOutcomes(env.stdout, *found, outcomes, func(sandbox.Outcome) string { return "" })
	}
	others := false
	err = printOutcomes(env.stdout, *found, outcomes, func(o sandbox.Outcome) string {
		differs := unlike(o, string(expected))
		others = others || differs != ""
		return differs
	})
	if err == nil && others {
		return exitStatus(1)
	}
	return err
}

// unlike says in which way an outcome is not what was expected, or nothing.
func unlike(o sandbox.Outcome, expected string) string {
	ends := expect.OK
	if o.Kind != wire.OutcomeOK {
		ends = expect.End(o.Kind)
	}
	for _, d := range (expect.Output{Text: expected}).Compare(expect.Ran{Printed: o.Output, Ends: ends}) {
		return d.What
	}
	return ""
}

// printOutcomes prints a line for each outcome, in which way it is not what was expected,
// and how to get it.
func printOutcomes(w io.Writer, rep sandbox.Schedules, outcomes []sandbox.Outcome, differs func(sandbox.Outcome) string) error {
	var b strings.Builder
	all := ""
	if rep.All && rep.Runs == 1 {
		all = ", which is all there is"
	} else if rep.All {
		all = ", which are all there are"
	}
	what := "schedule"
	if rep.Perturbed {
		what = "perturbed real run"
	}
	if rep.Unscheduled != nil {
		fmt.Fprintf(&b, "what others do during %s has an order of its own, so schedules cannot be followed; instead:\n", rep.Unscheduled)
	}
	fmt.Fprintf(&b, "%s%s: %s\n", author.Plural(rep.Runs, what), all, author.Plural(len(outcomes), "outcome"))
	for _, o := range outcomes {
		fmt.Fprintf(&b, "\n%5.1f %% %s", 100*float64(o.Count)/float64(max(rep.Runs, 1)), o.Kind)
		if o.Seed != "" {
			fmt.Fprintf(&b, "  --seed %s", o.Seed)
		}
		b.WriteByte('\n')
		if d := differs(o); d != "" {
			fmt.Fprintf(&b, "\tnot as expected: %s\n", d)
		}
		if o.Message != "" {
			fmt.Fprintf(&b, "\t%s\n", strings.ReplaceAll(o.Message, "\n", "\n\t"))
		}
		for _, s := range o.Switches {
			fmt.Fprintf(&b, "\t%s\n", protocol.SwitchText(s))
		}
		for _, d := range o.Blocked {
			fmt.Fprintf(&b, "\twaits for ever: %s\n", d)
		}
		if o.Output != "" {
			fmt.Fprintf(&b, "\t| %s\n", strings.ReplaceAll(strings.TrimSuffix(o.Output, "\n"), "\n", "\n\t| "))
		}
	}
	if rep.Others > 0 {
		fmt.Fprintf(&b, "\n%d schedules had outcomes beyond these\n", rep.Others)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
