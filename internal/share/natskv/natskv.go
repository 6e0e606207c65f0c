package natskv

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"playground/internal/share"
)

// untilHeader has the second until which an entry is kept, since 1970.
const untilHeader = "Playground-Until"

// ownFrame is about what the stream itself counts for an entry beside its body:
// subject, headers and their frame.
const ownFrame = 170

// How long is waited for what.
const (
	// onceFor is for one answer: a node that is stopped does not give one, and
	// another may.
	onceFor = 2 * time.Second
	// pause is between two tries.
	pause = 150 * time.Millisecond
)

// DefaultPatience is what a call may take: a leader's election is over by then.
const DefaultPatience = 15 * time.Second

// Config says how a Store behaves. Only Cluster must be set: a field that is zero
// has the default given with it.
type Config struct {
	// Cluster is the cluster's name: a NATS may serve several.
	Cluster string
	// Kind is what it holds: Shares. Each has a stream of its own.
	Kind Kind
	// Most is how many bytes it may hold: 1 GiB.
	Most int64
	// Copies is how many nodes have each entry: 3, of which one may be lost.
	Copies int
	// Patience bounds a call: DefaultPatience.
	Patience time.Duration
}

// Store is a share.Store in a cluster.
type Store struct {
	cfg  Config
	conn *nats.Conn
	js   jetstream.JetStream
	// stream is the stream's name, prefix what an entry's id stands behind.
	stream, prefix string
}

// Kind is what a Store holds.
type Kind string

// What outlives a node.
const (
	Shares Kind = "share" // what readers share
	Runs   Kind = "run"   // ended runs
)

// StreamOf is the name of a cluster's stream, for operators who look with nats.
func (k Kind) StreamOf(cluster string) string { return "playground-" + string(k) + "s-" + cluster }

// New returns a Store over a connection, which stays the caller's. It asks the
// cluster for nothing yet.
func New(conn *nats.Conn, c Config) (*Store, error) {
	c.Kind = cmp.Or(c.Kind, Shares)
	c.Most = cmp.Or(c.Most, 1<<30)
	c.Copies = cmp.Or(c.Copies, 3)
	c.Patience = cmp.Or(c.Patience, DefaultPatience)
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(onceFor))
	if err != nil {
		return nil, fmt.Errorf("use JetStream: %w", err)
	}
	return &Store{cfg: c, conn: conn, js: js, stream: c.Kind.StreamOf(c.Cluster), prefix: "pg.v1." + c.Cluster + "." + string(c.Kind) + "."}, nil
}

// token is what can be the last part of a subject; ids are such.
var token = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Put implements share.Store.
func (s *Store) Put(ctx context.Context, id string, body []byte, until time.Time) error {
	if !token.MatchString(id) {
		return fmt.Errorf("%q is no id to keep something under", id)
	}
	if most := int(s.conn.MaxPayload()) - share.Overhead; len(body) > most {
		return &share.TooLargeError{Size: len(body), Most: most}
	}
	err := s.patiently(ctx, func(ctx context.Context) error { return s.put(ctx, id, body, until) })
	if err != nil {
		return fmt.Errorf("keep %s: %w", id, err)
	}
	return nil
}

// put is one try of Put.
func (s *Store) put(ctx context.Context, id string, body []byte, until time.Time) error {
	old, err := s.leaders(ctx, id)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return cmp.Or(s.make(ctx), errTryAgain)
	}
	if err != nil {
		return err
	}
	if old.until >= until.Unix() || !until.After(time.Now()) {
		return nil
	}
	if old.seq == 0 {
		if err := s.room(ctx, len(body)); err != nil {
			return err
		}
	}
	msg := nats.NewMsg(s.prefix + id)
	msg.Data = body
	msg.Header.Set(untilHeader, strconv.FormatInt(until.Unix(), 10))
	_, err = s.js.PublishMsg(ctx, msg,
		jetstream.WithMsgTTL(time.Until(until).Truncate(time.Second)+time.Second),
		jetstream.WithExpectLastSequencePerSubject(old.seq),
		jetstream.WithRetryAttempts(0))
	return err
}

// room is share.ErrFull when a new body does not fit.
func (s *Store) room(ctx context.Context, size int) error {
	stream, err := s.js.Stream(ctx, s.stream)
	if err != nil {
		return err
	}
	held := stream.CachedInfo().State
	if int64(held.Bytes)+int64(held.Msgs)*(share.Overhead-ownFrame)+int64(size)+share.Overhead > s.cfg.Most {
		return share.ErrFull
	}
	return nil
}

// make makes the stream, unless another node has.
func (s *Store) make(ctx context.Context) error {
	_, err := s.js.CreateStream(ctx, jetstream.StreamConfig{
		Name:              s.stream,
		Description:       "Playground: each " + string(s.cfg.Kind) + ", for a time",
		Subjects:          []string{s.prefix + "*"},
		Storage:           jetstream.FileStorage,
		Replicas:          s.cfg.Copies,
		MaxMsgsPerSubject: 1,
		// An entry is written anew to keep it longer, in a full store as well.
		MaxBytes:    s.cfg.Most + share.MaxItem,
		Discard:     jetstream.DiscardNew,
		AllowMsgTTL: true,
		AllowDirect: true,
	})
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // by an older version's bounds, or an operator's
		return nil
	}
	return err
}

// Get implements share.Store.
func (s *Store) Get(ctx context.Context, id string) ([]byte, error) {
	if !token.MatchString(id) {
		return nil, share.ErrNotFound
	}
	var body []byte
	err := s.patiently(ctx, func(ctx context.Context) error {
		found, err := s.anyones(ctx, id)
		if err != nil || !found.kept() {
			found, err = s.leaders(ctx, id)
		}
		switch {
		case errors.Is(err, jetstream.ErrStreamNotFound), err == nil && !found.kept():
			return share.ErrNotFound // nobody has shared it
		case err != nil:
			return err
		}
		body = found.body
		return nil
	})
	if errors.Is(err, share.ErrNotFound) {
		return nil, share.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", id, err)
	}
	return body, nil
}

// Close implements share.Store. The connection is the caller's.
func (s *Store) Close() error { return nil }
