package dispatch

import (
	"sync"
	"sync/atomic"
	"time"

	"playground/internal/runs"
)

// pace is the least time between two batches of one run to one reader: what a program
// prints meanwhile is merged.
const pace = 500 * time.Microsecond

// pumpKey names a reader on another node.
type pumpKey struct {
	node   string
	number uint64
}

// pump sends what a run here says to a reader on another node, as far as there is
// credit.
type pump struct {
	d      *Dispatcher
	key    pumpKey
	wake   chan struct{}
	credit atomic.Int64
	closed chan struct{}

	mu   sync.Mutex
	from *runs.Listener // nil once it was closed
}

func (d *Dispatcher) newPump(k pumpKey, credit int64) *pump {
	p := &pump{d: d, key: k, wake: make(chan struct{}, 1), closed: make(chan struct{})}
	p.credit.Store(credit)
	return p
}

// end ends the pump; it may be called more than once. The run has one listener less
// when it returns.
func (p *pump) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.from != nil {
		p.from.Close()
		p.from = nil
		close(p.closed)
	}
}

// more raises the credit, which never falls.
func (p *pump) more(credit int64) {
	for had := p.credit.Load(); credit > had && !p.credit.CompareAndSwap(had, credit); had = p.credit.Load() {
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run sends until the run's end, or until its reader or this node closes.
func (p *pump) run() {
	defer p.d.dropPump(p)
	defer p.end()
	var sent, seq int64
	say := time.NewTicker(sayEvery)
	defer say.Stop()
	for {
		b, body, last := p.gather(&sent)
		if len(b.Entries) > 0 {
			if b.Seq == 0 {
				b.Seq = seq
			}
			seq = b.Seq
			p.send(b, body)
			if last {
				return
			}
			select {
			case <-time.After(pace):
				continue
			case <-p.closed:
				return
			}
		}
		select {
		case <-p.wake:
		case <-say.C:
			p.send(batch{Seq: seq}, nil)
		case <-p.closed:
			return
		}
	}
}

// gather takes what may be sent now.
func (p *pump) gather(sent *int64) (b batch, body []byte, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.from != nil && *sent < p.credit.Load() && len(body) < batchSize && !last {
		e, ok := p.from.Take()
		if !ok {
			break
		}
		body = b.appendEntry(body, e)
		*sent += sizeOf(e)
		last = e.Last
	}
	return b, body, last
}

func (p *pump) send(b batch, body []byte) {
	b.Minor, b.From, b.Number = minor, p.d.id, p.key.number
	_ = p.d.conn.Publish(p.d.prefix+"to."+p.key.node+".get."+verbFeed, append(append(p.d.encode(b), '\n'), body...))
}

func (d *Dispatcher) dropPump(p *pump) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.pumps, p.key)
}
