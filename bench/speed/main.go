// Command speed runs small programs three ways, compiled, in the product's
// sandbox and by plain yaegi, and prints how they compare. Each program times
// its own work and prints a result, which must be the same everywhere, and the
// nanoseconds. Plain yaegi cannot run all of them.
//
//	CGO_ENABLED=0 go run ./bench/speed
//	CGO_ENABLED=0 go run ./bench/speed -yaegi=false -only 'fib|matrix'
//
// With -race the third way is the sandbox again, finding data races, and the last
// column what that costs.
//
//	CGO_ENABLED=0 go run ./bench/speed -race
package main

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker"
)

//go:embed testdata
var programs embed.FS

// plainArg makes this binary run one program with plain yaegi.
const plainArg = "plain-yaegi"

func main() {
	if os.Args[0] == wire.WorkerName {
		worker.Main()
	}
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	n := flag.Int("n", 5, "runs of each program each way")
	only := flag.String("only", "", "run the programs that this regular expression matches")
	plainToo := flag.Bool("yaegi", true, "run them by plain yaegi, too, which is slow")
	race := flag.Bool("race", false, "instead of by plain yaegi run them once more in the sandbox, finding data races")
	binary := flag.String("worker", "", "the binary whose workers run them, instead of this one")
	flag.Parse()
	if flag.Arg(0) == plainArg {
		return plain(flag.Arg(1))
	}
	names, err := selected(*only)
	if err != nil {
		return err
	}
	b, err := newBench(*binary)
	if err != nil {
		return err
	}
	defer b.close()
	b.plain, b.race = *plainToo, *race
	third, ratio := "yaegi ms", "/yaegi"
	if b.race {
		third, ratio = "race ms", "race/"
	}
	fmt.Printf("%-12s %12s %12s %12s %10s %10s\n", "program", "compiled ms", "sandbox ms", third, "/compiled", ratio)
	var all, old, other mean
	for _, name := range names {
		row, err := b.measure(ctx, name, *n)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		row.print(b.race)
		all.add(row.sandbox / row.compiled)
		if slices.Contains(first13, row.name) {
			old.add(row.sandbox / row.compiled)
		}
		if row.third > 0 {
			other.add(row.ratio(b.race))
		}
	}
	what := "sandbox over plain yaegi"
	if b.race {
		what = "finding races over not"
	}
	fmt.Printf("\ngeometric means: sandbox over compiled %v, of them the first 13 programs that were here %v; %s %v\n",
		all, old, what, other)
	return nil
}

// first13 are the programs by which earlier figures were taken.
var first13 = []string{"builder", "closures", "fib", "interfaces", "json", "mapcount", "matrix", "methods", "mutex", "pingpong", "sieve", "sortslice", "trees"}

// selected lists the programs whose names match.
func selected(only string) ([]string, error) {
	match, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(programs, "testdata/*.go")
	return slices.DeleteFunc(names, func(name string) bool { return !match.MatchString(filepath.Base(name)) }), err
}

// mean is a geometric mean in the making.
type mean struct {
	logs float64
	n    int
}

func (m *mean) add(ratio float64) {
	m.logs += math.Log(ratio)
	m.n++
}

func (m mean) String() string {
	return fmt.Sprintf("%.2f (%d programs)", math.Exp(m.logs/float64(m.n)), m.n)
}

type bench struct {
	dir   string
	box   *sandbox.Sandbox
	plain bool
	race  bool
}

func newBench(worker string) (*bench, error) {
	dir, err := os.MkdirTemp("", "speed")
	if err != nil {
		return nil, err
	}
	box, err := sandbox.New(sandbox.Config{Executable: worker, Limits: sandbox.Limits{CPUTime: time.Minute, WallTime: time.Minute}})
	return &bench{dir: dir, box: box}, err
}

func (b *bench) close() {
	_ = b.box.Close(context.Background())
	_ = os.RemoveAll(b.dir)
}

