package author

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"playground/internal/expect"
	"playground/internal/render"
)

// oracleTime is what a program gets from the installed Go.
const oracleTime = 30 * time.Second

// GoOracle is the installed Go. It runs what an author wrote on the author's own
// machine, and is for nobody else's programs.
func GoOracle() (Oracle, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("there is no Go on the PATH to compare with")
	}
	return func(ctx context.Context, b *render.Block) (expect.Ran, error) { return runWithGo(ctx, command, b) }, nil
}

func runWithGo(ctx context.Context, command string, b *render.Block) (expect.Ran, error) {
	dir, err := os.MkdirTemp("", "playground-check-")
	if err != nil {
		return expect.Ran{}, err
	}
	defer os.RemoveAll(dir)
	if err := writeProgram(dir, b.Source); err != nil {
		return expect.Ran{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, oracleTime)
	defer cancel()
	binary := filepath.Join(dir, "prog.exe")
	build := exec.CommandContext(ctx, command, "build", "-o", binary, ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return expect.Ran{Printed: string(out), Ends: "compile-error"}, ctx.Err()
	}
	run := exec.CommandContext(ctx, binary, b.Args...)
	run.Dir = dir
	if b.Procs > 0 {
		run.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", b.Procs))
	}
	if b.Stdin != nil {
		run.Stdin = strings.NewReader(*b.Stdin)
	}
	var printed bytes.Buffer
	run.Stdout, run.Stderr = &printed, &printed
	err = run.Run()
	if ctx.Err() != nil {
		return expect.Ran{}, fmt.Errorf("it takes longer than %v", oracleTime)
	}
	return expect.Ran{Printed: printed.String(), Ends: compiledEnd(err, printed.String())}, nil
}

// writeProgram writes a program as a module of its own.
func writeProgram(dir, source string) error {
	files := map[string]string{"go.mod": "module prog\n\ngo " + strings.TrimPrefix(version.Lang(runtime.Version()), "go") + "\n"}
	marks := archived.FindAllStringSubmatchIndex(source, -1)
	if first := append(marks, []int{len(source)})[0][0]; strings.TrimSpace(source[:first]) != "" {
		files["prog.go"] = source[:first]
	}
	for i, m := range marks {
		end := append(marks, []int{len(source)})[i+1][0]
		files[source[m[2]:m[3]]] = source[m[1]:end]
	}
	root, err := os.OpenRoot(dir) // no name leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	for name, text := range files {
		if err := root.MkdirAll(path.Dir(name), 0o700); err != nil {
			return err
		}
		if err := root.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// compiledEnd is how a compiled program ended: the runtime ends panics and
// deadlocks alike with status 2, and says which.
func compiledEnd(err error, printed string) expect.End {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return expect.OK
	case !errors.As(err, &exit) || exit.ExitCode() != 2:
	case strings.Contains(printed, "fatal error: all goroutines are asleep - deadlock!"):
		return "deadlock"
	case strings.Contains(printed, "panic: ") || strings.Contains(printed, "fatal error: "):
		return "panic"
	}
	return expect.End(fmt.Sprintf("exit:%d", exit.ExitCode()))
}
