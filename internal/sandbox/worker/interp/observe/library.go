package observe

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"time"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// often is how often a goroutine has made the same call.
type often struct {
	n    int64
	told int64 // when, on the observer's clock
}

// oftenEvery is the least time between two events of one goroutine at one line for what
// nobody waits for, in µs: a loop that spins on an atomic must not fill the picture.
const oftenEvery = 1000

// counted makes the action for calls of which only some are told, with how many it were.
func counted(kind events.Kind) action {
	return func(o *Observer, a *hook.Act) {
		a.Native()
		o.mu.Lock()
		defer o.mu.Unlock()
		site := o.site(a)
		c := o.of(a.G).often[site]
		if c == nil {
			c = &often{told: -oftenEvery}
			o.of(a.G).often[site] = c
		}
		if c.n++; o.now() < c.told+oftenEvery {
			return
		}
		e := events.Event{Kind: kind, G: a.G.Number, Site: site, N: c.n, Text: a.Callee.Path + "." + a.Callee.Name}
		if a.Callee.Recv != "" {
			e.Object = o.object(a.Receiver(), a, a.Callee.Path+"."+a.Callee.Recv).id
			e.Text = a.Callee.Path + "." + a.Callee.Recv + "." + a.Callee.Name
		}
		c.n, c.told = 0, o.now()
		o.tell(e)
	}
}

func atomicAction(*hook.Point) action { return counted(events.KindAtomic) }

// timeAction finds what is done at a function of package time.
func timeAction(p *hook.Point) action {
	switch p.Callee.Recv + "." + p.Callee.Name {
	case ".Sleep":
		return (*Observer).sleep
	case ".After", ".AfterFunc", ".NewTimer", ".NewTicker", ".Tick":
		return timer(0)
	case "Timer.Reset", "Ticker.Reset":
		return timer(1)
	case "Timer.Stop", "Ticker.Stop":
		return timer(-1)
	}
	return nil
}

func (o *Observer) sleep(a *hook.Act) {
	d := *(*time.Duration)(a.Args[0])
	o.mu.Lock()
	defer o.mu.Unlock()
	site := o.site(a)
	o.tell(events.Event{Kind: events.KindTimer, G: a.G.Number, Site: site, N: d.Microseconds(), Text: "time.Sleep"})
	o.waits(a, nil, site, "sleep", func() int64 { return 0 })
}

// timer is a function of package time with its duration at that argument, -1 for none.
func timer(duration int) action {
	return func(o *Observer, a *hook.Act) {
		var d time.Duration
		if duration >= 0 {
			d = *(*time.Duration)(a.Args[duration])
		}
		a.Native()
		name := "time." + a.Callee.Name
		if a.Callee.Recv != "" {
			name = "time." + a.Callee.Recv + "." + a.Callee.Name
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.tell(events.Event{Kind: events.KindTimer, G: a.G.Number, Site: o.site(a), N: d.Microseconds(), Text: name})
	}
}

// contextAction finds what is done at a function of package context.
func contextAction(p *hook.Point) action {
	if p.Callee.Recv == "" && strings.HasPrefix(p.Callee.Name, "With") && p.Callee.Name != "WithValue" && p.Callee.Name != "WithoutCancel" {
		return (*Observer).context
	}
	return nil
}

// context is a function that makes a context that can end. Its end is told when it
// comes, and the call that brings it about, at that call.
func (o *Observer) context(a *hook.Act) {
	a.Native()
	ctx := *(*context.Context)(a.Results[0])
	o.mu.Lock()
	defer o.mu.Unlock()
	site := o.site(a)
	x := o.made(pointerOf(&ctx), a, 0, "context.Context")
	o.tell(events.Event{Kind: events.KindContext, G: a.G.Number, Site: site, Object: x.id, Text: "context." + a.Callee.Name})
	context.AfterFunc(ctx, func() { o.ended(x, 0, site, ctx) })
	to := reflect.NewAt(a.Out[1], a.Results[1]).Elem()
	cancel := to.Interface()
	switch cancel := cancel.(type) {
	case context.CancelFunc:
		to.Set(reflect.ValueOf(context.CancelFunc(func() { o.cancels(x, site, ctx, context.Canceled, cancel) })))
	case context.CancelCauseFunc:
		to.Set(reflect.ValueOf(context.CancelCauseFunc(func(cause error) {
			o.cancels(x, site, ctx, cause, func() { cancel(cause) })
		})))
	}
}

// pointerOf is the data of an interface's value: what it points to.
func pointerOf(ctx *context.Context) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(ctx))[1]
}

// cancels is the call of a cancel function.
func (o *Observer) cancels(x *object, made int64, ctx context.Context, cause error, cancel func()) {
	var g, site int64
	if w := o.program.Current(); w != nil {
		g, site = w.Number, made
		o.mu.Lock()
		for at := range w.Calls {
			site = o.siteFor(at, o.program.Position(at.Offset))
			break
		}
		if !x.done && ctx.Err() == nil {
			x.done, x.waker = true, g
			o.tell(events.Event{Kind: events.KindCancel, G: g, Site: site, Object: x.id, Text: causeText(cause)})
		}
		o.mu.Unlock()
	}
	cancel()
}

// ended tells that a context has ended, if no call of its own has ended it.
func (o *Observer) ended(x *object, g, site int64, ctx context.Context) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !x.done {
		x.done = true
		o.tell(events.Event{Kind: events.KindCancel, G: g, Site: site, Object: x.id, Text: causeText(context.Cause(ctx))})
	}
}

// causeText is why a context ended. Errors of the program are told by their types: what
// they say is code of its own.
func causeText(err error) string {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if err == known {
			return known.Error()
		}
	}
	if plain := reflect.TypeOf(errors.New("")); reflect.TypeOf(err) == plain {
		return err.Error()
	}
	if err == nil {
		return context.Canceled.Error()
	}
	return reflect.TypeOf(err).String()
}
