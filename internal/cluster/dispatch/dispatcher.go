package dispatch

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"playground/internal/admit"
	"playground/internal/cluster"
	"playground/internal/protocol"
	"playground/internal/runs"
)

// Config says how a Dispatcher behaves. Node and Book must be set; a field that is
// zero has the default given with it.
type Config struct {
	// Node is the connection to the others.
	Node *cluster.Node
	// Book has the runs of this node.
	Book *runs.Book
	// Offer tells how soon a program would run here; nil where none is to run.
	Offer func(admit.Visitor) Offer
	// Tell returns what clients did here since it was called last, of most of them at most,
	// and Hear takes what they did at another node; nil where none is to run.
	Tell func(most int) []admit.News
	Hear func([]admit.News)
	// MaxRuns bounds the programs of one session that run or wait, on all nodes: 4.
	MaxRuns int
	// Silence is after how long a node that says nothing is lost: 2 s.
	Silence time.Duration
	// Isolated is called when this node is cut off from most others at once. Their runs
	// may well go on: whoever reads one from here had better read it from another node.
	// Who does not is told that it is lost, after Silence.
	Isolated func()
	// encode makes messages as another version does, in tests.
	encode func(any) []byte
	// Logger is told of nodes that come and go: slog.Default().
	Logger *slog.Logger
}

// Dispatcher is a stream.Book over all nodes.
type Dispatcher struct {
	cfg    Config
	id     string // of this process
	prefix string // of subjects
	conn   *nats.Conn
	peers  *peers
	memory *memory

	ctx    context.Context
	cancel context.CancelFunc
	going  sync.WaitGroup // all goroutines but NATS's
	subs   []*nats.Subscription
	count  atomic.Uint64 // numbers questions and readers
	silent atomic.Int64  // nodes that were lost
	drains atomic.Bool   // no more programs here

	mu        sync.Mutex
	closed    bool
	clock     uint64          // of turns, see place
	runs      map[runKey]*run // being placed, or listened to from here
	questions map[uint64]chan answer
	feeds     map[uint64]*listener // what comes from other nodes, by the reader's number
	pumps     map[pumpKey]*pump    // what goes to them
}

// New joins the others, and returns when this node can be asked.
func New(c Config) (*Dispatcher, error) {
	if c.Node == nil || c.Book == nil {
		return nil, errors.New("dispatch: Config.Node or Config.Book is not set")
	}
	c.MaxRuns = cmp.Or(c.MaxRuns, 4)
	c.Silence = cmp.Or(c.Silence, defaultSilence)
	c.Logger = cmp.Or(c.Logger, slog.Default())
	if c.encode == nil {
		c.encode = encode
	}
	d := &Dispatcher{
		cfg: c, id: c.Node.Name() + "-" + newID(), conn: c.Node.Conn(),
		prefix: "pg." + major + "." + c.Node.Cluster() + ".",
		peers:  newPeers(c.Silence), memory: newMemory(),
		runs: map[runKey]*run{}, questions: map[uint64]chan answer{}, feeds: map[uint64]*listener{}, pumps: map[pumpKey]*pump{},
	}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	if err := d.subscribe(); err != nil {
		d.cancel()
		return nil, err
	}
	d.sayThere(false)
	d.going.Go(d.beat)
	return d, nil
}

// newID makes what tells a process from all others of its node's name.
func newID() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashOf is what a session is called between nodes, and in this node's Book: whoever
// has the token may see and end its runs, so the token stays where it came in.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// subscribe opens three ways: questions for everybody, what is asked of this node,
// and what its readers wait for. Each has a goroutine of its own and keeps its order.
func (d *Dispatcher) subscribe() error {
	own := d.prefix + "to." + d.id + "."
	for subject, take := range map[string]nats.MsgHandler{
		d.prefix + "all.*": d.hear,
		own + "do.*":       d.obey,
		own + "get.*":      d.take,
	} {
		s, err := d.conn.Subscribe(subject, take)
		if err != nil {
			return err
		}
		d.subs = append(d.subs, s)
	}
	return d.conn.Flush()
}

// toAll and to publish what nobody answers by a reply. What is lost on its way is
// repeated or asked for again; an error says that there is no connection, which
// silence will tell, too.
func (d *Dispatcher) toAll(verb string, m any) { _ = d.conn.Publish(d.prefix+"all."+verb, d.encode(m)) }

func (d *Dispatcher) to(node, way, verb string, m any) {
	_ = d.conn.Publish(d.prefix+"to."+node+"."+way+"."+verb, d.encode(m))
}

// request asks one node, and waits for its reply.
func (d *Dispatcher) request(node, verb string, m any, within time.Duration) (reply, error) {
	ctx, cancel := context.WithTimeout(d.ctx, within)
	defer cancel()
	var r reply
	got, err := d.conn.RequestWithContext(ctx, d.prefix+"to."+node+".do."+verb, d.encode(m))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(got.Data, &r)
}

// encode is m as this node sends it.
func (d *Dispatcher) encode(m any) []byte { return d.cfg.encode(m) }

// verbOf is the last part of a subject.
func verbOf(m *nats.Msg) string { return m.Subject[strings.LastIndexByte(m.Subject, '.')+1:] }

// decode reads a message of another node; one that cannot be read is of no use, and
// only a fault of ours would send it.
func decode[T any](d *Dispatcher, m *nats.Msg) (v T, ok bool) {
	if err := json.Unmarshal(m.Data, &v); err != nil {
		d.cfg.Logger.Warn("cluster: message that cannot be read", "subject", m.Subject, "err", err)
		return v, false
	}
	return v, true
}

