package cluster

import (
	"fmt"
	"log/slog"
	"sync"
)

// serverLog takes what the embedded server logs. It is talkative about what is
// normal here, so only what it warns of reaches an operator by default.
type serverLog struct {
	logger *slog.Logger

	mu    sync.Mutex
	fatal string // the first of what would end a server of its own
}

func (l *serverLog) Noticef(f string, v ...any) { l.logger.Debug("nats", "says", fmt.Sprintf(f, v...)) }
func (l *serverLog) Debugf(f string, v ...any)  {}
func (l *serverLog) Tracef(f string, v ...any)  {}
func (l *serverLog) Warnf(f string, v ...any)   { l.logger.Warn("nats", "says", fmt.Sprintf(f, v...)) }
func (l *serverLog) Errorf(f string, v ...any)  { l.logger.Warn("nats", "says", fmt.Sprintf(f, v...)) }

func (l *serverLog) Fatalf(f string, v ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fatal == "" {
		l.fatal = fmt.Sprintf(f, v...)
	}
}

// failure is what kept the server from starting, or "".
func (l *serverLog) failure() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fatal
}
