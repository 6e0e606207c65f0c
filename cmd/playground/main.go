// Command playground publishes a runnable Go article: it serves the page and
// runs, in confined single-use worker processes, the programs that readers
// edit in it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker"
	_ "playground/internal/sandbox/worker/initskip" // before all that only a server needs
)

func main() {
	if os.Args[0] == wire.WorkerName {
		worker.Main()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // whoever asks a second time gets the end at once
	status := run(ctx, os.Args[1:], environment{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(),
	})
	stop()
	os.Exit(status)
}
