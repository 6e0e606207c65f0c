package tracefile

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/events"
)

// A goroutine's states follow each other without a gap, and the last lasts until the
// end; an arrow has both its ends.
func TestChromeStates(t *testing.T) {
	r := New(func(context.Context, sandbox.Event) error { return nil })
	_ = r.Sink(t.Context(), sandbox.Observed{T: 100 * time.Microsecond, Left: 7, Events: []events.Event{
		{Kind: events.KindStart, T: 10, G: 1},
		{Kind: events.KindStart, T: 12, G: 18, Peer: 1},
		{Kind: events.KindBlock, T: 20, G: 1, Text: "chan receive"},
		{Kind: events.KindSend, T: 30, G: 18, Object: 1, N: 1, Text: "5"},
		{Kind: events.KindWake, T: 31, G: 1, Peer: 18},
		{Kind: events.KindRecv, T: 31, G: 1, Object: 1, N: 1, Peer: 18, Text: "5"},
		{Kind: events.KindEnd, T: 40, G: 18},
	}})
	var b bytes.Buffer
	if err := r.WriteChrome(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		TraceEvents []struct {
			Name, Ph         string
			Ts, Dur, Tid, ID int64
		}
		OtherData struct{ EventsLeftOut int64 }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	ends := map[int64]int64{1: 10, 18: 12} // when the last slice of each ended
	flows := map[int64]int{}
	for _, e := range got.TraceEvents {
		switch e.Ph {
		case "X":
			if e.Ts != ends[e.Tid] {
				t.Errorf("goroutine %d: %q begins at %d, what was before ended at %d", e.Tid, e.Name, e.Ts, ends[e.Tid])
			}
			ends[e.Tid] = e.Ts + e.Dur
		case "s":
			flows[e.ID]++
		case "f":
			flows[e.ID]--
		}
	}
	if ends[1] != 100 || ends[18] != 40 || got.OtherData.EventsLeftOut != 7 {
		t.Errorf("the states end at %v, %d left out", ends, got.OtherData.EventsLeftOut)
	}
	for id, n := range flows {
		if n > 0 && id < startFlow {
			t.Errorf("arrow %d has no end", id)
		}
	}
}

// An order that is followed has a clock of its own, which is the trace's as well: what was
// printed is among its events.
func TestVirtual(t *testing.T) {
	r := New(func(context.Context, sandbox.Event) error { return nil })
	_ = r.Sink(t.Context(), sandbox.Output{Stream: sandbox.Stdout, T: time.Second, Data: []byte("x")})
	_ = r.Sink(t.Context(), sandbox.Observed{T: time.Minute, Virtual: true, Events: []events.Event{
		{Kind: events.KindStart, T: 10, G: 1}, {Kind: events.KindPrint, T: 70, G: 1, Text: "x"},
	}})
	_ = r.Sink(t.Context(), sandbox.Output{Stream: sandbox.Stdout, T: time.Hour, Data: []byte("y")})
	var b bytes.Buffer
	if err := r.WriteEvents(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		T       int64
		Virtual bool
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || got.T != 70 || !got.Virtual {
		t.Errorf("%+v, %v", got, err)
	}
	if len(r.outputs) != 0 {
		t.Errorf("output %+v", r.outputs)
	}
}
