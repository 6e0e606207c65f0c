package protocol

import (
	"encoding/json"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/events"
)

// EventsVersion is the version of the rows of Events.
const EventsVersion = 1

// Events is what the program's goroutines have done to each other, for a run that asked
// for it.
type Events struct {
	Type    string     `json:"type"` // "events"
	ID      string     `json:"id"`
	Seq     int64      `json:"seq"`
	T       int64      `json:"t"`                 // microseconds since start, of the message; no event is later that is not virtual
	Version int        `json:"version"`           // EventsVersion
	Left    int64      `json:"left,omitempty"`    // how many events were left out before the first of List
	Virtual bool       `json:"virtual,omitempty"` // the events' times are of the clock of an order that is followed
	List    []EventRow `json:"list"`
}

// EventRow is an event as an array: kind, time in microseconds since start, goroutine,
// site, object, other goroutine, number, text. What is zero or empty at the end is left
// out.
type EventRow events.Event

// MarshalJSON implements json.Marshaler.
func (e EventRow) MarshalJSON() ([]byte, error) {
	row := []any{e.Kind.String(), e.T, e.G, e.Site, e.Object, e.Peer, e.N, e.Text}
	for n := len(row) - 1; n > 2 && (row[n] == int64(0) || row[n] == ""); n-- {
		row = row[:n]
	}
	return json.Marshal(row)
}

// NewEvents is a piece of a run's events.
func NewEvents(id string, seq int64, t time.Duration, o sandbox.Observed) Events {
	m := Events{Type: "events", ID: id, Seq: seq, T: t.Microseconds(), Version: EventsVersion, Left: o.Left, Virtual: o.Virtual, List: make([]EventRow, len(o.Events))}
	for i, e := range o.Events {
		m.List[i] = EventRow(e)
	}
	return m
}
