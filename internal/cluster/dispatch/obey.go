package dispatch

import (
	"time"

	"github.com/nats-io/nats.go"

	"playground/internal/protocol"
	"playground/internal/runs"
)

// maxPumps bounds the readers that other nodes have here.
const maxPumps = 1 << 14

// obey does what another node asks of this one. Nothing of it waits: a kill is not
// held up by whatever came before it.
func (d *Dispatcher) obey(m *nats.Msg) {
	switch verbOf(m) {
	case verbStart:
		if q, ok := decode[start](d, m); ok {
			d.reply(m, d.accept(q))
		}
	case verbRead:
		if q, ok := decode[read](d, m); ok {
			d.reply(m, d.sendTo(q))
		}
	case verbMore, verbClose:
		if q, ok := decode[more](d, m); ok {
			d.adjust(q, verbOf(m) == verbClose)
		}
	case verbKill, verbGone:
		if k, ok := decode[runKey](d, m); ok {
			d.reply(m, d.stop(k, verbOf(m) == verbKill))
		}
	case verbPing:
		d.reply(m, reply{})
	case verbInput:
		if q, ok := decode[input](d, m); ok {
			d.reply(m, d.give(q))
		}
	}
}

func (d *Dispatcher) reply(m *nats.Msg, r reply) {
	r.Minor = minor
	if m.Reply != "" {
		_ = m.Respond(d.encode(r))
	}
}

// accept starts a program for another node's reader.
func (d *Dispatcher) accept(q start) reply {
	if d.cfg.Offer == nil || d.drains.Load() {
		return reply{Error: protocol.ShuttingDown(q.ID)}
	}
	r, e := d.cfg.Book.Start(q.Client, q.Session, q.Request)
	if e == nil {
		e = r.SameAs(q.Request)
	}
	if e != nil {
		return reply{Error: e}
	}
	d.placedHere(q.runKey)
	if q.Read.Number == 0 {
		return reply{Trace: r.Trace}
	}
	return d.sendFrom(r, q.Read)
}

// placedHere tells every node that the run is here.
func (d *Dispatcher) placedHere(k runKey) {
	d.memory.place(k, d.id, time.Now())
	d.toAll(verbPlaced, placed{Minor: minor, runKey: k, Node: d.id})
}

// sendTo begins to send what a run says.
func (d *Dispatcher) sendTo(q read) reply {
	r, e := d.cfg.Book.Find(q.Session, q.ID)
	if e != nil {
		return reply{Error: e}
	}
	return d.sendFrom(r, q)
}

func (d *Dispatcher) sendFrom(r *runs.Run, q read) reply {
	p := d.newPump(pumpKey{q.From, q.Number}, q.Credit)
	l, e := r.Listen(q.After, p.wake)
	if e != nil {
		return reply{Error: e}
	}
	p.from = l
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.pumps[p.key] != nil: // asked for twice, because the answer was lost
		l.Close()
		return reply{Trace: r.Trace}
	case d.closed || len(d.pumps) >= maxPumps:
		l.Close()
		return reply{Error: protocol.NewError(r.ID, protocol.CodeBusy, "busy: too many read here; try again in a moment")}
	}
	d.pumps[p.key] = p
	d.going.Go(p.run)
	return reply{Trace: r.Trace}
}

// adjust gives a pump credit, or ends it.
func (d *Dispatcher) adjust(q more, end bool) {
	d.mu.Lock()
	p := d.pumps[pumpKey{q.From, q.Number}]
	d.mu.Unlock()
	switch {
	case p == nil:
	case end:
		p.end()
	default:
		p.more(q.Credit)
	}
}

// stop ends a run as its reader's wish, or because its reader has gone.
func (d *Dispatcher) stop(k runKey, kill bool) reply {
	r, e := d.cfg.Book.Find(k.Session, k.ID)
	switch {
	case e != nil:
		return reply{Error: e}
	case kill:
		r.Kill()
	default:
		r.Abandon()
	}
	return reply{}
}

// give gives a run a part of its standard input.
func (d *Dispatcher) give(q input) reply {
	r, e := d.cfg.Book.Find(q.Session, q.ID)
	if e != nil {
		return reply{Error: e}
	}
	part := protocol.Request{ID: q.ID, Writer: q.Writer, Part: q.Part, Body: q.Body}
	if q.Close {
		return reply{Error: r.CloseInput(part)}
	}
	return reply{Error: r.Input(part)}
}
