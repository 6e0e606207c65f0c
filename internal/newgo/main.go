// Newgo does what a machine can do to follow a Go release, and prints what is
// left for a person. docs/new-go.md has the steps.
//
//	GOTOOLCHAIN=go1.28.0 go run ./internal/newgo         # adapt the source to that toolchain
//	GOTOOLCHAIN=go1.28.0 go run ./internal/newgo -check  # only look
//
// It is run in the module's root. With a release that the source does not know
// yet it first makes that release's files, as copies of the newest ones; then it
// generates what is generated, and builds, tests and compares with the compiler.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/version"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	check := flag.Bool("check", false, "change no file")
	flag.Parse()
	if err := run(ctx, os.Stdout, version.Lang(runtime.Version()), *check); err != nil {
		fmt.Fprintln(os.Stderr, "newgo:", err)
		os.Exit(1)
	}
}

// run follows release and reports to w. The error says that something is left.
func run(ctx context.Context, w io.Writer, release string, check bool) error {
	fmt.Fprintf(w, "toolchain %s, language %s\n", runtime.Version(), release)
	newest, err := newestRelease(".")
	if err != nil {
		return err
	}
	if version.Compare(release, newest) > 0 {
		if check {
			return fmt.Errorf("the source does not know %s; run without -check", release)
		}
		if err := addRelease(w, ".", newest, release); err != nil {
			return err
		}
	}
	left := 0
	for _, s := range steps(check) {
		fmt.Fprintf(w, "\n== %s\n", s.what)
		if out, err := s.run(ctx); err != nil {
			left++
			fmt.Fprintf(w, "%s\nLEFT (%v): %s\n", tail(out, 40), err, s.left)
		} else {
			fmt.Fprintln(w, "ok")
		}
	}
	news, err := unknownPackages(ctx)
	if err != nil {
		return err
	}
	if len(news) > 0 {
		left++
		fmt.Fprintf(w, "\n== packages\nLEFT: allow or refuse in internal/gofront/stdlib/policy: %s\n", strings.Join(news, " "))
	}
	if left > 0 {
		return fmt.Errorf("%d steps are left; docs/new-go.md says how", left)
	}
	fmt.Fprintln(w, "\nnothing is left but the release notes: each line that a reader's program can see gets a program in internal/conformance/testdata")
	return nil
}

// releaseFile is the name of a file that holds what one release changed.
var releaseFile = regexp.MustCompile(`^(.*?)go1(\d+)\.go$`)

// releaseDirs are where such files are.
var releaseDirs = []string{"internal/gofront/abi", "internal/gofront/stdlib", "internal/gofront/stdlib/policy", "internal/gofront/stdlib/table"}

// newestRelease is the newest one that package abi has a file for.
func newestRelease(root string) (string, error) {
	files, err := filepath.Glob(filepath.Join(root, releaseDirs[0], "go1*.go"))
	if err != nil || len(files) == 0 {
		return "", errors.Join(err, fmt.Errorf("no file go1*.go in %s: run newgo in the module's root", releaseDirs[0]))
	}
	newest := ""
	for _, f := range files {
		minor := releaseFile.FindStringSubmatch(filepath.Base(f))
		if r := "go1." + minor[2]; version.Compare(r, newest) > 0 {
			newest = r
		}
	}
	return newest, nil
}

