//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

// versions replaces the nodes of an older commit by those of this tree, one after the
// other, while readers read.
func versions(ctx context.Context, o options) error {
	if o.old == "" {
		return errors.New("name the commit of the nodes that are replaced: -old COMMIT")
	}
	dir, clean, err := workDir()
	if err != nil {
		return err
	}
	defer clean()
	limits := []string{"--wall", wall.String(), "--drain", wall.String()}
	f, err := newFleet(ctx, dir, limits, limits, limits)
	if err != nil {
		return err
	}
	defer f.close()
	old, err := server.Make(ctx, dir, o.old)
	if err != nil {
		return err
	}
	for _, m := range f.members {
		m.binary = old.Binary
	}
	if err := f.startAll(ctx); err != nil {
		return err
	}
	s := newStorm(f, o)
	err = s.beside(ctx, func() error {
		for _, m := range f.members {
			if err := s.replace(ctx, m); err != nil {
				return err
			}
			reader.Sleep(ctx, 2*calm) // both versions side by side
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.works(ctx)
	if n := len(s.wrong); n > 0 || len(s.ends) != 1 || s.ends["ok"] == 0 {
		err = errors.Join(err, fmt.Errorf("%d histories are wrong, and the runs ended %s", n, reader.Counts(s.ends)))
	}
	return err
}

// replace ends a node as an operator does, and starts the one of this tree in its place.
func (s *storm) replace(ctx context.Context, m *member) error {
	over := s.happens("upgrade", m)
	defer over()
	if err := m.end(syscall.SIGTERM); err != nil {
		return fmt.Errorf("node %d: %w; its last words:\n%s", m.number, err, m.lastWords())
	}
	m.mu.Lock()
	m.binary = s.binary
	m.mu.Unlock()
	if err := m.start(); err != nil {
		return err
	}
	return s.healed(ctx)
}

// pairing tells by which version's gateway a run of which version's node is read, as far
// as a reader has been told both.
func (s *storm) pairing(url string, runner *member) string {
	for _, m := range s.members {
		if "http://"+m.http == url {
			return m.version() + " gateway, " + runner.version() + " runner"
		}
	}
	return ""
}

// version is "new" for this tree's, "old" for a commit's.
func (m *member) version() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.binary == m.fleet.binary {
		return "new"
	}
	return "old"
}
