package vnet

import (
	"context"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// backlog is how many connections may wait to be accepted: Linux's default.
const backlog = 4096

// Listener is a listening address.
type Listener struct {
	net      *Network
	network  string
	addr     net.Addr
	deadline deadline

	mu      sync.Mutex
	waiting []*Conn // dialled, not accepted
	closed  bool
	change  notice
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		past, moved := l.deadline.state()
		c, changed, err := l.tryAccept(past)
		if changed == nil {
			if err != nil {
				return nil, opError("accept", l.network, nil, l.addr, err)
			}
			return c, nil
		}
		await(changed, moved)
	}
}

func (l *Listener) tryAccept(past bool) (*Conn, <-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, nil, net.ErrClosed
	case past:
		return nil, nil, os.ErrDeadlineExceeded
	case len(l.waiting) > 0:
		c := l.waiting[0]
		l.waiting[0] = nil
		l.waiting = l.waiting[1:]
		l.change.changed()
		return c, nil, nil
	}
	return nil, l.change.wait(), nil
}

// offer queues a dialled connection, waiting while the backlog is full.
func (l *Listener) offer(ctx context.Context, c *Conn) error {
	for {
		changed, err := l.tryOffer(c)
		if changed == nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return contextError(ctx.Err())
		}
	}
}

func (l *Listener) tryOffer(c *Conn) (<-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, sysError("connect", syscall.ECONNREFUSED)
	}
	if len(l.waiting) >= backlog {
		return l.change.wait(), nil
	}
	l.waiting = append(l.waiting, c)
	l.change.changed()
	return nil, nil
}

// Close implements net.Listener. Connections that nobody accepted are reset.
func (l *Listener) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return opError("close", l.network, nil, l.addr, net.ErrClosed)
	}
	l.closed = true
	waiting := l.waiting
	l.waiting = nil
	l.change.changed()
	l.mu.Unlock()

	l.net.unbind(l)
	l.deadline.stop()
	for _, c := range waiting {
		c.out.reset()
		c.in.reset()
		c.Close()
	}
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return l.addr }

// SetDeadline bounds Accept.
func (l *Listener) SetDeadline(t time.Time) error {
	l.mu.Lock()
	closed := l.closed
	l.mu.Unlock()
	if closed {
		return opError("set", l.network, nil, l.addr, net.ErrClosed)
	}
	l.deadline.set(t)
	return nil
}

// SetUnlinkOnClose does nothing: a unix listener here has no file.
func (l *Listener) SetUnlinkOnClose(bool) {}
