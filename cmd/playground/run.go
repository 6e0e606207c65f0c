package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"playground/internal/diag"
	"playground/internal/protocol"
	"playground/internal/render"
	"playground/internal/runs"
	"playground/internal/sandbox"
	"playground/internal/tracefile"
)

// runCommand runs one program as a reader's would run: the same worker, the
// same walls, the same limits but for the length of its text.
type runCommand struct {
	File  string   `arg:"" help:"The program: a Go file, a txtar archive of several, or - for standard input."`
	Args  []string `arg:"" optional:"" help:"The program's arguments."`
	JSON  bool     `name:"json" help:"Print the messages that a browser would get, one a line."`
	Stdin string   `name:"stdin" type:"existingfile" placeholder:"FILE" help:"What the program reads from its standard input; nothing by default."`

	Leaks   bool   `name:"leaks" help:"Say on standard error which goroutines had not ended when main returned."`
	Observe string `name:"observe" placeholder:"FILE" help:"Write what the program's goroutines did to each other to this file, as JSON."`
	Trace   string `name:"trace" placeholder:"FILE" help:"Write the same as a Chrome trace, which Perfetto opens."`

	Race bool `name:"race" help:"Find data races. The exit status is 66 if there are any."`

	scheduleFlags  `embed:""`
	moduleFlags    `embed:""`
	limitFlags     `embed:"" set:"source=1MiB"`
	isolationFlags `embed:""`
}

// maxStdin bounds a program's standard input, in bytes.
const maxStdin = 1 << 20

// Run implements the command.
func (c *runCommand) Run(ctx context.Context, env environment) error {
	if err := cmp.Or(c.scheduleFlags.check(), c.oneLook()); err != nil {
		return err
	}
	source, err := readProgram(c.File, env.stdin, int64(c.Source))
	if err != nil {
		return err
	}
	program := sandbox.Program{Source: source, Args: c.Args, Observe: c.Observe != "" || c.Trace != "", Race: c.Race, Schedules: c.Schedules, Schedule: c.Seed}
	if c.Stdin != "" {
		if program.Stdin, err = readProgram(c.Stdin, nil, maxStdin); err != nil {
			return err
		}
	}
	box, err := oneShot(sandbox.Config{Limits: c.limits(), Modules: c.dir(), Isolation: c.Require}, env)
	if err != nil {
		return err
	}
	defer box.Close(context.WithoutCancel(ctx))

	running, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	defer context.AfterFunc(ctx, func() { stop(sandbox.ErrKilled) })()
	run := func(sink sandbox.Sink) (sandbox.Result, error) { return c.observed(running, box, program, sink) }
	if c.JSON {
		return runJSON(run, env.stdout)
	}
	name := filepath.Base(c.File)
	program.Source = named(program.Source, name)
	if c.Schedules > 0 {
		return c.runSchedules(run, env, name)
	}
	return runText(func(sink sandbox.Sink) (sandbox.Result, error) {
		res, err := run(sink)
		if c.Leaks { // else standard error is the program's, as if it were compiled
			for _, l := range res.Leaks {
				fmt.Fprintf(env.stderr, "playground: %s: main returned, and %s\n", name, protocol.LeakText(l))
			}
		}
		return res, err
	}, env, name)
}

// oneLook says which of the ways to look at a program cannot go together: in a real run
// what is seen of memory and of goroutines would be told of two runs, and many orders have
// no one picture.
func (c *runCommand) oneLook() error {
	switch picture := c.Observe != "" || c.Trace != ""; {
	case picture && c.Schedules > 0:
		return errors.New("--observe and --trace show one run: take --seed and one of the seeds that --schedules prints")
	case picture && c.Race && c.Seed == "":
		return errors.New("--race looks at memory, --observe and --trace at what goroutines do to each other: run it once for each, or for both in one order, with --seed=0")
	}
	return nil
}

