package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"playground/internal/author"
	"playground/internal/protocol"
	"playground/internal/sandbox"
)

// scheduleFlags ask what else a program could do.
type scheduleFlags struct {
	Schedules int    `name:"schedules" placeholder:"N" help:"Run the program in up to N orders of its goroutines, and tell how it can end."`
	Seed      string `name:"seed" placeholder:"SEED" help:"With --schedules, a number with which the random orders begin; without, the order in which to run: a seed of a table that --schedules printed."`
}

// maxSchedules bounds how many orders may be asked for.
const maxSchedules = 1_000_000

func (f scheduleFlags) check() error {
	if f.Schedules < 0 || f.Schedules > maxSchedules {
		return fmt.Errorf("--schedules=%d: from 0 to %d", f.Schedules, maxSchedules)
	}
	return nil
}

// runSchedules prints the outcomes that were found.
func runSchedules(run func(sandbox.Sink) (sandbox.Result, error), env environment, name string) error {
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
	return printOutcomes(env.stdout, *found, outcomes)
}

// printOutcomes prints a line for each outcome, then how to get each.
func printOutcomes(w io.Writer, rep sandbox.Schedules, outcomes []sandbox.Outcome) error {
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
