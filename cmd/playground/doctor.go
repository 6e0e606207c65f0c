package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"playground/internal/budget"
	"playground/internal/cluster"
	"playground/internal/sandbox"
	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

// doctorCommand starts a server's confinement and one worker's, and tells what
// came of it: by doing, not by reading settings.
type doctorCommand struct {
	Keys           string `name:"keys" placeholder:"DIR" env:"PLAYGROUND_KEYS" help:"Look at a node's folder of keys, too (${env})."`
	isolationFlags `embed:""`
}

// Run implements the command. It fails when the level is below the required.
func (c *doctorCommand) Run(ctx context.Context, env environment) error {
	layers := []sandbox.Layer{confine.Server()}
	box, err := sandbox.New(sandbox.Config{
		Pool: -1, Isolation: confine.None, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return fmt.Errorf("no worker can be started here: %w", err)
	}
	defer box.Close(ctx)
	layers = append(layers, box.Layers()...)
	if err := confine.WriteTable(env.stdout, confine.Doctor(layers)); err != nil {
		return err
	}
	level := confine.LevelOf(box.Layers())
	plan, err := budget.Make(budget.ReadOwn(), budget.Asks{Memory: wire.DefaultMemory, Threads: wire.DefaultThreads})
	if err != nil {
		return err
	}
	fmt.Fprintln(env.stdout)
	if err := writeBudget(env.stdout, plan); err != nil {
		return err
	}
	fmt.Fprintf(env.stdout, "\nisolation level: %s (required: %s)\n", level, c.Require)
	if level < confine.Seccomp {
		fmt.Fprintln(env.stdout, unconfined)
	}
	if err := c.keys(env.stdout); err != nil {
		return err
	}
	if level < c.Require {
		return exitStatus(1)
	}
	return nil
}

// keys tells of the keys by which other nodes of a cluster know this one.
func (c *doctorCommand) keys(out io.Writer) error {
	if c.Keys == "" {
		return nil
	}
	until, err := cluster.CheckKeys(c.Keys)
	if err != nil {
		return fmt.Errorf("--keys: %w", err)
	}
	_, err = fmt.Fprintf(out, "keys in %s: good until %s\n", c.Keys, until.Format(time.DateOnly))
	return err
}
