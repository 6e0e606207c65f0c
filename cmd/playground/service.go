package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"playground/internal/budget"
	"playground/internal/runs"
	"playground/internal/sandbox"
	"playground/internal/site"
	"playground/internal/stream"
)

// closeGrace is how long connections and workers get to end, after the
// programs have, before the process ends without them.
const closeGrace = 5 * time.Second

// service is what runs between the start and the end of serve.
type service struct {
	site    http.Handler
	sockets *stream.Server
	book    *runs.Book
	member  *membership
	box     *sandbox.Sandbox
	logger  *slog.Logger
	drain   time.Duration    // what running programs get on SIGTERM
	hangup  <-chan os.Signal // asks for reload
	reload  func()
	compile func(context.Context)       // what is published, until the context ends
	follow  func(context.Context) error // instead of waiting for hangup, for authors; or nil
}

// mostHeader is the length of a request's head in bytes. Thousands of connections
// that send one slowly hold several times as much each, for as long as they may.
const mostHeader = 16 << 10

// serve answers requests until ctx ends, and then shuts down. Requests are
// answered all through the drain: readers read to the end of their programs,
// and a balancer sees that this server is not ready for more.
func (s *service) serve(ctx context.Context, l *site.Listener) error {
	server := &http.Server{
		Handler:           s.site,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      time.Minute, // not for websockets: they keep their own time
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    mostHeader,
		ConnState:         l.Changed,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	tidying, tidied := context.WithCancel(ctx)
	var janitor sync.WaitGroup
	janitor.Go(func() { budget.Tidy(tidying) })
	defer janitor.Wait()
	defer tidied()
	janitor.Go(func() { s.compile(tidying) })
	failed := make(chan error, 2)
	if s.follow != nil {
		janitor.Go(func() { s.followed(tidying, failed) })
	}
	go func() { failed <- server.Serve(l) }()
	err := s.wait(ctx, failed)
	return errors.Join(err, s.shutdown(context.WithoutCancel(ctx), server))
}

// wait returns when ctx ends, or with an error when the server did.
func (s *service) wait(ctx context.Context, failed <-chan error) error {
	for {
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return nil
		case <-s.hangup:
			if s.follow == nil { // else it is read as it is saved
				s.reload()
			}
		}
	}
}

// followed publishes what is saved; that it cannot be followed ends the server.
func (s *service) followed(ctx context.Context, failed chan<- error) {
	if err := s.follow(ctx); err != nil {
		failed <- err
	}
}

// shutdown lets running programs finish within the drain, ends those that have
// not, and closes sockets with a code, then the rest. A client that is slow to
// go is cut off and no error; a worker that stays is one.
func (s *service) shutdown(ctx context.Context, server *http.Server) error {
	s.logger.Info("shutting down", "running", s.book.Stats().Active, "drain", s.drain)
	draining, cancel := context.WithTimeout(ctx, s.drain)
	defer cancel()
	s.member.drain()
	s.book.Drain(draining)
	ending, done := context.WithTimeout(ctx, closeGrace)
	defer done()
	// Sockets first: http.Server.Shutdown neither closes hijacked connections
	// nor waits for them.
	if err := errors.Join(s.sockets.Shutdown(ending), server.Shutdown(ending)); err != nil {
		s.logger.Warn("connections were cut off", "err", err)
		_ = server.Close()
	}
	s.member.leave(ending)
	// Cut-off connections took from ending what workers need, too.
	reaping, reaped := context.WithTimeout(ctx, closeGrace)
	defer reaped()
	err := s.box.Close(reaping)
	s.book.Close()
	return err
}
