//go:build linux

// Command load puts a server of this tree under the load of many readers, and
// that of an older commit beside it, in turns on the same machine. It builds
// both, and talks to them over loopback as browsers do.
//
//	go run ./bench/load [-old COMMIT] [-form here|user|container] crowd|attack|memory
//
// # crowd
//
// -idle sockets are open and say nothing. -readers readers arrive evenly over
// the first -arrive; each comes from an address of its own and opens one
// websocket. A reader clicks Run on one of the article's programs
// (content/post.md, with the limits that its author asked for), waits for the
// end, thinks for -think, and clicks on the next one; reader i begins with
// program i. -for after the first arrival nobody clicks any more, and programs
// that were clicked on are seen through. A reader who is refused waits as long
// as the server said (a second, when it did not say) and tries again: when the
// time was promised, being refused again is a broken promise. Every click must
// get through: end with the status that the program ends with when it runs
// alone, which is found out beforehand.
//
// First byte is the time from the click to the first output or diagnostic,
// with all tries and waits of that click. Finished are the runs that got
// through before -for was over. Old and new build meet the same readers with
// the same programs and the same times to think, in turns; beside the old one
// there are only -old-idle silent sockets, because 1,000 would shut every
// reader out of it.
//
// # attack
//
// Ten attackers (attackers.go) do their worst for -for, in a process of their
// own. An honest reader runs hello, twice a second; first byte is what counts.
// Where root measures, the readers' process comes before all others (first.go).
// Once every client has an address of its own, and once all have the reader's.
// Beside it the server is asked for its health; the kernel tells when its answers
// came, as this process reads them when it is its turn (probe.go).
//
// # memory
//
// Resident memory of the server: after the start, with -idle sockets open,
// after a crowd, and a minute after it left.
//
// Everything is bounded in count and in time. The exit status is 1 when a
// history is wrong (a lost or repeated message, see bench/internal/reader), the
// server died, or its health was told later than an operator's alarm waits. Other
// times do not fail anything: they are for people to judge.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"playground/bench/internal/server"
)

// options are the command's flags.
type options struct {
	old             string
	tree            bool
	form            server.Form
	rounds          int
	readers         int
	idle, oldIdle   int
	arrive, think   time.Duration
	length, settle  time.Duration
	attackers, only string
	same            bool
	post            string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&o.old, "old", "", "also measure the build of this `commit`, of before sessions and resume")
	flags.BoolVar(&o.tree, "tree", true, "measure this tree")
	flags.StringVar((*string)(&o.form), "form", "here", "deployment `form`: here, user or container")
	flags.IntVar(&o.rounds, "rounds", 1, "turns of each build")
	flags.IntVar(&o.readers, "readers", 200, "readers of a crowd")
	flags.IntVar(&o.idle, "idle", 1000, "sockets that say nothing")
	flags.IntVar(&o.oldIdle, "old-idle", 780, "those of the old build, which lets 1,000 sockets in and then no reader")
	flags.DurationVar(&o.arrive, "arrive", 10*time.Second, "time over which the readers arrive")
	flags.DurationVar(&o.think, "think", 5*time.Second, "time between an end and the next click")
	flags.DurationVar(&o.length, "for", time.Minute, "time in which readers click")
	flags.DurationVar(&o.settle, "settle", 5*time.Second, "rest between two measurements")
	flags.StringVar(&o.only, "only", "", "attack: only the attackers of this `name`")
	flags.StringVar(&o.post, "post", "content/post.md", "the article whose programs are run")
	flags.StringVar(&o.attackers, "attackers", "", "be the attackers of the server at this `URL`; used by attack itself")
	flags.BoolVar(&o.same, "same", false, "attack: only from the reader's own address")
	if err := flags.Parse(args); err != nil {
		return err
	}
	scenarios := map[string]func(context.Context, options) error{
		"crowd": crowd, "attack": attack, "memory": memory, "attackers": attackers,
	}
	scenario, ok := scenarios[flags.Arg(0)]
	if !ok || flags.NArg() != 1 {
		return errors.New("name one scenario: crowd, attack or memory")
	}
	return scenario(ctx, o)
}

// prepare makes a directory to work in and, in it, what is to be measured; clean
// removes it.
func prepare(ctx context.Context, o options) (dir string, sides []*server.Build, clean func(), err error) {
	if dir, err = workDir(); err != nil {
		return "", nil, nil, err
	}
	if sides, err = builds(ctx, dir, o); err != nil {
		os.RemoveAll(dir)
		return "", nil, nil, err
	}
	return dir, sides, func() { os.RemoveAll(dir) }, nil
}
