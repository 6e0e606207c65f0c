//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

// memory is the scenario.
func memory(ctx context.Context, o options) error {
	all, err := article(o.post)
	if err != nil {
		return err
	}
	dir, sides, clean, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer clean()
	for _, b := range sides {
		if err := memoryOf(ctx, dir, b, o, all); err != nil {
			return err
		}
	}
	return nil
}

// memoryOf measures one build: the base line is taken after every program has
// run once, and the server has rested as long as after the crowd.
func memoryOf(ctx context.Context, dir string, b *server.Build, o options, all []program) error {
	const after = time.Minute // that the crowd has left
	s, err := server.Start(ctx, dir, b, server.Options{Form: o.form, Args: trust(b, o.form)})
	if err != nil {
		return err
	}
	defer s.Stop(20 * time.Second)
	if _, _, err := alone(ctx, client(s, b, o.form, 0), all); err != nil {
		return err
	}
	reader.Sleep(ctx, after)
	base, err := s.RSS()
	if err != nil {
		return err
	}
	silent, leave := context.WithCancel(ctx)
	idle := sit(silent, s, b, o)
	reader.Sleep(ctx, o.settle)
	sitting, err := s.RSS()
	leave()
	stayed := idle()
	if err != nil {
		return err
	}
	t := gather(ctx, s, b, o, all)
	crowded, err := s.RSS()
	if err != nil {
		return err
	}
	reader.Sleep(ctx, after)
	left, err := s.RSS()
	if err != nil {
		return err
	}
	fmt.Printf("\n%s: base %s; %d idle sockets %s, %.1f KiB each; after a crowd with %d finished runs %s; a minute later %s, %+.0f %%\n",
		sideName(b), mib(base), stayed, mib(sitting), float64(sitting-base)/1024/float64(max(stayed, 1)),
		t.through, mib(crowded), mib(left), 100*(float64(left)/float64(base)-1))
	return nil
}
