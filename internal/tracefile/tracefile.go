package tracefile

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/sandbox/events"
)

// Recorder keeps a run's events and the times of its output. It is for one run.
type Recorder struct {
	next    sandbox.Sink
	list    []events.Event
	left    int64
	outputs []output
	end     int64 // the newest time
	virtual bool  // the events have a clock of their own, and tell of output themselves
}

// output is what was printed at once.
type output struct {
	t    int64
	text string
}

const (
	// maxOutputs bounds the pieces of output that are kept, and maxText each in bytes.
	maxOutputs = 10_000
	maxText    = 200
)

// New returns a Recorder that passes everything on to next.
func New(next sandbox.Sink) *Recorder { return &Recorder{next: next} }

// Sink is a sandbox.Sink.
func (r *Recorder) Sink(ctx context.Context, e sandbox.Event) error {
	switch e := e.(type) {
	case sandbox.Observed:
		r.list = append(r.list, e.Events...)
		r.left += e.Left
		r.until(e.T)
		if e.Virtual {
			r.follow(e)
		}
	case sandbox.Output:
		if len(r.outputs) < maxOutputs && !r.virtual {
			r.outputs = append(r.outputs, output{e.T.Microseconds(), string(e.Data[:min(len(e.Data), maxText)])})
		}
		r.until(e.T)
	}
	return r.next(ctx, e)
}

// follow takes the events' clock for that of the run.
func (r *Recorder) follow(o sandbox.Observed) {
	if !r.virtual {
		r.virtual, r.end, r.outputs = true, 0, nil
	}
	if n := len(o.Events); n > 0 {
		r.end = max(r.end, o.Events[n-1].T)
	}
}

func (r *Recorder) until(t time.Duration) {
	if !r.virtual {
		r.end = max(r.end, t.Microseconds())
	}
}

// WriteEvents writes the events as one Events message.
func (r *Recorder) WriteEvents(w io.Writer) error {
	m := protocol.NewEvents("run", 0, time.Duration(r.end)*time.Microsecond, sandbox.Observed{Left: r.left, Events: r.list, Virtual: r.virtual})
	_, err := w.Write(protocol.Encode(m))
	return err
}

