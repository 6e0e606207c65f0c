package ops

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"
)

// recent is how many ended runs are kept for /debug/runs.
const recent = 256

// Config sets up a Recorder. The zero value is ready for use.
type Config struct {
	// Version and Go are the server's, for the metrics and the spans.
	Version, Go string
	// Node is this machine's name among several that serve one site; "" for one alone.
	Node string
	// Collector is where spans go; the zero value is nowhere.
	Collector Collector
	// Logger is told when the collector does not answer: slog.Default().
	Logger *slog.Logger
}

// Recorder records what the server does. It is safe for concurrent use, and all
// methods work on a nil *Recorder, which records nothing.
type Recorder struct {
	metrics  *metrics
	exporter *exporter // nil without a collector
	node     string

	mu     sync.Mutex
	going  map[string]*Run // by trace id
	past   []*Run          // the newest last, at most recent
	gauges func() Gauges
}

// New returns a Recorder, which must be closed.
func New(c Config) (*Recorder, error) {
	r := &Recorder{going: map[string]*Run{}, node: c.Node}
	r.metrics = newMetrics(c, r.watched)
	if c.Collector.URL == "" {
		return r, nil
	}
	e, err := newExporter(c, cmp.Or(c.Logger, slog.Default()), r.metrics.spans)
	if err != nil {
		return nil, err
	}
	r.exporter = e
	return r, nil
}

// Close sends the spans that wait, and returns when that is done or ctx ends.
func (r *Recorder) Close(ctx context.Context) {
	if r != nil && r.exporter != nil {
		r.exporter.close(ctx)
	}
}

// Begin begins the record of a run.
func (r *Recorder) Begin(trace string, i RunInfo) *Run {
	if r == nil {
		return nil
	}
	x := &Run{recorder: r, trace: trace, info: i, begun: time.Now()}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.going[trace] = x
	return x
}

// Refused counts what was refused before it was a run.
func (r *Recorder) Refused(code string) {
	if r != nil {
		r.metrics.refusals.WithLabelValues(known(code, codes)).Inc()
	}
}

// Watch says whom to ask for gauges, each time that they are scraped.
func (r *Recorder) Watch(f func() Gauges) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gauges = f
}

func (r *Recorder) watched() Gauges {
	r.mu.Lock()
	f := r.gauges
	r.mu.Unlock()
	if f == nil {
		return Gauges{}
	}
	return f()
}

func (r *Recorder) ended(x *Run) {
	r.metrics.observe(x)
	r.file(x)
	r.exporter.send(x)
}

func (r *Recorder) refused(x *Run, code string) {
	r.Refused(code)
	r.file(x)
	r.exporter.send(x)
}

// file moves a run that is over to the past.
func (r *Recorder) file(x *Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.going, x.trace)
	if len(r.past) == recent {
		copy(r.past, r.past[1:])
		r.past = r.past[:recent-1]
	}
	r.past = append(r.past, x)
}

// runs are those that are known: those that go on and those that are over, the
// newest first.
func (r *Recorder) runs() []*Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*Run, 0, len(r.going)+len(r.past))
	for _, x := range r.going {
		list = append(list, x)
	}
	list = append(list, r.past...)
	sortNewestFirst(list)
	return list
}

// find returns the run of a trace id, or nil.
func (r *Recorder) find(trace string) *Run {
	for _, x := range r.runs() {
		if x.trace == trace {
			return x
		}
	}
	return nil
}
