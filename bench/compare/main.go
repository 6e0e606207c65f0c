// Command compare builds an older commit and this tree, measures both in turn on
// this machine, and prints the best of old and new and their ratio side by side: starts, hellos
// a second and core, an idle worker's memory, and bench/speed's programs. Both
// are measured by this tree's commands and programs, put into the old tree.
//
//	CGO_ENABLED=0 go run ./bench/compare COMMIT
//	CGO_ENABLED=0 go run ./bench/compare -only 'fib|matrix' COMMIT
//
// With -pairs it says how small a difference between the two is, or between two commits,
// also on a busy machine: by the medians of that many pairs of runs of each program.
//
//	CGO_ENABLED=0 go run ./bench/compare -pairs 20 COMMIT [NEW_COMMIT]
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	n := flag.Int("n", 20, "runs of hello of each kind, in each round")
	rounds := flag.Int("rounds", 3, "how often each build has its turn")
	only := flag.String("only", "", "compare the programs that this regular expression matches")
	paired := flag.Int("pairs", 0, "compare programs only, by that many pairs of runs of each")
	flag.Parse()
	if flag.NArg() != 1 && (flag.NArg() != 2 || *paired == 0) {
		fmt.Fprintln(os.Stderr, "usage: compare [flags] COMMIT, or compare -pairs N [flags] COMMIT [NEW_COMMIT]")
		os.Exit(2)
	}
	c := comparison{n: *n, rounds: *rounds, pairs: *paired, only: *only}
	if err := c.run(context.Background(), flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// comparison is what to measure.
type comparison struct {
	n, rounds, pairs int
	only             string
}

// run compares a commit with another or, if that is empty, with this tree.
func (c comparison) run(ctx context.Context, commit, newer string) error {
	dir, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // a worker has a uid of its own
		return err
	}
	top, err := command(ctx, "", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	top = strings.TrimSpace(top)
	builds := []*build{{name: "old"}, {name: "new", tree: top}}
	if builds[0].tree, err = treeOf(ctx, top, filepath.Join(dir, "oldtree"), commit); err != nil {
		return err
	}
	if newer != "" {
		if builds[1].tree, err = treeOf(ctx, top, filepath.Join(dir, "newtree"), newer); err != nil {
			return err
		}
	}
	if c.pairs > 0 {
		return pairs(ctx, top, dir, builds, c.pairs, c.only)
	}
	if err := benchmarks(top, builds[0].tree); err != nil {
		return err
	}
	for _, b := range builds {
		if err := b.make(ctx, filepath.Join(dir, b.name)); err != nil {
			return err
		}
	}
	for range c.rounds {
		for _, b := range builds {
			if err := b.measure(ctx, c.n, c.only); err != nil {
				return fmt.Errorf("%s: %w", b.name, err)
			}
		}
	}
	report(commit, builds[0], builds[1])
	return nil
}

// stepless stands in for the files of bench/sandbox that an older tree cannot
// compile.
const stepless = `package main

import "context"

func startTable(context.Context, int) error { return nil }

func frontTable(context.Context, string, int) error { return nil }
`

// raceless stands in for the one of bench/speed.
const raceless = `package main

import "playground/internal/sandbox"

func program(source string, _ bool) sandbox.Program { return sandbox.Program{Source: source} }
`

// treeOf puts the tree of a commit in a directory.
func treeOf(ctx context.Context, top, dir, commit string) (string, error) {
	archive := dir + ".tar"
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	if _, err := command(ctx, top, "git", "archive", "-o", archive, commit); err != nil {
		return "", err
	}
	_, err := command(ctx, dir, "tar", "-xf", archive)
	return dir, err
}

// benchmarks gives an older tree this one's.
func benchmarks(top, tree string) error {
	for _, bench := range []string{"bench/speed", "bench/sandbox"} {
		to := filepath.Join(tree, bench)
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		if err := os.CopyFS(to, os.DirFS(filepath.Join(top, bench))); err != nil {
			return err
		}
	}
	for _, file := range []string{"start.go", "front.go", "steps.go"} {
		if err := os.Remove(filepath.Join(tree, "bench/sandbox", file)); err != nil {
			return err
		}
	}
	for file, text := range map[string]string{"bench/sandbox/start_other.go": stepless, "bench/speed/program.go": raceless} {
		if err := os.WriteFile(filepath.Join(tree, file), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build is one of the two, with what was measured of it.
type build struct {
	name, tree, dir string
	order           []string
	figures         map[string][]float64
}

func (b *build) make(ctx context.Context, dir string) error {
	b.dir, b.figures = dir, map[string][]float64{}
	_, err := command(ctx, b.tree, "go", "build", "-o", dir+"/", "./cmd/playground", "./bench/speed", "./bench/sandbox")
	return err
}

// measure takes every figure once more.
func (b *build) measure(ctx context.Context, n int, only string) error {
	worker := filepath.Join(b.dir, "playground")
	out, err := command(ctx, b.dir, filepath.Join(b.dir, "sandbox"), "-figures", "-n", strconv.Itoa(n), "-worker", worker)
	if err != nil {
		return err
	}
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) == 2 {
			b.add(f[0], f[1])
		}
	}
	out, err = command(ctx, b.dir, filepath.Join(b.dir, "speed"), "-n", "3", "-yaegi=false", "-only", only, "-worker", worker)
	if err != nil {
		return err
	}
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) == 6 && f[0] != "program" {
			b.add(f[0]+compiled, f[1])
			b.add(f[0]+interpreted, f[2])
		}
	}
	return nil
}

func (b *build) add(name, figure string) {
	v, err := strconv.ParseFloat(figure, 64)
	if err != nil {
		return // a heading
	}
	if b.figures[name] == nil {
		b.order = append(b.order, name)
	}
	b.figures[name] = append(b.figures[name], v)
}

// What is measured of a program, after its name.
const (
	compiled    = "_compiled_ms"
	interpreted = "_ms"
)

// best is the best of what was measured, and whether anything was: a busy machine
// makes everything slower, and nothing faster.
func (b *build) best(name string) (float64, bool) {
	switch v := b.figures[name]; {
	case len(v) == 0:
		return 0, false
	case strings.Contains(name, "per_second"):
		return slices.Max(v), true
	default:
		return slices.Min(v), true
	}
}

func report(commit string, old, tree *build) {
	line := func(name string, before, after float64) {
		fmt.Printf("%-30s %12.3f %12.3f %10.2f\n", name, before, after, after/before)
	}
	fmt.Printf("%-30s %12s %12s %10s\n", "best of the rounds", commit, "this tree", "new/old")
	var logs [2]float64
	var programs float64
	for _, name := range tree.order {
		before, ok := old.best(name)
		program, isProgram := strings.CutSuffix(name, interpreted)
		native, timed := least(old, tree, program+compiled)
		after, _ := tree.best(name)
		switch {
		case !ok || strings.HasSuffix(name, compiled):
		case isProgram && timed:
			line(program+" / compiled", before/native, after/native)
			logs[0] += math.Log(before / native)
			logs[1] += math.Log(after / native)
			programs++
		default:
			line(name, before, after)
		}
	}
	if programs > 0 {
		line("geometric mean", math.Exp(logs[0]/programs), math.Exp(logs[1]/programs))
	}
}

// least is the best of what both builds' turns measured.
func least(a, b *build, name string) (float64, bool) {
	x, ok := a.best(name)
	y, too := b.best(name)
	return min(x, y), ok && too
}

func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, problem.String())
	}
	return string(out), nil
}
