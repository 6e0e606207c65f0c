package interp

import (
	"cmp"
	"flag"
	"os"
	"path"
	"runtime/debug"
	"slices"

	"playground/internal/gofront/check"
	"playground/internal/gofront/stdlib/shim"
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

// takeArguments gives the program its arguments, and flags of its own: packages
// of the worker have registered theirs.
func takeArguments(args []string) {
	os.Args = append([]string{program}, args...)
	flag.CommandLine = flag.NewFlagSet(program, flag.ExitOnError)
	flag.CommandLine.Usage = func() { flag.Usage() } // which a program may set
}
