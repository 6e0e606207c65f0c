package conformance

import (
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/version"
	"slices"
	"strings"
)

// Eligible reports whether a file of $(go env GOROOT)/test is a program that
// the product could be asked to run as Go does, and if not, why. The rule:
//
//   - its first line is "// run", alone or with arguments that are neither flags
//     for the compiler nor further files: one file, run to its end;
//   - its build constraints hold for the reference (linux or the host's system,
//     gc, no cgo, no race detector);
//   - it imports nothing of: unsafe, C, os/exec, plugin, net and what is below
//     it, syscall, internal packages, packages outside the standard library
//     (several packages);
//   - it is a program: package main.
//
// Nothing else is left out: not programs that need much memory or time, and not
// programs that look into the runtime through the packages that remain.
func Eligible(name string, data []byte) (bool, string) {
	line, rest, _ := strings.Cut(string(data), "\n")
	args, isRun := strings.CutPrefix(line, "// run")
	if !isRun || args != "" && args[0] != ' ' {
		return false, "not a run test"
	}
	if strings.HasPrefix(strings.TrimSpace(args), "-") {
		return false, "needs compiler flags"
	}
	if strings.HasSuffix(strings.TrimSpace(args), ".go") {
		return false, "several files"
	}
	if !buildable(rest) {
		return false, "build constraint"
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, data, parser.ImportsOnly)
	if err != nil || f.Name.Name != "main" {
		return false, "not a main package"
	}
	for _, imp := range f.Imports {
		path := strings.Trim(imp.Path.Value, `"`)
		if !importable(path) {
			return false, "imports " + path
		}
	}
	return true, ""
}

// importable reports whether a program that imports path can be compared.
func importable(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !slices.Contains([]string{"unsafe", "C", "os/exec", "plugin", "net", "syscall"}, path) &&
		!strings.HasPrefix(path, "net/") && !strings.Contains(first, ".") && !strings.Contains(path, "internal/")
}

// buildable evaluates the constraint lines before the package clause.
func buildable(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "package ") {
			break
		}
		if !constraint.IsGoBuild(line) {
			continue
		}
		expr, err := constraint.Parse(line)
		return err == nil && expr.Eval(func(tag string) bool {
			return slices.Contains([]string{"linux", "unix", "amd64", "gc", "goexperiment.swissmap"}, tag) ||
				version.IsValid(tag) && version.Compare(tag, Release) <= 0
		})
	}
	return true
}

// runArgs are the arguments that a "// run" line gives the program.
func runArgs(data []byte) []string {
	line, _, _ := strings.Cut(string(data), "\n")
	args, ok := strings.CutPrefix(line, "// run ")
	if !ok {
		return nil
	}
	return strings.Fields(args)
}
