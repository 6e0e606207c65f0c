// Command sandbox measures what a reader waits for and what an operator pays
// for: the time from source to first byte beside that of go build and exec of
// the same changed file, in turns on the same machine, then the time from Stop
// to a reaped worker, runs a second for each core, what two output streams in
// turn cost, a program beside sixteen that spin, and the memory of an idle
// worker.
//
//	CGO_ENABLED=0 go run ./bench/sandbox
//	CGO_ENABLED=0 go run ./bench/sandbox -start   # the steps of a start
//	CGO_ENABLED=0 go run ./bench/sandbox -front   # the steps of a program in a worker
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker"
)

func main() {
	if os.Args[0] == wire.WorkerName {
		worker.Main()
	}
	n := flag.Int("n", 40, "runs of each kind")
	start := flag.Bool("start", false, "print what the steps of a worker's start cost, and nothing else")
	front := flag.Bool("front", false, "print what the steps from a program's text to its end cost, and nothing else")
	brief := flag.Bool("figures", false, "print the few figures that bench/compare sets side by side, and nothing else")
	worker := flag.String("worker", "", "the binary whose workers run the programs of -figures and -front, instead of one of this tree")
	flag.Parse()
	run := measure
	switch {
	case *start:
		run = startTable
	case *front:
		run = func(ctx context.Context, n int) error { return frontTable(ctx, *worker, n) }
	case *brief:
		run = func(ctx context.Context, n int) error { return figures(ctx, *worker, n) }
	}
	if err := run(context.Background(), *n); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, n int) error {
	box, err := sandbox.New(sandbox.Config{Pool: 2 * runtime.NumCPU()})
	if err != nil {
		return err
	}
	defer box.Close(ctx)
	fmt.Printf("%d cores, %s, isolation level %s, %d runs of each kind\n\n",
		runtime.NumCPU(), runtime.Version(), confine.LevelOf(box.Layers()), n)
	for _, step := range []func(context.Context, *sandbox.Sandbox, int) error{
		firstByte, killLatency, overshoot, throughput, streams, besideSpinners, idleMemory,
	} {
		if err := step(ctx, box, n); err != nil {
			return err
		}
	}
	return nil
}

// hello is a program that differs from run to run, as a reader's does.
func hello(i int) string {
	return fmt.Sprintf("package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello\", %d)\n}\n", i)
}

// firstByte compares a warm worker, a cold one, and the toolchain.
func firstByte(ctx context.Context, box *sandbox.Sandbox, n int) error {
	cold, err := sandbox.New(sandbox.Config{Pool: -1})
	if err != nil {
		return err
	}
	defer cold.Close(ctx)
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var warm, start, built, ended []time.Duration
	for i := range n {
		settle(box)
		first, end, err := run(ctx, box, hello(i))
		if err != nil {
			return err
		}
		warm, ended = append(warm, first), append(ended, end)
		if first, _, err = run(ctx, cold, hello(i)); err != nil {
			return err
		}
		start = append(start, first)
		if i%4 != 0 {
			continue // building is slow; a quarter of the runs says enough
		}
		took, err := buildAndExec(ctx, dir, hello(i))
		if err != nil {
			return err
		}
		built = append(built, took)
	}
	report("hello, warm worker: source to first byte", warm)
	report("hello, warm worker: source to reaped", ended)
	report("hello, cold worker: source to first byte", start)
	report("hello, go build and exec: to first byte", built)
	fmt.Printf("%-45s %.0f times\n\n", "go build and exec over warm worker, medians", float64(median(built))/float64(median(warm)))
	return nil
}

// settle waits until the pool is full and its workers have gone idle.
func settle(box *sandbox.Sandbox) {
	for box.Stats().Idle < 2*runtime.NumCPU() {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(150 * time.Millisecond)
}

// run returns the times to the first byte of output and to the end.
func run(ctx context.Context, box *sandbox.Sandbox, source string) (first, end time.Duration, err error) {
	start := time.Now()
	res, err := box.Run(ctx, sandbox.Program{Source: source}, func(_ context.Context, e sandbox.Event) error {
		if _, ok := e.(sandbox.Output); ok && first == 0 {
			first = time.Since(start)
		}
		return nil
	})
	if err == nil && res.Status != sandbox.StatusOK {
		err = fmt.Errorf("hello ended with %s: %s", res.Status, res.Message)
	}
	return first, time.Since(start), err
}

// buildAndExec does what a server without an interpreter does.
func buildAndExec(ctx context.Context, dir, source string) (time.Duration, error) {
	file, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return 0, err
	}
	start := time.Now()
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, file).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, binary)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	if _, err := bufio.NewReader(stdout).ReadByte(); err != nil {
		return 0, err
	}
	took := time.Since(start)
	return took, cmd.Wait()
}

// killLatency is the time from Stop to Run's return: killed, reaped, judged.
func killLatency(ctx context.Context, box *sandbox.Sandbox, n int) error {
	const spin = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"on\")\n\tfor {\n\t}\n}\n"
	var took []time.Duration
	for range n {
		running, stop := context.WithCancelCause(ctx)
		var stopped time.Time
		_, err := box.Run(running, sandbox.Program{Source: spin}, func(_ context.Context, e sandbox.Event) error {
			if _, ok := e.(sandbox.Output); ok {
				stopped = time.Now()
				stop(sandbox.ErrKilled)
			}
			return nil
		})
		if err != nil {
			return err
		}
		took = append(took, time.Since(stopped))
	}
	report("Stop of an endless loop: to reaped", took)
	return nil
}