// addRelease copies the newest release's files to those of release, and ends
// the constraints of the old ones where the new begin. A table is not copied:
// it is generated.
func addRelease(w io.Writer, root, newest, release string) error {
	for _, dir := range releaseDirs {
		files, err := filepath.Glob(filepath.Join(root, dir, "*"+short(newest)+".go"))
		if err != nil {
			return err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if !strings.HasPrefix(filepath.Base(file), "z") {
				to := strings.TrimSuffix(file, short(newest)+".go") + short(release) + ".go"
				if err := os.WriteFile(to, copied(text, newest, release), 0o644); err != nil {
					return err
				}
				fmt.Fprintln(w, "wrote", to)
			}
			if err := os.WriteFile(file, ended(text, newest, release), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// short is a release in a file's name: go127.
func short(release string) string { return strings.ReplaceAll(release, ".", "") }

// copied is the text of a release's file, made that of the next.
func copied(text []byte, newest, release string) []byte {
	return bytes.ReplaceAll(text, []byte(newest), []byte(release))
}

// ended is the text of a release's file, for no release from the next on.
func ended(text []byte, newest, next string) []byte {
	return bytes.Replace(text, []byte("//go:build "+newest+"\n"), []byte("//go:build "+newest+" && !"+next+"\n"), 1)
}

// step is something that a machine can do or look at.
type step struct {
	what string
	run  func(context.Context) ([]byte, error)
	left string // what to do when it fails
}

func steps(check bool) []step {
	list := []step{
		{"generate symbol tables, export data and error codes", command("go", "generate", "./internal/gofront/..."),
			"mend the generators: internal/gofront/stdlib/gen, internal/gofront/check/gen"},
		{"build", command("go", "build", "./..."),
			"an interface of the standard library or of a tool has changed"},
		{"layouts of the runtime", command("go", "test", "./internal/gofront/abi", "./internal/gofront/forge", "./internal/sandbox/worker/interp/engine"),
			"compare the release's internal/abi and reflect with internal/gofront/abi; write down there what has moved"},
		{"symbols and twins", command("go", "test", "./internal/gofront/stdlib/..."),
			"write the twin of each generic function and method that it names, in a file with the release's build constraint"},
		{"the compiler's words", command("go", "test", "./internal/gofront/check/..."),
			"read what differs; then go test ./internal/gofront/check -run TestInvalid -update with this toolchain"},
		{"lowering, the network, stand-ins, the interpreter", command("go", "test", "./internal/gofront/lower", "./internal/gofront/vnet", "./internal/gofront/stdlib/shim", "./internal/sandbox/worker/..."),
			"read what differs"},
		{"our own programs beside the compiler", conformance,
			"read each difference: where the compiler's outcome changed too, record it with -match NAME -record -fresh; the others are ours to mend"},
	}
	if check {
		return list[1:]
	}
	return list
}

func command(name string, args ...string) func(context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		return cmd.CombinedOutput()
	}
}

// conformance runs our own programs; the figures are in its last line.
func conformance(ctx context.Context) ([]byte, error) {
	out, err := command("go", "run", "./internal/conformance/cmd/conformance", "-v")(ctx)
	if err != nil {
		return out, err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if !allEqual(lines[len(lines)-1]) {
		return out, errors.New("outcomes differ")
	}
	return nil, nil
}

// allEqual reads the last line of conformance's table: a name, then cases,
// compared, equal.
func allEqual(row string) bool {
	var numbers []int
	for _, f := range strings.Fields(row) {
		if n, err := strconv.Atoi(f); err == nil {
			numbers = append(numbers, n)
		}
	}
	return len(numbers) >= 3 && numbers[0] > 0 && numbers[1] == numbers[2]
}

// unknownPackages lists packages of the standard library that the policy neither
// allows nor refuses by name.
func unknownPackages(ctx context.Context) ([]string, error) {
	std, err := command("go", "list", "std")(ctx)
	if err != nil {
		return nil, fmt.Errorf("go list std: %w\n%s", err, std)
	}
	texts, err := filepath.Glob("internal/gofront/stdlib/policy/*.go")
	if err != nil {
		return nil, err
	}
	var known []string
	for _, file := range texts {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		known = append(known, strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(" \t\n`\"{},", r) })...)
	}
	return unknown(strings.Fields(string(std)), known), nil
}

func unknown(std, known []string) []string {
	return slices.DeleteFunc(std, func(path string) bool {
		return strings.HasPrefix(path, "vendor/") || path == "internal" || strings.HasPrefix(path, "internal/") ||
			strings.Contains(path, "/internal") || slices.Contains(known, path)
	})
}

// tail is the last n lines of out.
func tail(out []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
