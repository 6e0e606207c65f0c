package stream

import (
	"errors"
	"io"
	"sync"
	"time"

	"playground/internal/admit"
)

const (
	// smallMessage is the length in bytes below which a message is read
	// without asking for room.
	smallMessage = 4 << 10
	// roomWait is how long a larger one waits for room.
	roomWait = 5 * time.Second
)

var (
	errNoRoom  = errors.New("too many large messages at once; try again in a moment")
	errTooLong = errors.New("message is over its limit")
)

// room bounds the bytes of large messages that are being read, or wait to be
// obeyed, at one time, in all connections together. A message draws on it as it
// comes, so one that is begun and never ended holds no more than was sent of it,
// and no client can take so much that nothing is left for the next.
type room struct {
	most int64

	mu      sync.Mutex
	held    int64
	clients map[string]int64 // what each holds
	freed   chan struct{}    // closed when something is given back
}

func newRoom(most int64) *room {
	return &room{most: most, clients: map[string]int64{}, freed: make(chan struct{})}
}

// read reads r to its end for a client: errTooLong if there is more than limit,
// errNoRoom if others need the room. The caller gives back what is held for it,
// when it needs the bytes no more.
func (m *room) read(client string, r io.Reader, limit int64) (_ []byte, held int64, err error) {
	defer func() {
		if err != nil {
			m.give(client, held)
			held = 0
		}
	}()
	buf := make([]byte, 0, min(512, limit+1))
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > limit:
			return nil, held, errTooLong
		case err == io.EOF:
			return buf, held, nil
		case err != nil:
			return nil, held, err
		case len(buf) < cap(buf):
			continue
		}
		size := min(2*int64(cap(buf)), limit+1)
		if size > smallMessage {
			if !m.take(client, size-held) {
				return nil, held, errNoRoom
			}
			held = size
		}
		buf = append(make([]byte, 0, size), buf...)
	}
}

// take takes n bytes of room, waiting for a while, and reports whether it could.
func (m *room) take(client string, n int64) bool {
	late := time.NewTimer(roomWait)
	defer late.Stop()
	for {
		ok, freed := m.try(client, n)
		if ok {
			return true
		}
		select {
		case <-freed:
		case <-late.C:
			return false
		}
	}
}

// try takes n bytes if it can, or returns what is closed when it may be able to.
func (m *room) try(client string, n int64) (bool, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !admit.Fits(m.clients[client], m.held, n, m.most) {
		return false, m.freed
	}
	m.held += n
	m.clients[client] += n
	return true, nil
}

func (m *room) give(client string, n int64) {
	if n == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held -= n
	if m.clients[client] -= n; m.clients[client] == 0 {
		delete(m.clients, client)
	}
	close(m.freed)
	m.freed = make(chan struct{})
}
