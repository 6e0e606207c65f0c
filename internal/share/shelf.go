package share

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

var (
	// ErrNotFound is returned for what was never shared, or is kept no longer.
	ErrNotFound = errors.New("nothing is shared at this address, or it is kept no longer")
	// ErrFull is returned for what there is no room for.
	ErrFull = errors.New("there is no room for more; try again another day")
)

// TooLargeError says that an Item is over MaxItem, or over what a Store can take.
type TooLargeError struct{ Size, Most int }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("program and output are %d bytes together as they would be kept; at most %d can be shared", e.Size, e.Most)
}

// RateError says that a client shares too often.
type RateError struct{ After time.Duration }

func (e *RateError) Error() string {
	return fmt.Sprintf("you share too often; try again in %d s", int(e.After.Seconds()+1))
}

// Store keeps bodies by their ids for a time. It may be used by several goroutines.
type Store interface {
	// Put keeps a body until a time, ErrFull if it has no room, a TooLargeError if it
	// never will. One that it has is kept until the later of both times.
	Put(ctx context.Context, id string, body []byte, until time.Time) error
	// Get returns a body, ErrNotFound if there is none.
	Get(ctx context.Context, id string) ([]byte, error)
	Close() error
}

// Config says how a Shelf behaves. Only Store must be set: a field that is zero has
// the default given with it.
type Config struct {
	Store Store
	// Keep is how long what is shared is kept: 90 days.
	Keep time.Duration
	// PerMinute is how much one client may share: 10; Burst how much at once: 10.
	PerMinute, Burst int
}

// DefaultKeep is how long what is shared is kept.
const DefaultKeep = 90 * 24 * time.Hour

// Shelf is all that was shared with a server.
type Shelf struct {
	cfg Config

	mu      sync.Mutex
	clients map[string]*rate.Limiter
}

// New returns a Shelf.
func New(c Config) *Shelf {
	c.Keep = cmp.Or(c.Keep, DefaultKeep)
	c.PerMinute = cmp.Or(c.PerMinute, 10)
	c.Burst = cmp.Or(c.Burst, 10)
	return &Shelf{cfg: c, clients: map[string]*rate.Limiter{}}
}

// Save keeps an Item for a client and returns its id.
func (s *Shelf) Save(ctx context.Context, client string, i Item) (string, error) {
	id, body, err := i.encode()
	if err != nil {
		return "", err
	}
	if wait := s.wait(client); wait > 0 {
		return "", &RateError{wait}
	}
	return id, s.cfg.Store.Put(ctx, id, body, time.Now().Add(s.cfg.Keep))
}

// Load returns the Item of an id.
func (s *Shelf) Load(ctx context.Context, id string) (Item, error) {
	if !ValidID(id) {
		return Item{}, ErrNotFound
	}
	body, err := s.cfg.Store.Get(ctx, id)
	if err != nil {
		return Item{}, err
	}
	return decode(body)
}

// mostClients is how many clients' rates are remembered. All are forgotten when
// there are more: that costs a guard against floods less than a list of strangers
// that grows.
const mostClients = 10_000

// wait counts one of a client's, and returns how long it has to wait for it.
func (s *Shelf) wait(client string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.clients[client]
	if l == nil {
		if len(s.clients) >= mostClients {
			clear(s.clients)
		}
		l = rate.NewLimiter(rate.Limit(float64(s.cfg.PerMinute)/60), s.cfg.Burst)
		s.clients[client] = l
	}
	r := l.Reserve()
	d := r.Delay()
	if d > 0 {
		r.Cancel()
	}
	return d
}