// hear takes what is said to every node.
func (d *Dispatcher) hear(m *nats.Msg) {
	switch verbOf(m) {
	case verbBeat:
		if b, ok := decode[beat](d, m); ok && b.ID != d.id {
			fresh, ended := d.peers.hear(b, time.Now())
			if fresh {
				d.cfg.Logger.Info("cluster: a node is there", "node", b.Name)
				d.sayThere(false) // so that it knows of this one at once
			}
			d.lost(ended)
		}
	case verbAsk:
		if a, ok := decode[ask](d, m); ok && a.From != d.id {
			d.to(a.From, "get", verbAnswer, d.answer(a))
		}
	case verbNews:
		if n, ok := decode[news](d, m); ok && n.From != d.id && d.cfg.Hear != nil {
			d.cfg.Hear(n.Clients)
		}
	case verbPlaced:
		if p, ok := decode[placed](d, m); ok {
			d.memory.place(p.runKey, p.Node, time.Now())
		}
	}
}

// take takes what this node waits for.
func (d *Dispatcher) take(m *nats.Msg) {
	switch verbOf(m) {
	case verbAnswer:
		if a, ok := decode[answer](d, m); ok {
			d.mu.Lock()
			q := d.questions[a.Number]
			d.mu.Unlock()
			select {
			case q <- a:
			default: // nobody asks any more
			}
		}
	case verbFeed:
		d.feed(m)
	}
}

// beat says that this node is there, and looks whether the others are.
func (d *Dispatcher) beat() {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for looks := time.Duration(0); ; {
		select {
		case <-d.ctx.Done():
			return
		case now := <-tick.C:
			gone, apart := d.peers.sweep(time.Now())
			d.silent.Add(int64(len(gone)))
			if apart && d.cfg.Isolated != nil {
				d.cfg.Logger.Warn("cluster: this node is cut off from most others; readers of theirs are sent to them")
				d.cfg.Isolated()
			}
			d.lost(gone)
			if looks++; looks%(beatEvery/lookEvery) != 0 {
				break
			}
			d.sayThere(false)
			d.memory.sweep(now)
			d.mend()
			if looks%(newsEvery/lookEvery) == 0 {
				d.tellNews()
			}
		}
	}
}

func (d *Dispatcher) sayThere(leaving bool) {
	d.toAll(verbBeat, beat{Minor: minor, ID: d.id, Name: d.cfg.Node.Name(), Runner: d.cfg.Offer != nil, Leaving: leaving})
}

// tellNews tells the others what clients did here, so that a client's rate and its turns
// hold over all nodes.
func (d *Dispatcher) tellNews() {
	if d.cfg.Tell == nil {
		return
	}
	if list := d.cfg.Tell(mostNews); len(list) > 0 {
		d.toAll(verbNews, news{Minor: minor, From: d.id, Clients: list})
	}
}

// lost ends what depends on nodes that are there no longer.
func (d *Dispatcher) lost(ended []string) {
	for _, id := range ended {
		d.cfg.Logger.Warn("cluster: a node is lost", "node", id)
		var pumps []*pump
		d.mu.Lock()
		for k, p := range d.pumps {
			if k.node == id {
				pumps = append(pumps, p)
			}
		}
		var there []*run
		for _, r := range d.runs {
			there = append(there, r)
		}
		d.mu.Unlock()
		for _, p := range pumps {
			p.end()
		}
		for _, r := range there {
			r.nodeLost(id)
		}
	}
}

// mend looks after readers by other nodes: what was lost on its way is asked for
// again.
func (d *Dispatcher) mend() {
	d.mu.Lock()
	var list []*listener
	for _, l := range d.feeds {
		list = append(list, l)
	}
	d.mu.Unlock()
	for _, l := range list {
		l.mend()
	}
}

// Nodes is how many nodes there are, with this one.
func (d *Dispatcher) Nodes() int { return 1 + len(d.peers.list()) }

// CutOff reports whether this node hears most others no more, and has not lost them yet:
// readers had better not come here meanwhile.
func (d *Dispatcher) CutOff() bool { return d.peers.isApart() }

// Stats are figures for operators, taken at one moment.
type Stats struct {
	Nodes  int   // that can be heard, with this one
	Lost   int64 // nodes that fell silent, so far
	Served int   // readers on other nodes of runs here
	Away   int   // readers here of runs on other nodes
}

// Stats returns the Dispatcher's figures.
func (d *Dispatcher) Stats() Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Stats{Nodes: d.Nodes(), Lost: d.silent.Load(), Served: len(d.pumps), Away: len(d.feeds)}
}

// Maxima implements stream.Book.
func (d *Dispatcher) Maxima() protocol.Maxima { return d.cfg.Book.Maxima() }

// Drain takes no more programs on this node; those of its readers go to others.
func (d *Dispatcher) Drain() { d.drains.Store(true) }

// Close leaves the others, after the Book was drained. Those who read here by other
// nodes get until ctx ends to read to the end.
func (d *Dispatcher) Close(ctx context.Context) {
	d.drains.Store(true)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for d.pumping() > 0 && ctx.Err() == nil {
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
	d.mu.Lock()
	d.closed = true
	var pumps []*pump
	for _, p := range d.pumps {
		pumps = append(pumps, p)
	}
	d.mu.Unlock()
	for _, p := range pumps {
		p.end()
	}
	d.sayThere(true)
	_ = d.conn.FlushTimeout(time.Second)
	d.cancel()
	for _, s := range d.subs {
		_ = s.Unsubscribe()
	}
	d.going.Wait()
}

func (d *Dispatcher) pumping() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.pumps)
}
