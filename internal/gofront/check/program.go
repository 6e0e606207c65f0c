package check

import (
	"go/ast"
	"go/token"
	"go/types"

	"playground/internal/diag"
	"playground/internal/gofront/module"
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

// Unit is a package that was checked: one of a reader's program, one of a
// module, or a twin of a package of the standard library.
type Unit struct {
	// Path is the import path, "main" for a program's package main. A twin has
	// that of the package it stands for.
	Path  string
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
	// Module is what a unit is from that is not the reader's own.
	Module *module.Module
	// Embeds are the variables that directives give files.
	Embeds []Embed
}

// Package is a package of a reader's program.
type Package struct {
	Unit
	Fset *token.FileSet
	// Sources holds the text of each file, in the order of Files.
	Sources []File

	// language is what the checker was told, such as go1.26.
	language string
	// soft are errors of the compiler's parser that do not keep it from
	// checking types.
	soft []diag.Diagnostic
}

// Program is a program that go/types accepted without an error. Its Package is
// the one that runs: package main, or the first one with tests.
type Program struct {
	*Package
	Mode Mode
	// Tests are set in ModeTest, package by package, in the order of their
	// declaration.
	Tests []Test
	// Packages are the reader's own, each after those that it imports.
	Packages []*Package
	// Units are all packages that are there as source, in the order in which Go
	// initialises them.
	Units []*Unit
	// Module is the module that the program is, as its go.mod names it;
	// Declared says whether it has a go.mod.
	Module   string
	Declared bool
	// Debug is what GODEBUG is where the environment does not say.
	Debug string
	// Data are the archive's files, as the program finds them.
	Data []File
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
	// Suite is the import path of the package that it tests.
	Suite string
	Func  *types.Func
}
