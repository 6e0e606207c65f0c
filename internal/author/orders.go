package author

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"playground/internal/expect"
	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// explored is what came of trying a program in many orders.
type explored struct {
	sandbox.Schedules
	outcomes []sandbox.Outcome
	failed   string // why there are none
}

// inOrders tries a block's program in other orders of its goroutines, and holds how it can
// end against what the article says.
func (c *Checker) inOrders(ctx context.Context, b *Block) error {
	if c.Orders == 0 || b.Script != nil || !b.MeantToCompile() || b.Broken() || b.failedToCompile() || !orderly(b.documented().Ends) {
		return nil
	}
	var x explored
	err := insist(func() (err error) {
		x, err = c.explore(ctx, b)
		return err
	})
	if err == nil {
		b.ordered(x)
	}
	return err
}

// orderly says whether a program that ends like that does so by itself.
func orderly(end expect.End) bool {
	return !slices.Contains([]expect.End{"cpu", "wall", "memory", "output", "threads"}, end)
}

func (c *Checker) explore(ctx context.Context, b *Block) (x explored, err error) {
	p := programOf(&b.Block)
	p.Schedules = c.Orders
	res, err := c.Runner.Run(ctx, p, func(_ context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Ended:
			x.outcomes = append(x.outcomes, e.Outcome)
		case sandbox.Explored:
			x.Schedules = e.Schedules
		}
		return nil
	})
	if err != nil {
		return x, err
	}
	end, err := endOf(res)
	if end != expect.OK {
		x.failed = protocol.Reason(res)
	}
	return x, err
}

// ordered reports what a program does in some order, and should not; or that it does in
// none what the article teaches that it can.
func (b *Block) ordered(x explored) {
	report := func(severity Severity, format string, args ...any) {
		b.found(Finding{Line: b.Block.Line, Severity: severity, Kind: "orders", Message: fmt.Sprintf(format, args...)})
	}
	if x.failed != "" || x.Runs == 0 {
		report(Warning, "it was not tried in other orders: %s", cmp.Or(x.failed, "none ended in its time"))
		return
	}
	documented := b.documented()
	if want := cmp.Or(documented.Ends, expect.OK); want != expect.OK {
		if !slices.ContainsFunc(x.outcomes, func(o sandbox.Outcome) bool { return b.endIn(o) == want }) {
			report(Error, "none of %s ended with %s", Plural(x.Runs, "order"), want)
		}
		return
	}
	var ways []otherwise
	for _, o := range x.outcomes {
		end := b.endIn(o)
		if o.Kind == wire.OutcomeEndless || end == expect.Leak && !x.endsWell() {
			continue // it has shown nothing, or what every run does, and readers are told
		}
		if d := documented.Compare(expect.Ran{Printed: o.Output, Ends: end}); d != nil {
			ways = add(ways, otherwise{d[0], o.Count, o.Seed})
		}
	}
	for _, w := range ways {
		line, _ := b.place(w.Difference)
		b.found(Finding{Line: line, Severity: Error, Kind: "orders", Message: w.often(x.Runs) + ": " + w.What, Want: w.Want, Got: w.Got})
	}
}

// endsWell says whether there is an order in which the program ends and leaves nothing
// behind.
func (x explored) endsWell() bool {
	return slices.ContainsFunc(x.outcomes, func(o sandbox.Outcome) bool { return o.Kind == wire.OutcomeOK })
}

// otherwise is a way in which orders are not as documented: how many, and one of them.
type otherwise struct {
	expect.Difference
	count int
	seed  string
}

// add adds a way to others, of which it may be one: then the shorter seed stays.
func add(ways []otherwise, w otherwise) []otherwise {
	for i := range ways {
		if known := &ways[i]; known.Difference == w.Difference {
			known.count += w.count
			if len(w.seed) < len(known.seed) {
				known.seed = w.seed
			}
			return ways
		}
	}
	return append(ways, w)
}

// endIn is how an order ended, in an author's words.
func (b *Block) endIn(o sandbox.Outcome) expect.End {
	switch {
	case o.Kind == wire.OutcomeExit:
		return expect.End(fmt.Sprintf("exit:%d", o.Exit))
	case o.Kind == wire.OutcomeLeak && b.Leaks:
		return expect.OK
	}
	return expect.End(o.Kind)
}

// often is how often it was found, and how to see it again.
func (w otherwise) often(orders int) string {
	s := fmt.Sprintf("in %d of %s", w.count, Plural(orders, "order"))
	if w.seed != "" {
		s += " (--seed " + w.seed + ")"
	}
	return s
}
