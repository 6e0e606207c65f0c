package stream

import (
	"time"

	"playground/internal/protocol"
)

const (
	// beatEvery is the longest time without a message to a client that listens, where
	// other servers would go on: as often as programs that run are metered.
	beatEvery = 250 * time.Millisecond
	// silence is after how long without one the client had better ask another server:
	// then a second one is late, and there is time to go on within a second.
	silence = 600 * time.Millisecond
)

var beat = protocol.Encode(protocol.Beat{Type: "beat", SilenceMs: silence.Milliseconds()})

// firstBeat is what to say to a client that begins to listen; nil where there is no
// server that it could go to.
func (s *Server) firstBeat() []byte {
	if !s.cfg.Elsewhere() {
		return nil
	}
	return beat
}

// pulse tells when to beat. The zero pulse never does.
type pulse struct {
	ticker *time.Ticker
	due    <-chan time.Time
	spoke  bool // something was said since it was due last
}

// newPulse begins a pulse, which is to be stopped.
func (s *Server) newPulse() (p pulse) {
	if s.cfg.Elsewhere() {
		p.ticker = time.NewTicker(beatEvery)
		p.due = p.ticker.C
	}
	return p
}

// take is what to say now that it is due: nil if something was said meanwhile.
func (p *pulse) take() []byte {
	spoke := p.spoke
	p.spoke = false
	if spoke {
		return nil
	}
	return beat
}

func (p *pulse) stop() {
	if p.ticker != nil {
		p.ticker.Stop()
	}
}
