package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// maxCapture bounds what is kept of one stream, in bytes.
const maxCapture = 8 << 20

// capped keeps the first maxCapture bytes written to it.
type capped struct{ bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	c.Buffer.Write(p[:min(len(p), maxCapture-c.Len())])
	return len(p), nil
}

// execute runs cmd, whose context bounds it, and ends its process group. An
// error means that it could not be run.
func execute(ctx context.Context, cmd *exec.Cmd) (*Outcome, string, error) {
	var stdout, stderr capped
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	ownGroup(cmd)
	cmd.WaitDelay = time.Second
	start := time.Now()
	err := cmd.Run()
	o := &Outcome{Stdout: stdout.Bytes(), Stderr: firstLine(stderr.String()), Elapsed: time.Since(start)}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		o.TimedOut = true
	case errors.As(err, &exit):
		o.Exit = exit.ExitCode()
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return nil, "", fmt.Errorf("run %s: %w", cmd.Path, err)
	}
	return o, stderr.String(), nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(s, "\n"), "\n")
	return line
}
