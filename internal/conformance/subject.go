package conformance

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"time"
)

// exitLimit is the product's exit status for a program that hit a limit.
const exitLimit = 124

// vetWarning is a finding of go vet, which the command prints before it runs the
// program and which is no part of what the program writes.
var vetWarning = regexp.MustCompile(`(?m)^\S+\.go:\d+:\d+: warning: .*\n`)

// Subject runs cases through the product's command.
type Subject struct {
	// Path is the playground binary, built without cgo.
	Path string
	// Flags are further flags of its run command, such as limits.
	Flags []string
	// Timeout bounds the whole command. Default 60 s.
	Timeout time.Duration
}

// Run runs the case. It also returns all of standard error, where compile
// errors and the sandbox's own words are.
func (s *Subject) Run(ctx context.Context, c *Case) (*Outcome, string, error) {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, c.fileName())
	if err := os.WriteFile(file, c.Source(), 0o666); err != nil {
		return nil, "", err
	}
	args := append([]string{"run"}, s.Flags...)
	if len(c.Stdin) > 0 {
		in := filepath.Join(dir, "stdin")
		if err := os.WriteFile(in, c.Stdin, 0o666); err != nil {
			return nil, "", err
		}
		args = append(args, "--stdin", in)
	}
	args = append(append(args, "--", file), c.Args...)

	timeout := s.Timeout
	if timeout == 0 {
		timeout = 60 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	o, stderr, err := execute(ctx, exec.CommandContext(ctx, s.Path, args...))
	if err != nil {
		return nil, "", fmt.Errorf("subject: %s: %w", c.Name, err)
	}
	o.Stderr = firstLine(vetWarning.ReplaceAllString(stderr, ""))
	if c.IsTest() {
		o.Stdout = withoutTimes(o.Stdout)
	}
	return o, stderr, nil
}

// fileName is what the case's source is called: some programs look for their own file
// in traces. Tests have a name from the product, as the recorded outcomes do.
func (c *Case) fileName() string {
	switch {
	case len(c.Files) > 1:
		return "prog.txtar"
	case c.IsTest():
		return "prog.go"
	default:
		return path.Base(c.Files[0].Name)
	}
}

// BuildSubject builds the command of the module that dir lies in, without cgo,
// as out.
func BuildSubject(ctx context.Context, dir, out string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", out, "playground/cmd/playground")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the playground: %w\n%s", err, text)
	}
	return nil
}
