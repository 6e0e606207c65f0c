package author

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// ordered is a Runner whose programs have these outcomes in the orders that are tried, and
// print ok otherwise.
type ordered struct {
	outcomes []sandbox.Outcome
	asked    int
}

func (r *ordered) Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	res := sandbox.Result{Status: sandbox.StatusOK}
	if p.Schedules == 0 {
		return res, sink(ctx, sandbox.Output{Stream: sandbox.Stdout, Data: []byte("ok\n")})
	}
	r.asked += p.Schedules
	runs := 0
	for _, o := range r.outcomes {
		runs += o.Count
		if err := sink(ctx, sandbox.Ended{Outcome: o}); err != nil {
			return res, err
		}
	}
	return res, sink(ctx, sandbox.Explored{Schedules: sandbox.Schedules{Runs: runs}})
}

func TestOrders(t *testing.T) {
	fine := sandbox.Outcome{Kind: wire.OutcomeOK, Count: 7, Seed: "0", Output: "ok\n"}
	for _, tt := range []struct {
		name, block string
		outcomes    []sandbox.Outcome
		want        string
	}{
		{"as documented", "x\n\n```output\nok\n```\n", []sandbox.Outcome{fine}, ""},
		{"other output", "x\n\n```output\nok\n```\n", []sandbox.Outcome{fine, {Kind: wire.OutcomeOK, Count: 1, Seed: "3:1", Output: "no\n"}},
			"error 10 in 1 of 8 orders (--seed 3:1): it printed another line\n"},
		{"a deadlock of what has no output", "x\n", []sandbox.Outcome{fine, {Kind: wire.OutcomeDeadlock, Count: 2, Seed: "4:1"}},
			"error 5 in 2 of 9 orders (--seed 4:1): it ended with deadlock, not with ok\n"},
		{"nothing that ends", "x\n", []sandbox.Outcome{fine, {Kind: wire.OutcomeEndless, Count: 2}}, ""},
		{"a leak in some", "x\n", []sandbox.Outcome{fine, {Kind: wire.OutcomeLeak, Count: 1, Seed: "1:1,2:2"}, {Kind: wire.OutcomeLeak, Count: 2, Seed: "3:1"}},
			"error 5 in 3 of 10 orders (--seed 3:1): it ended with leak, not with ok\n"},
		{"a leak in all", "x\n", []sandbox.Outcome{{Kind: wire.OutcomeLeak, Count: 1, Seed: "0"}}, ""},
		{"a failure that is taught", "x\n\n```output ends=deadlock\n```\n", []sandbox.Outcome{fine, {Kind: wire.OutcomeDeadlock, Count: 1}}, ""},
		{"one that no order has", "x\n\n```output ends=deadlock\n```\n", []sandbox.Outcome{fine}, "error 5 none of 7 orders ended with deadlock\n"},
		{"not tried", "x\n", nil, "warning 5 it was not tried in other orders: none ended in its time\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := (&Checker{Runner: &ordered{outcomes: tt.outcomes}, Orders: 9}).Check(t.Context(), []Post{post(tt.block)})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, f := range r.Blocks[0].Findings {
				if f.Kind == "orders" {
					got += fmt.Sprintln(f.Severity, f.Line, f.Message)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
