package author

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"playground/internal/expect"
	"playground/internal/render"
)

// RunWithNode runs what browsers are given of a script, an ES module, with the
// installed Node. As GoOracle, it is for an author's own programs only.
func RunWithNode(ctx context.Context, b *render.Block) (expect.Ran, error) {
	command, err := exec.LookPath("node")
	if err != nil {
		return expect.Ran{}, errors.New("there is none on the PATH")
	}
	dir, err := os.MkdirTemp("", "playground-check-")
	if err != nil {
		return expect.Ran{}, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "program.mjs")
	if err := os.WriteFile(file, []byte(b.Script.Code), 0o600); err != nil {
		return expect.Ran{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, oracleTime)
	defer cancel()
	var printed bytes.Buffer
	run := exec.CommandContext(ctx, command, file)
	run.Dir, run.Stdout, run.Stderr = dir, &printed, &printed
	run.Env = append(os.Environ(), "NO_COLOR=1", "FORCE_COLOR=0", "NODE_NO_WARNINGS=1")
	err = run.Run()
	if ctx.Err() != nil {
		return expect.Ran{}, fmt.Errorf("it takes longer than %v", oracleTime)
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return expect.Ran{Printed: printed.String(), Ends: expect.OK}, nil
	case !errors.As(err, &exit):
		return expect.Ran{}, err
	case exit.ExitCode() == 1:
		return expect.Ran{Printed: printed.String(), Ends: "panic"}, nil
	}
	return expect.Ran{Printed: printed.String(), Ends: expect.End(fmt.Sprintf("exit:%d", exit.ExitCode()))}, nil
}
