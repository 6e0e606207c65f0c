//go:build linux

// Command cluster breaks the nodes of a cluster, and checks by machine what is
// promised of one (docs/cluster.md). Nodes are processes of their own, on loopback.
//
//	go run ./bench/cluster shares|faults|versions|speed|hop
//
// # shares
//
// Three nodes store. -writers writers put -writes entries between them; -kills times,
// spread evenly over those, the leader of what is stored is killed (SIGKILL), and
// started again a moment later with the folder that it had. Then all three nodes are
// killed at once and started again. Every entry whose write was acknowledged must be
// there, byte for byte, when any copy is asked, and once more after that.
//
// # faults
//
// Three servers, each gateway and runner, in network namespaces of their own where
// that can be had (root). -readers readers, one in four over plain HTTP, run one
// program after the other, and thinks between them (-think): it prints a number to each stream four times a second.
// -faults times one of the nodes, at random, is killed (SIGKILL) and started again,
// or stopped and continued (SIGSTOP), or cut off from the other nodes for up to five
// seconds; then less than three seconds pass. A reader whose connection is lost, or
// silent for a second, goes on to the next gateway.
//
// Every history is checked (bench/internal/reader): numbers without gap and
// repetition, one end, nothing after it; every line that was printed in order, all of
// them or, of a run whose runner was lost, the first ones. At the end all nodes must
// hear one another, run a program, and have what one of them shares.
//
// # versions
//
// Three nodes of the commit -old are replaced by this tree's, one after the other and by
// SIGTERM, while -readers readers do the same as above. Every run must end well, and
// nobody may notice; which version's gateway had runs of which version's node is counted.
//
// # speed and hop
//
// A node on the one core, a node on the other, and both, in turns, with the same -crowd
// readers who always wait for a program that takes -work of a core: with what each node
// used, what the readers took, and what was left idle. Both are compared with the mean of
// each alone, since cores are not alike. Before each turn bare loops show what its cores
// can do without nodes. And the first byte of a program that runs on another node than
// its reader is connected to, beside one that runs on the same, in turns.
//
// The exit status is 1 when anything did not hold. Times do not fail anything: they
// are for people to judge.
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
)

// options are the command's flags.
type options struct {
	writes, writers, kills int
	readers, faults        int
	rounds, crowd, hops    int
	length, think, work    time.Duration
	node, old              string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	flags := flag.NewFlagSet("cluster", flag.ContinueOnError)
	flags.IntVar(&o.writes, "writes", 10_000, "shares: acknowledged writes")
	flags.IntVar(&o.writers, "writers", 16, "shares: writers at once")
	flags.IntVar(&o.kills, "kills", 10, "shares: kills of the leader")
	flags.IntVar(&o.readers, "readers", 200, "faults: readers")
	flags.IntVar(&o.faults, "faults", 200, "faults: how many")
	flags.DurationVar(&o.think, "think", time.Second, "faults: how long a reader thinks between two programs, by chance half as long to half as long again")
	flags.IntVar(&o.rounds, "rounds", 3, "speed: turns of one node and of two")
	flags.IntVar(&o.crowd, "crowd", 8, "speed: readers")
	flags.DurationVar(&o.length, "for", 15*time.Second, "speed: how long runs are counted")
	flags.DurationVar(&o.work, "work", 200*time.Millisecond, "speed: what a program takes of a core, about")
	flags.IntVar(&o.hops, "hops", 200, "hop: programs on each way")
	flags.StringVar(&o.old, "old", "", "versions: the `commit` of the nodes that are replaced")
	flags.StringVar(&o.node, "node", "", "be a node of this `configuration`; used by shares itself")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.node != "" {
		return beNode(ctx, o.node)
	}
	scenarios := map[string]func(context.Context, options) error{"shares": shares, "faults": faults, "versions": versions, "speed": speed, "hop": hop}
	scenario, ok := scenarios[flags.Arg(0)]
	if !ok || flags.NArg() != 1 {
		return errors.New("name one scenario: shares, faults, versions, speed or hop")
	}
	return scenario(ctx, o)
}
