// Conformance compares the playground with compiled Go and prints a table.
//
//	go run ./internal/conformance/cmd/conformance            # our own programs
//	go run ./internal/conformance/cmd/conformance -goroot    # and the Go distribution's
//	go run ./internal/conformance/cmd/conformance -examples  # and the std packages' examples
//	go run ./internal/conformance/cmd/conformance -dir DIR   # and a directory's
//
// It must be run inside the module, whose playground it builds; -subject names
// another binary. With -record it writes the outcomes of our own programs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/version"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"playground/internal/conformance"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// options are the command's flags.
type options struct {
	own, goroot, examples        bool
	fresh, record, verbose       bool
	dir, tests                   string
	subject, cache, flags, match string
	parallel, sample             int
}

func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	fs := flag.NewFlagSet("conformance", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.BoolVar(&o.own, "own", true, "run our own programs")
	fs.BoolVar(&o.goroot, "goroot", false, "run the eligible programs of $(go env GOROOT)/test")
	fs.StringVar(&o.tests, "tests", "", "the `directory` of -goroot's programs, for a toolchain that comes without them; $(go env GOROOT)/test if not given")
	fs.BoolVar(&o.examples, "examples", false, "run the examples in the standard library's source")
	fs.StringVar(&o.dir, "dir", "", "run the Go files and txtar archives below `DIR`")
	fs.BoolVar(&o.fresh, "fresh", false, "ask the compiler even where an outcome is recorded")
	fs.BoolVar(&o.record, "record", false, "write the missing outcomes of our own programs, with -fresh all, and stop")
	fs.BoolVar(&o.verbose, "v", false, "show each difference")
	fs.StringVar(&o.subject, "subject", "", "the playground `binary`; built if not given")
	fs.StringVar(&o.cache, "cache", "", "`directory` in which the compiler's outcomes are kept between runs")
	fs.StringVar(&o.flags, "flags", "--cpu=20s --wall=30s --memory=512MiB --output=8MiB", "`flags` of playground run for -goroot, -examples and -dir")
	fs.StringVar(&o.match, "match", "", "only cases whose name contains `text`")
	fs.IntVar(&o.parallel, "j", 0, "cases at a time; one for each CPU if 0")
	fs.IntVar(&o.sample, "sample", 0, "only so many cases of each set, the same ones each time")
	err := fs.Parse(args)
	if err == nil && fs.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	return &o, err
}

// set is a set of cases to be run.
type set struct {
	name  string
	cases []*conformance.Case
	flags []string
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	root, err := goEnv(ctx, "GOMOD")
	if err != nil {
		return err
	}
	root = filepath.Dir(root)
	sets, err := readSets(ctx, o, root)
	if err != nil {
		return err
	}
	r := &conformance.Runner{Reference: &conformance.Reference{Cache: o.cache}, Fresh: o.fresh, Parallel: o.parallel}
	if o.record {
		return record(ctx, r, sets[0].cases, root)
	}
	if o.subject == "" {
		dir, err := os.MkdirTemp("", "conformance")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.subject = filepath.Join(dir, "playground")
		if err := conformance.BuildSubject(ctx, root, o.subject); err != nil {
			return err
		}
	}
	return compare(ctx, r, o, sets, stdout, stderr)
}

func compare(ctx context.Context, r *conformance.Runner, o *options, sets []set, stdout, stderr io.Writer) error {
	var reports []*conformance.Report
	for _, s := range sets {
		done := 0
		r.Subject = &conformance.Subject{Path: o.subject, Flags: s.flags}
		r.Done = func(conformance.Verdict) {
			if done++; done%50 == 0 {
				fmt.Fprintf(stderr, "%s: %d of %d\n", s.name, done, len(s.cases))
			}
		}
		verdicts, err := r.Run(ctx, s.cases)
		if err != nil {
			return err
		}
		rep := &conformance.Report{Set: s.name, Verdicts: verdicts}
		reports = append(reports, rep)
		if o.verbose {
			rep.WriteDifferences(stdout)
		}
		rep.WriteCauses(stdout)
	}
	fmt.Fprintln(stdout)
	return conformance.WriteTable(stdout, reports...)
}

// record writes the outcomes of our own programs into their files. What go.mod
// asks for is the oldest release.
func record(ctx context.Context, r *conformance.Runner, cases []*conformance.Case, root string) error {
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "go{{.GoVersion}}")
	cmd.Dir = root
	oldest, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list -m: %w", err)
	}
	changed, err := r.Record(ctx, cases, version.Lang(strings.TrimSpace(string(oldest))))
	dir := filepath.Join(root, conformance.OwnDir)
	for _, c := range changed {
		file := filepath.Join(dir, filepath.FromSlash(c.Name))
		err = errors.Join(err, os.WriteFile(file, c.Format(), 0o666))
	}
	return err
}

func readSets(ctx context.Context, o *options, root string) ([]set, error) {
	var sets []set
	add := func(name, dir string, flags []string, keep func(string, []byte) bool) error {
		cases, err := conformance.ReadCases(os.DirFS(dir), func(name string, data []byte) bool {
			return strings.Contains(name, o.match) && (keep == nil || keep(name, data))
		})
		sets = append(sets, set{name, pick(cases, o.sample), flags})
		return err
	}
	var err error
	if o.own {
		err = add("own programs", filepath.Join(root, conformance.OwnDir), nil, nil)
	}
	if o.dir != "" {
		err = errors.Join(err, add(filepath.Base(o.dir), o.dir, strings.Fields(o.flags), nil))
	}
	if o.goroot {
		tests, e := o.tests, error(nil)
		if tests == "" {
			tests, e = goEnv(ctx, "GOROOT")
			tests = path.Join(tests, "test")
		}
		flags := append(strings.Fields(o.flags), "--source=4MiB")
		err = errors.Join(err, e, add("GOROOT/test", tests, flags, func(name string, data []byte) bool {
			ok, _ := conformance.Eligible(name, data)
			return ok
		}))
	}
	if o.examples {
		goroot, e := goEnv(ctx, "GOROOT")
		cases, e2 := conformance.ExampleCases(os.DirFS(filepath.Join(goroot, "src")))
		cases = slices.DeleteFunc(cases, func(c *conformance.Case) bool { return !strings.Contains(c.Name, o.match) })
		err = errors.Join(err, e, e2)
		sets = append(sets, set{"std examples", pick(cases, o.sample), strings.Fields(o.flags)})
	}
	return sets, err
}

// pick returns n of the cases, chosen by a fixed seed; all if n is 0.
func pick(cases []*conformance.Case, n int) []*conformance.Case {
	if n == 0 || n >= len(cases) {
		return cases
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
	return cases[:n]
}

func goEnv(ctx context.Context, name string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", name).Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
