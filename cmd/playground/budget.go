package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"

	"playground/internal/admit"
	"playground/internal/budget"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// budget is what this machine lets the server promise.
func (c *serveCommand) budget() (budget.Budget, error) {
	return budget.Make(budget.ReadOwn(), budget.Asks{
		Programs: int(c.Concurrency), Pool: int(c.Pool), Memory: int64(c.Memory), Threads: wire.DefaultThreads,
	})
}

// gate lets programs in by what those in box use.
func (c *serveCommand) gate(b budget.Budget, box *sandbox.Sandbox) *admit.Gate {
	return admit.New(admit.Config{
		Programs: b.Programs, Cores: b.Cores, Memory: b.Memory, Threads: b.Threads,
		PerRun: b.PerRun, PerRunThreads: b.PerRunThreads, Queue: int(c.Queue), Longest: c.Wall,
		Load: func() admit.Load {
			l := box.Load()
			return admit.Load{CPU: l.CPU, Memory: l.Memory, Threads: l.Threads}
		},
	})
}

// poolOf is the number of idle workers as a sandbox takes it.
func poolOf(b budget.Budget) int { return cmp.Or(b.Pool, -1) }

// mostKept is the part of the server's memory that ended runs may be kept in:
// 64 MiB at most.
func mostKept(b budget.Budget) int {
	const most = 64 << 20
	if b.Server == 0 {
		return most
	}
	return int(min(b.Server/4, most))
}

// windowOf is what the journal of one run may hold: the sandbox's default output
// and more where there is room, so that all that run hold at most half of the
// server's memory.
func windowOf(b budget.Budget) int {
	const least, most = 384 << 10, wire.DefaultOutput + 1<<20
	if b.Server == 0 || b.Programs == 0 {
		return most
	}
	return int(min(max(b.Server/2/int64(b.Programs), least), most))
}

// writeBudget is the budget as a table.
func writeBudget(w io.Writer, b budget.Budget) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RESOURCE\tLIMIT\tGIVES")
	for _, r := range b.Rows() {
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.Resource, r.Limit, r.Gives)
	}
	return t.Flush()
}
