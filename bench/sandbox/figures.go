package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"playground/internal/sandbox"
)

// figures prints a figure a line, its name and a number: what bench/compare
// measures of two builds in turn. It uses nothing that an older tree has not.
func figures(ctx context.Context, worker string, n int) error {
	warm, err := sandbox.New(sandbox.Config{Executable: worker, Pool: 2 * runtime.NumCPU()})
	if err != nil {
		return err
	}
	defer warm.Close(ctx)
	var first []time.Duration
	for i := range n {
		settle(warm)
		took, _, err := run(ctx, warm, hello(i))
		if err != nil {
			return err
		}
		first = append(first, took)
	}
	figure("first_byte_warm_ms", ms(median(first)))
	for _, lines := range []int{140, 400} {
		var took []time.Duration
		for i := range max(n/2, 5) {
			settle(warm)
			first, _, err := run(ctx, warm, long(lines, i))
			if err != nil {
				return err
			}
			took = append(took, first)
		}
		figure(fmt.Sprintf("first_byte_warm_%d_lines_ms", lines), ms(median(took)))
	}
	size, err := servedPSS(ctx, worker)
	if err != nil {
		return err
	}
	figure("idle_worker_pss_mib", size)
	rate, err := helloRate(ctx, warm, n)
	if err != nil {
		return err
	}
	figure("hellos_per_second_per_core", rate)
	return coldFigures(ctx, worker, n)
}

// coldFigures are of runs that start their worker: all that a run costs.
func coldFigures(ctx context.Context, worker string, n int) error {
	cold, err := sandbox.New(sandbox.Config{Executable: worker, Pool: -1})
	if err != nil {
		return err
	}
	defer cold.Close(ctx)
	var first []time.Duration
	var cpu []float64
	for i := range n {
		before := childrenCPU()
		took, _, err := run(ctx, cold, hello(i))
		if err != nil {
			return err
		}
		first = append(first, took)
		cpu = append(cpu, ms(childrenCPU()-before))
	}
	slices.Sort(cpu)
	figure("first_byte_cold_ms", ms(median(first)))
	figure("cold_run_cpu_ms", cpu[len(cpu)/2])
	return nil
}

func figure(name string, v float64) { fmt.Printf("%s\t%.3f\n", name, v) }

// childrenCPU is the processor time of the workers that have ended.
func childrenCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// section is a part of a program as articles have them.
const section = `
type account%[1]d struct {
	name    string
	balance int
	history []int
}

func (a *account%[1]d) deposit(n int) error {
	if n <= 0 {
		return fmt.Errorf("deposit of %%d", n)
	}
	a.balance += n
	a.history = append(a.history, n)
	return nil
}

func work%[1]d() string {
	accounts := map[string]*account%[1]d{"a": {name: "a"}, "b": {name: "b"}}
	var wg sync.WaitGroup
	results := make(chan string, 2*len(accounts))
	for name, a := range accounts {
		wg.Go(func() {
			for i := range 3 {
				if err := a.deposit(i); err != nil {
					results <- err.Error()
				}
			}
			results <- strings.Repeat(name, a.balance)
		})
	}
	wg.Wait()
	close(results)
	var all []string
	for r := range results {
		all = append(all, r)
	}
	sort.Strings(all)
	return strings.Join(all, ",")
}
`

// long is a program of about that many lines, which differs from run to run.
func long(lines, run int) string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"fmt\"\n\t\"sort\"\n\t\"strings\"\n\t\"sync\"\n)\n")
	n := lines / (strings.Count(section, "\n") + 1)
	for i := range n {
		fmt.Fprintf(&b, section, i)
	}
	fmt.Fprintf(&b, "\nfunc main() {\n\tfmt.Println(%d)\n", run)
	for i := range n {
		fmt.Fprintf(&b, "\tfmt.Println(work%d())\n", i)
	}
	b.WriteString("}\n")
	return b.String()
}