// row holds one program's least times in milliseconds: a busy machine makes a
// program slow, never fast. The third is plain yaegi's, or the sandbox's with races
// found, and 0 where it was not asked for or cannot.
type row struct {
	name                     string
	compiled, sandbox, third float64
}

// ratio is the sandbox over plain yaegi, or finding races over not.
func (r row) ratio(race bool) float64 {
	if race {
		return r.third / r.sandbox
	}
	return r.sandbox / r.third
}

func (r row) print(race bool) {
	fmt.Printf("%-12s %12.3f %12.3f ", r.name, r.compiled, r.sandbox)
	if r.third == 0 {
		fmt.Printf("%12s %10.1f %10s\n", "-", r.sandbox/r.compiled, "-")
		return
	}
	fmt.Printf("%12.2f %10.1f %10.2f\n", r.third, r.sandbox/r.compiled, r.ratio(race))
}

// plainWay is the last of the ways: plain yaegi, which may fail, or another.
const plainWay = 2

// measure runs a program the three ways in turn, n times.
func (b *bench) measure(ctx context.Context, name string, n int) (row, error) {
	r := row{name: strings.TrimSuffix(filepath.Base(name), ".go")}
	source, err := programs.ReadFile(name)
	if err != nil {
		return r, err
	}
	file, binary := filepath.Join(b.dir, filepath.Base(name)), filepath.Join(b.dir, r.name)
	if err := os.WriteFile(file, source, 0o600); err != nil {
		return r, err
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, file).CombinedOutput(); err != nil {
		return r, fmt.Errorf("go build: %w\n%s", err, out)
	}
	ways := []func() (string, error){
		func() (string, error) { return output(ctx, binary) },
		func() (string, error) { return b.sandboxed(ctx, string(source), false) },
	}
	switch {
	case b.race:
		ways = append(ways, func() (string, error) { return b.sandboxed(ctx, string(source), true) })
	case b.plain:
		ways = append(ways, func() (string, error) { return output(ctx, "/proc/self/exe", plainArg, file) })
	}
	times := make([][]float64, len(ways))
	var want string
	for range n {
		for i, way := range ways {
			out, err := way()
			result, ns, wrong := parse(out)
			if err = cmp.Or(err, wrong); err == nil && cmp.Or(want, result) != result {
				err = fmt.Errorf("result %s, compiled %s", result, want)
			}
			if err != nil && i == plainWay && !b.race {
				ways = ways[:i]
				break
			}
			if err != nil {
				return r, err
			}
			want = result
			times[i] = append(times[i], ns/1e6)
		}
	}
	r.compiled, r.sandbox = slices.Min(times[0]), slices.Min(times[1])
	if len(ways) > plainWay {
		r.third = slices.Min(times[plainWay])
	}
	return r, nil
}

func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	return string(out), err
}

func (b *bench) sandboxed(ctx context.Context, source string, race bool) (string, error) {
	var out bytes.Buffer
	res, err := b.box.Run(ctx, program(source, race), func(_ context.Context, e sandbox.Event) error {
		if o, ok := e.(sandbox.Output); ok {
			out.Write(o.Data)
		}
		return nil
	})
	if err == nil && res.Status != sandbox.StatusOK {
		err = fmt.Errorf("ended with %s: %s", res.Status, out.String())
	}
	return out.String(), err
}

// plain runs a program as yaegi alone would.
func plain(file string) error {
	i := interp.New(interp.Options{})
	if err := i.Use(stdlib.Symbols); err != nil {
		return err
	}
	_, err := i.EvalPath(file)
	return err
}

// parse reads what a program prints: its result, then nanoseconds.
func parse(out string) (result string, ns float64, err error) {
	f := strings.Fields(out)
	if len(f) != 2 {
		return "", 0, fmt.Errorf("printed %q", out)
	}
	ns, err = strconv.ParseFloat(f[1], 64)
	return f[0], ns, err
}
