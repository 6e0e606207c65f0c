package author

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	return func(ctx context.Context, source string) (expect.Ran, error) { return runWithGo(ctx, command, source) }, nil
}

func runWithGo(ctx context.Context, command, source string) (expect.Ran, error) {
	if render.IsArchive(source) {
		return expect.Ran{}, errors.New("it is an archive of files")
	}
	dir, err := os.MkdirTemp("", "playground-check-")
	if err != nil {
		return expect.Ran{}, err
	}
	defer os.RemoveAll(dir)
	file, binary := filepath.Join(dir, "prog.go"), filepath.Join(dir, "prog.exe")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return expect.Ran{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, oracleTime)
	defer cancel()
	build := exec.CommandContext(ctx, command, "build", "-o", binary, file)
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return expect.Ran{Printed: string(out), Ends: "compile-error"}, ctx.Err()
	}
	run := exec.CommandContext(ctx, binary)
	run.Dir = dir
	var printed bytes.Buffer
	run.Stdout, run.Stderr = &printed, &printed
	err = run.Run()
	if ctx.Err() != nil {
		return expect.Ran{}, fmt.Errorf("it takes longer than %v", oracleTime)
	}
	return expect.Ran{Printed: printed.String(), Ends: compiledEnd(err, printed.String())}, nil
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
