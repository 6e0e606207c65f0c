package interp

import (
	"cmp"
	"flag"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"playground/internal/gofront/check"
	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/wire"
)

// program is the name under which a program runs, os.Args[0].
const program = "prog"

// identity is what the go command would write into a binary of p.
func identity(p *check.Program) shim.Identity {
	id := shim.Identity{Path: "command-line-arguments", Debug: p.Debug}
	if p.Declared {
		id.Module = p.Module
		id.Path = path.Join(p.Module, path.Dir(p.Sources[0].Name))
	}
	if p.Mode == check.ModeTest {
		id.Path += ".test"
		id.Test = true
	}
	seen := map[string]bool{}
	for _, u := range p.Units {
		if m := u.Module; m != nil && !seen[m.Path] {
			seen[m.Path] = true
			id.Deps = append(id.Deps, &debug.Module{Path: m.Path, Version: m.Version, Sum: m.Sum})
		}
	}
	slices.SortFunc(id.Deps, func(a, b *debug.Module) int { return cmp.Compare(a.Path, b.Path) })
	return id
}

// arguments gives p the job's arguments. It comes before the program's first
// statement, which may register flags.
func arguments(p *check.Program, job wire.Job) error {
	if p.Mode == check.ModeMain {
		takeArguments(job.Args)
		return nil
	}
	args, err := testArguments(p.Tests, job.Args, job.Limits)
	if err != nil {
		return err
	}
	if hasExamples(p.Tests) {
		args = append([]string{"-test.run=."}, args...) // or no name is asked about
	}
	keepTestFlags(args)
	return nil
}

// takeArguments gives the program its arguments, and flags of its own: packages
// of the worker have registered theirs.
func takeArguments(args []string) {
	os.Args = append([]string{program}, args...)
	flag.CommandLine = flag.NewFlagSet(program, flag.ExitOnError)
	flag.CommandLine.Usage = func() { flag.Usage() } // which a program may set
}

// keepTestFlags is takeArguments for a program of tests, which has the flags of
// package testing besides. They may be registered already.
func keepTestFlags(args []string) {
	testing.Init()
	all := flag.CommandLine
	takeArguments(args)
	all.VisitAll(func(f *flag.Flag) {
		if strings.HasPrefix(f.Name, "test.") {
			flag.Var(f.Value, f.Name, f.Usage)
		}
	})
}