// overshoot is how far a program gets over each of its limits.
func overshoot(ctx context.Context, box *sandbox.Sandbox, n int) error {
	const (
		one    = "package main\n\nfunc main() {\n\tfor {\n\t}\n}\n"
		two    = "package main\n\nfunc main() {\n\tgo func() {\n\t\tfor {\n\t\t}\n\t}()\n\tfor {\n\t}\n}\n"
		sleep  = "package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Hour) }\n"
		grow   = "package main\n\nfunc main() {\n\tvar all [][]byte\n\tfor {\n\t\tb := make([]byte, 1<<20)\n\t\tfor i := 0; i < len(b); i += 4096 {\n\t\t\tb[i] = 1\n\t\t}\n\t\tall = append(all, b)\n\t}\n}\n"
		budget = 300 * time.Millisecond
	)
	limits := sandbox.Limits{CPUTime: budget, WallTime: 10 * time.Second}
	n = max(n/4, 5)
	var cpu1, cpu2, wall []time.Duration
	var memory []float64
	for range n {
		for source, over := range map[string]*[]time.Duration{one: &cpu1, two: &cpu2} {
			res, err := box.Run(ctx, sandbox.Program{Source: source, Limits: limits}, quiet)
			if err != nil {
				return err
			}
			*over = append(*over, res.CPUTime-budget)
		}
		res, err := box.Run(ctx, sandbox.Program{Source: sleep, Limits: sandbox.Limits{WallTime: budget}}, quiet)
		if err != nil {
			return err
		}
		wall = append(wall, res.WallTime-budget)
		if res, err = box.Run(ctx, sandbox.Program{Source: grow}, quiet); err != nil {
			return err
		}
		memory = append(memory, 100*float64(res.PeakMemory)/float64(res.Limits.Memory))
	}
	report("CPU limit of 300 ms, one thread: overshoot", cpu1)
	report("CPU limit of 300 ms, two threads: overshoot", cpu2)
	report("wall limit of 300 ms: overshoot", wall)
	slices.Sort(memory)
	fmt.Printf("%-45s median %.0f %%, max %.0f %%\n", "memory limit: peak over cap", memory[len(memory)/2], memory[len(memory)-1])
	return nil
}

func quiet(context.Context, sandbox.Event) error { return nil }

// throughput runs programs back to back, as many at once as there are cores.
func throughput(ctx context.Context, box *sandbox.Sandbox, n int) error {
	rate, err := helloRate(ctx, box, n)
	if err != nil {
		return err
	}
	fmt.Printf("%-45s %.0f\n", "hello, back to back: runs a second per core", rate)
	return nil
}

// helloRate is how many hellos a core ends in a second.
func helloRate(ctx context.Context, box *sandbox.Sandbox, n int) (float64, error) {
	cores := runtime.NumCPU()
	start := time.Now()
	var all sync.WaitGroup
	failed := make(chan error, cores)
	for range cores {
		all.Go(func() {
			for i := range n {
				if _, _, err := run(ctx, box, hello(i)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
	}
	return float64(n) / time.Since(start).Seconds(), nil
}

// streams compares 6,000 lines to one stream with as many to both in turn, and
// tells the processor time that the server spends on 200,000 switches of a byte
// each.
func streams(ctx context.Context, box *sandbox.Sandbox, n int) error {
	const program = "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tfor i := range %d {\n\t\tfmt.Fprint(os.Stdout, %q)\n\t\tfmt.Fprint(%s, %q)\n\t\t_ = i\n\t}\n}\n"
	line := "a line of some forty bytes, more or less\n"
	both := fmt.Sprintf(program, 3000, line, "os.Stderr", line)
	one := fmt.Sprintf(program, 3000, line, "os.Stdout", line)
	var took [2][]time.Duration
	for range max(n/4, 5) {
		for i, source := range []string{one, both} {
			settle(box)
			_, end, err := run(ctx, box, source)
			if err != nil {
				return err
			}
			took[i] = append(took[i], end)
		}
	}
	report("6,000 lines to one stream: to reaped", took[0])
	report("3,000 lines to each of two in turn: to reaped", took[1])
	settle(box)
	before := ownCPU()
	if _, end, err := run(ctx, box, fmt.Sprintf(program, 100000, "a", "os.Stderr", "b")); err != nil {
		return err
	} else {
		fmt.Printf("%-45s %.2f s, of which the server's CPU %.2f s\n", "200,000 switches of a byte each", end.Seconds(), (ownCPU() - before).Seconds())
	}
	return nil
}

// ownCPU is the processor time that this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// besideSpinners is the time to the first byte while sixteen others spin.
func besideSpinners(ctx context.Context, _ *sandbox.Sandbox, n int) error {
	box, err := sandbox.New(sandbox.Config{})
	if err != nil {
		return err
	}
	defer box.Close(ctx)
	spinning, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	defer all.Wait()
	for range 16 {
		all.Go(func() {
			for spinning.Err() == nil {
				_, _ = box.Run(spinning, sandbox.Program{Source: "package main\n\nfunc main() {\n\tfor {\n\t}\n}\n"}, quiet)
			}
		})
	}
	time.Sleep(time.Second)
	var took []time.Duration
	for i := range n {
		first, _, err := run(ctx, box, hello(i))
		if err != nil {
			return err
		}
		took = append(took, first)
	}
	stop(sandbox.ErrKilled)
	report("hello beside 16 spinners: source to first byte", took)
	return nil
}

func report(what string, d []time.Duration) {
	slices.Sort(d)
	fmt.Printf("%-45s median %6.2f ms, 95th %6.2f ms, max %6.2f ms\n",
		what, ms(median(d)), ms(d[len(d)*95/100]), ms(d[len(d)-1]))
}

func median(d []time.Duration) time.Duration {
	s := slices.Clone(d)
	slices.Sort(s)
	return s[len(s)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