// observed runs the program and writes what its goroutines did to the files that were
// asked for.
func (c *runCommand) observed(ctx context.Context, box *sandbox.Sandbox, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	if !p.Observe {
		return box.Run(ctx, p, sink)
	}
	rec := tracefile.New(sink)
	res, err := box.Run(ctx, p, rec.Sink)
	if err != nil {
		return res, err
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{{c.Observe, rec.WriteEvents}, {c.Trace, rec.WriteChrome}} {
		if f.name == "" {
			continue
		}
		var b bytes.Buffer
		if err := f.write(&b); err != nil {
			return res, err
		}
		if err := os.WriteFile(f.name, b.Bytes(), 0o644); err != nil {
			return res, fmt.Errorf("write the program's events: %w", err)
		}
	}
	return res, nil
}

// packageClause finds where a file begins, below its comments. Its line must have
// nothing else, because named shifts what stands there.
var packageClause = regexp.MustCompile(`(?m)^package[ \t]+\w+[ \t]*(//.*)?$`)

// loneFile is what a program that is no archive is called in messages.
const loneFile = "prog.go"

// named is a program of one file that says what the file is called on the command
// line, for traces. Archives name their files themselves.
func named(source, file string) string {
	at := packageClause.FindStringIndex(source)
	if !strings.HasSuffix(file, ".go") || at == nil || render.IsArchive(source) {
		return source
	}
	line := 1 + strings.Count(source[:at[0]], "\n")
	return fmt.Sprintf("%s/*line %s:%d:1*/%s", source[:at[0]], file, line, source[at[0]:])
}

// oneShot is a sandbox for a single program.
func oneShot(c sandbox.Config, env environment) (*sandbox.Sandbox, error) {
	c.Pool = -1
	return sandboxFor(c, env)
}

// sandboxFor is a sandbox for a command that serves nobody.
func sandboxFor(c sandbox.Config, env environment) (*sandbox.Sandbox, error) {
	c.Logger = slog.New(slog.NewTextHandler(env.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	return sandbox.New(c)
}

// runJSON prints the run's messages.
func runJSON(run func(sandbox.Sink) (sandbox.Result, error), stdout io.Writer) error {
	w := runs.NewWriter(stdout, "run")
	res, err := run(w.Sink)
	if err != nil {
		return err
	}
	if err := w.Finish(res, nil); err != nil {
		return err
	}
	return exitOf(res)
}

// runText lets the program's streams be the command's own.
func runText(run func(sandbox.Sink) (sandbox.Result, error), env environment, name string) error {
	res, err := run(func(_ context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Diagnosed:
			return printDiagnostic(env.stderr, called(e.Diagnostic, name))
		case sandbox.Output:
			to := env.stdout
			if e.Stream == sandbox.Stderr {
				to = env.stderr
			}
			_, err := to.Write(e.Data)
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch res.Status {
	case sandbox.StatusOK, sandbox.StatusExit, sandbox.StatusCompileError, sandbox.StatusPanic, sandbox.StatusDeadlock:
	default:
		fmt.Fprintf(env.stderr, "playground: %s: %s\n", name, protocol.Reason(res))
	}
	return exitOf(res)
}

// called is d with the name of the file on the command line.
func called(d diag.Diagnostic, name string) diag.Diagnostic {
	if !strings.HasSuffix(name, ".go") {
		return d
	}
	if d.File == loneFile {
		d.File = name
	}
	d.Related = slices.Clone(d.Related)
	for i := range d.Related {
		if d.Related[i].File == loneFile {
			d.Related[i].File = name
		}
	}
	return d
}

// printDiagnostic writes d as the compiler would: file:line:column: message.
func printDiagnostic(w io.Writer, d diag.Diagnostic) error {
	b := bufio.NewWriter(w)
	if d.Line > 0 {
		fmt.Fprintf(b, "%s:%d:%d: ", d.File, d.Line, d.Column)
	}
	if d.Severity == diag.Warning {
		fmt.Fprintf(b, "warning: %s (%s)\n", d.Message, d.Code)
	} else {
		fmt.Fprintln(b, d.Message)
	}
	for _, r := range d.Related {
		fmt.Fprintf(b, "\t%s:%d:%d: %s\n", r.File, r.Line, r.Column, r.Message)
	}
	return b.Flush()
}

// exitOf maps a result to the exit status of the command.
func exitOf(res sandbox.Result) error {
	switch res.Status {
	case sandbox.StatusOK:
		return nil
	case sandbox.StatusCompileError:
		return exitStatus(1)
	case sandbox.StatusExit, sandbox.StatusPanic, sandbox.StatusDeadlock:
		if res.ExitCode > 0 {
			return exitStatus(res.ExitCode)
		}
		return exitStatus(2)
	case sandbox.StatusCPULimit, sandbox.StatusWallLimit, sandbox.StatusMemoryLimit, sandbox.StatusOutputLimit,
		sandbox.StatusThreadLimit, sandbox.StatusBreach:
		return exitStatus(statusLimit)
	case sandbox.StatusKilled:
		return exitStatus(statusStopped)
	case sandbox.StatusFailure, sandbox.StatusClientGone, sandbox.StatusStarved, sandbox.StatusEvicted, sandbox.StatusStopped:
		return exitStatus(statusFailure)
	}
	return errors.New("unknown status " + string(res.Status))
}
