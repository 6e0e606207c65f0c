package check

import (
	"go/ast"
	"go/token"
	"go/types"

	"playground/internal/diag"
)

// Mode is how a program is run.
type Mode int

const (
	// ModeMain programs have a func main.
	ModeMain Mode = iota
	// ModeTest programs have no func main but tests, benchmarks, examples or
	// fuzz targets, and run as go test -v would run them.
	ModeTest
)

// Unit is a package that was checked: a reader's program, or a twin of a
// package of the standard library.
type Unit struct {
	// Path is "main" for a program, the import path it stands for for a twin.
	Path  string
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
}

// Program is a program that go/types accepted without an error.
type Program struct {
	Unit
	Fset *token.FileSet
	Mode Mode
	// Tests are set in ModeTest, in the order of their declaration.
	Tests []Test
	// Sources holds the text of each file, in the order of Files.
	Sources []File

	// soft are errors of the compiler's parser that do not keep it from
	// checking types.
	soft []diag.Diagnostic
}

// File is one file of a program.
type File struct {
	Name string // as diagnostics print it: prog.go, or its name in the archive
	Text string
}

// TestKind tells the functions that go test runs apart.
type TestKind string

// The kinds of test function.
const (
	KindTest      TestKind = "test"
	KindBenchmark TestKind = "benchmark"
	KindFuzz      TestKind = "fuzz"
	KindExample   TestKind = "example"
	// KindMain is func TestMain(m *testing.M).
	KindMain TestKind = "main"
)

// Test is a function that go test would call.
type Test struct {
	Name string
	Kind TestKind
	// Output is what an example must print. An example is compiled but not
	// run when its comment names none; such are not listed.
	Output string
	// Unordered examples may print their lines in any order.
	Unordered bool
}
