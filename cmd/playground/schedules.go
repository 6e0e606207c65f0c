package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"playground/internal/author"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
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

// runSchedules prints the outcomes that the worker has found.
func runSchedules(run func(sandbox.Sink) (sandbox.Result, error), env environment, name string, asJSON bool) error {
	var text bytes.Buffer
	err := runText(func(sink sandbox.Sink) (sandbox.Result, error) {
		return run(func(ctx context.Context, e sandbox.Event) error {
			if o, ok := e.(sandbox.Output); ok && o.Stream == sandbox.Stdout {
				text.Write(o.Data)
				return nil
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
	var rep wire.Schedules
	if err := json.Unmarshal(text.Bytes(), &rep); err != nil {
		return errors.New("the program has spoilt the report about its schedules")
	}
	if asJSON {
		_, err := env.stdout.Write(text.Bytes())
		return err
	}
	return printOutcomes(env.stdout, rep)
}

// printOutcomes prints a line for each outcome, the most frequent first, then how to get
// each.
func printOutcomes(w io.Writer, rep wire.Schedules) error {
	slices.SortStableFunc(rep.Outcomes, func(a, b wire.Outcome) int { return b.Count - a.Count })
	var b strings.Builder
	all := ""
	if rep.All && rep.Runs == 1 {
		all = ", which is all there is"
	} else if rep.All {
		all = ", which are all there are"
	}
	fmt.Fprintf(&b, "%s%s: %s\n", author.Plural(rep.Runs, "schedule"), all, author.Plural(len(rep.Outcomes), "outcome"))
	for _, o := range rep.Outcomes {
		fmt.Fprintf(&b, "\n%5.1f %% %s  --seed %s\n", 100*float64(o.Count)/float64(max(rep.Runs, 1)), o.Kind, o.Seed)
		if o.Message != "" {
			fmt.Fprintf(&b, "\t%s\n", strings.ReplaceAll(o.Message, "\n", "\n\t"))
		}
		for _, s := range o.Switches {
			if s.To == "" {
				fmt.Fprintf(&b, "\there %s took another case: %s, %s\n", s.From, s.Before, s.At)
				continue
			}
			fmt.Fprintf(&b, "\there %s was stopped before %s, %s, and %s went on\n", s.From, s.Before, s.At, s.To)
		}
		for _, l := range o.Blocked {
			fmt.Fprintf(&b, "\twaits for ever: %s\n", l)
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
