package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker"
	_ "playground/internal/sandbox/worker/initskip" // before all that only a server needs
)

func main() {
	if os.Args[0] == wire.WorkerName {
		worker.Main()
	}
	os.Exit(run(untilAsked(), os.Args[1:], environment{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(),
	}))
}

// untilAsked is a context that ends with the first SIGINT or SIGTERM. Whoever asks
// a second time gets the end at once, however soon: to stop listening instead, so
// that the second one kills, would lose one that comes before that is done.
func untilAsked() context.Context {
	ctx, end := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 2)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-asked
		end()
		again := <-asked
		os.Exit(128 + int(again.(syscall.Signal))) // as a shell tells a death by it
	}()
	return ctx
}

// versionCommand prints what this binary was built from.
type versionCommand struct{}

// Run implements the command.
func (versionCommand) Run(env environment) error {
	_, err := fmt.Fprintf(env.stdout, "playground %s (%s %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// goRelease is the Go that programs run with, as people write it. It is the
// one that this binary was built with: workers are this binary.
func goRelease() string { return "Go " + strings.TrimPrefix(runtime.Version(), "go") }

// version is the module's version, or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v != "" && v != "(devel)" {
		return v
	}
	var revision, modified string
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				modified = "+changes"
			}
		}
	}
	if revision == "" {
		return "devel"
	}
	return "devel-" + revision + modified
}
