// Command speed runs small programs three ways, compiled, in the product's
// sandbox and by plain yaegi, and prints how they compare. Each program times
// its own work and prints a result, which must be the same everywhere, and the
// nanoseconds.
//
//	CGO_ENABLED=0 go run ./bench/speed
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
	flag.Parse()
	if flag.Arg(0) == plainArg {
		return plain(flag.Arg(1))
	}
	names, err := fs.Glob(programs, "testdata/*.go")
	if err != nil {
		return err
	}
	b, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	fmt.Printf("%-12s %12s %12s %12s %10s %10s\n", "program", "compiled ms", "sandbox ms", "yaegi ms", "/compiled", "/yaegi")
	var overYaegi, overCompiled float64
	for _, name := range names {
		row, err := b.measure(ctx, name, *n)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		row.print()
		overYaegi += math.Log(row.sandbox / row.yaegi)
		overCompiled += math.Log(row.sandbox / row.compiled)
	}
	k := float64(len(names))
	fmt.Printf("\ngeometric means of %d programs: sandbox over compiled %.0f, sandbox over plain yaegi %.2f\n",
		len(names), math.Exp(overCompiled/k), math.Exp(overYaegi/k))
	return nil
}

type bench struct {
	dir string
	box *sandbox.Sandbox
}

func newBench(ctx context.Context) (*bench, error) {
	dir, err := os.MkdirTemp("", "speed")
	if err != nil {
		return nil, err
	}
	box, err := sandbox.New(sandbox.Config{Limits: sandbox.Limits{CPUTime: time.Minute, WallTime: time.Minute}})
	return &bench{dir, box}, err
}

func (b *bench) close() {
	_ = b.box.Close(context.Background())
	_ = os.RemoveAll(b.dir)
}

// row holds one program's medians in milliseconds.
type row struct {
	name                     string
	compiled, sandbox, yaegi float64
}

func (r row) print() {
	fmt.Printf("%-12s %12.2f %12.2f %12.2f %10.0f %10.2f\n",
		r.name, r.compiled, r.sandbox, r.yaegi, r.sandbox/r.compiled, r.sandbox/r.yaegi)
}

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
		func() (string, error) { return b.sandboxed(ctx, string(source)) },
		func() (string, error) { return output(ctx, "/proc/self/exe", plainArg, file) },
	}
	times := make([][]float64, len(ways))
	var want string
	for range n {
		for i, way := range ways {
			out, err := way()
			if err != nil {
				return r, err
			}
			result, ns, err := parse(out)
			if err != nil {
				return r, err
			}
			if want = cmp.Or(want, result); result != want {
				return r, fmt.Errorf("result %s, compiled %s", result, want)
			}
			times[i] = append(times[i], ns/1e6)
		}
	}
	r.compiled, r.sandbox, r.yaegi = median(times[0]), median(times[1]), median(times[2])
	return r, nil
}

func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	return string(out), err
}

func (b *bench) sandboxed(ctx context.Context, source string) (string, error) {
	var out bytes.Buffer
	res, err := b.box.Run(ctx, sandbox.Program{Source: source}, func(_ context.Context, e sandbox.Event) error {
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

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