// entry is an event of Chrome's.
type entry struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat,omitempty"`
	Ph    string         `json:"ph"`
	Ts    int64          `json:"ts"`
	Dur   *int64         `json:"dur,omitempty"`
	Pid   int            `json:"pid"`
	Tid   int64          `json:"tid"`
	ID    int64          `json:"id,omitempty"`
	Bp    string         `json:"bp,omitempty"`
	Scope string         `json:"s,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

// WriteChrome writes a trace.
func (r *Recorder) WriteChrome(w io.Writer) error {
	t := chrome{sites: map[int64]string{}, objects: map[int64]string{}, open: map[int64]*entry{}, flows: map[[2]int64]int64{}}
	t.add(entry{Name: "process_name", Ph: "M", Args: map[string]any{"name": "program"}})
	t.add(entry{Name: "thread_name", Ph: "M", Args: map[string]any{"name": "output"}})
	for _, e := range r.list {
		t.event(e)
	}
	for _, o := range r.outputs {
		t.add(entry{Name: o.text, Cat: "output", Ph: "i", Ts: o.t, Scope: "t"})
	}
	t.finish(r.end)
	return json.NewEncoder(w).Encode(map[string]any{
		"traceEvents": t.list, "displayTimeUnit": "ms", "otherData": map[string]any{"eventsLeftOut": r.left},
	})
}

// chrome is a trace on its way.
type chrome struct {
	list    []entry
	sites   map[int64]string
	objects map[int64]string
	open    map[int64]*entry // the slice that each goroutine is in
	order   []int64          // of goroutines, as they came
	flows   map[[2]int64]int64
}

func (t *chrome) add(e entry) {
	e.Pid = 1
	t.list = append(t.list, e)
}

// state begins the goroutine's next slice, and ends the one before.
func (t *chrome) state(e events.Event, name, cat string) {
	if was := t.open[e.G]; was != nil {
		dur := e.T - was.Ts
		was.Dur = &dur
		t.add(*was)
	} else {
		t.order = append(t.order, e.G)
	}
	if t.open[e.G] = nil; name != "" {
		t.open[e.G] = &entry{Name: name, Cat: cat, Ph: "X", Ts: e.T, Tid: e.G, Args: t.args(e)}
	}
}

// args are what a slice or an instant is told of.
func (t *chrome) args(e events.Event) map[string]any {
	args := map[string]any{}
	if s := t.sites[e.Site]; s != "" {
		args["line"] = s
	}
	if o := t.objects[e.Object]; o != "" {
		args["object"] = o
	}
	if e.Peer != 0 {
		args["goroutine"] = e.Peer
	}
	if e.Text != "" {
		args["text"] = e.Text
	}
	return args
}

func (t *chrome) instant(e events.Event, name string) {
	t.add(entry{Name: name, Cat: e.Kind.String(), Ph: "i", Ts: e.T, Tid: e.G, Scope: "t", Args: t.args(e)})
}

// flow is an end of an arrow, which leads from "s" to "f".
func (t *chrome) flow(e events.Event, ph, name string, id int64) {
	t.add(entry{Name: name, Cat: "flow", Ph: ph, Ts: e.T, Tid: e.G, ID: id, Bp: map[string]string{"f": "e"}[ph]})
}

func (t *chrome) event(e events.Event) {
	switch e.Kind {
	case events.KindSite:
		file, function := e.Place()
		t.sites[e.Site] = file + ":" + strconv.FormatInt(e.N, 10) + " " + function
	case events.KindObject:
		t.objects[e.Object] = e.Text + " #" + strconv.FormatInt(e.Object, 10)
	case events.KindGo:
		name := e.Text
		if name == "" {
			name = "goroutine"
		}
		t.add(entry{Name: "thread_name", Ph: "M", Tid: e.Peer, Args: map[string]any{"name": name + " #" + strconv.FormatInt(e.Peer, 10)}})
		t.instant(e, "go "+name)
		t.flow(e, "s", "go", startFlow+e.Peer)
	case events.KindStart:
		if e.G == 1 {
			t.add(entry{Name: "thread_name", Ph: "M", Tid: 1, Args: map[string]any{"name": "main #1"}})
		}
		t.state(e, "running", "running")
		if e.Peer != 0 {
			t.flow(e, "f", "go", startFlow+e.G)
		}
	case events.KindEnd:
		t.state(e, "", "")
	case events.KindBlock:
		t.state(e, e.Text, "blocked")
	case events.KindWake:
		t.state(e, "running", "running")
	case events.KindSend:
		t.instant(e, "send "+e.Text)
		t.flow(e, "s", "value", t.flowOf(e))
	case events.KindRecv:
		t.instant(e, "receive "+e.Text)
		if e.N != 0 && e.Peer != 0 {
			t.flow(e, "f", "value", t.flowOf(e))
		}
	default:
		t.instant(e, e.Kind.String()+" "+e.Text)
	}
}

// startFlow keeps the numbers of arrows to a goroutine's start apart from those of values.
const startFlow = 1 << 40

// flowOf is the number of the arrow that a value makes.
func (t *chrome) flowOf(e events.Event) int64 {
	key := [2]int64{e.Object, e.N}
	if t.flows[key] == 0 {
		t.flows[key] = int64(len(t.flows)) + 1
	}
	return t.flows[key]
}

// finish ends the slices of those that have not ended.
func (t *chrome) finish(end int64) {
	for _, g := range t.order {
		if open := t.open[g]; open != nil {
			dur := max(end-open.Ts, 0)
			open.Dur = &dur
			t.add(*open)
		}
	}
}
