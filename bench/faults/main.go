//go:build linux

// Command faults breaks the world around a running server, under load, and
// checks by machine that no reader is cheated and that the server gets over it
// unaided.
//
//	go run ./bench/faults [-form here|user|container] [FAULT...]
//
// Each fault (faults.go) has a server of its own. -readers readers, each with
// an address of its own, two thirds of them over websockets and the others over
// plain HTTP, run one program after the other: it prints numbered lines to both
// streams for a second. Two seconds later the
// fault begins, lasts for -for, and ends; a new reader must then see hello
// through within 30 s, three times in a row. At last the server gets SIGTERM.
//
// What must hold:
//
//   - every run has exactly one last message, over however many connections;
//     its numbers have no gap and no repetition (bench/internal/reader);
//   - of a run that ended well every line is there, in order; of any other
//     those that came are the first ones;
//   - a run that was started is not answered by unknown_run or gone, and none
//     is told of a limit that its program cannot reach;
//   - the server does not end before it is told to, then ends with status 0,
//     and leaves no process behind.
//
// A fault that cannot be made here (no root, no docker) is skipped, with the
// reason. The exit status is 1 when anything did not hold.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"playground/bench/internal/server"
)

// options are the command's flags.
type options struct {
	form    server.Form
	readers int
	length  time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	flag.StringVar((*string)(&o.form), "form", "here", "deployment `form`: here, user or container")
	flag.IntVar(&o.readers, "readers", 12, "readers")
	flag.DurationVar(&o.length, "for", 5*time.Second, "how long a fault lasts")
	flag.Parse()
	failed, err := tryAll(ctx, o, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// tryAll tries the faults of those names, all when there are none, and returns
// how many were not got over.
func tryAll(ctx context.Context, o options, names []string) (failed int, err error) {
	dir, err := os.MkdirTemp("", "playground-faults-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return 0, err
	}
	build, err := server.Make(ctx, dir, "")
	if err != nil {
		return 0, err
	}
	for _, f := range faults() {
		if len(names) > 0 && !slices.Contains(names, f.name) {
			continue
		}
		if ctx.Err() != nil {
			return failed, ctx.Err()
		}
		r := try(ctx, dir, build, o, f)
		fmt.Print(r)
		if len(r.wrong) > 0 {
			failed++
		}
	}
	return failed, nil
}
