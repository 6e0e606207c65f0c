package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"playground/internal/settings"

	"github.com/alecthomas/kong"
)

// environment is what a command may touch of the process it runs in.
type environment struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string // NAME=value, as os.Environ gives them
}

// getenv is the value of an environment variable, or "".
func (e environment) getenv(name string) string { return settings.Getenv(e.environ, name) }

// Exit statuses of our own, beside the program's. They are timeout(1)'s and
// env(1)'s, which scripts already know.
const (
	statusLimit   = 124 // a limit was passed
	statusFailure = 125 // we failed, not the program
	statusStopped = 130 // interrupted
)

type commands struct {
	Config string `name:"config" placeholder:"FILE" env:"PLAYGROUND_CONFIG" help:"A YAML file of flags' names and values; flags and variables come before it (${env})."`

	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the article (the default)."`
	Run     runCommand     `cmd:"" help:"Run one Go program in the sandbox."`
	Check   checkCommand   `cmd:"" help:"Run the programs of articles and compare what they do with what the articles say."`
	New     newCommand     `cmd:"" help:"Begin an article."`
	Fmt     fmtCommand     `cmd:"" help:"Format one Go program and fix its imports, or the programs of an article."`
	Export  exportCommand  `cmd:"" help:"Write the site into a folder, for servers of files."`
	Doctor  doctorCommand  `cmd:"" help:"Tell what confines programs on this machine, and what does not."`
	Keys    keysCommand    `cmd:"" help:"Make the keys by which the nodes of a cluster know one another."`
	Health  healthCommand  `cmd:"" help:"Ask a running server whether it is well; for container health checks."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// run is main without the process around it. It returns the exit status.
func run(ctx context.Context, args []string, env environment) int {
	var cmds commands
	exited := -1
	values := settings.New(env.environ)
	parser, err := kong.New(&cmds,
		kong.Name("playground"),
		kong.Description("Publish and read runnable Go articles. A flag can also be set by the environment variable beside it, or in the file that --config names; the first of these that is there counts."),
		kong.Writers(env.stdout, env.stderr),
		kong.Exit(func(status int) { exited = status }),
		kong.Vars{"isolation": defaultIsolation(), "source": readersSource},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(env, values),
		kong.Resolvers(values),
	)
	if err != nil {
		panic(err) // the command structs are wrong; every test would see it
	}
	values.TakeOver(parser.Model)
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err == nil {
		err = values.CheckRanges(parsed)
	}
	err = cmp.Or(values.Err(), err)
	if err != nil {
		fmt.Fprintf(env.stderr, "playground: %v\nRun \"playground --help\" for the commands and their flags.\n", err)
		return statusFailure
	}
	return status(parsed.Run(), env.stderr)
}

// exitStatus is an error that only carries an exit status.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func status(err error, stderr io.Writer) int {
	var s exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &s):
		return int(s)
	default:
		fmt.Fprintf(stderr, "playground: %v\n", err)
		return statusFailure
	}
}

// readProgram reads the file that the command line names, "-" for stdin, but
// not more than most bytes.
func readProgram(name string, stdin io.Reader, most int64) (string, error) {
	r := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		r = f
	}
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(b)) > most {
		return "", fmt.Errorf("%s is longer than the source limit of %d bytes; raise it with --source", name, most)
	}
	return string(b), nil
}
