package dispatch

import (
	"encoding/json"
	"fmt"
	"time"

	"playground/internal/admit"
	"playground/internal/journal"
	"playground/internal/protocol"
	"playground/internal/sandbox"
)

// major is part of every subject: nodes of another one do not hear us. minor is in
// every message: what it adds are fields and verbs, which older nodes do not know and
// leave alone. Nodes of one major version work together.
const (
	major = "v1"
	minor = 2 // has news
)

// The last parts of subjects.
const (
	verbBeat   = "beat"
	verbAsk    = "ask"
	verbPlaced = "placed"
	verbAnswer = "answer"
	verbStart  = "start"
	verbRead   = "read"
	verbMore   = "more"
	verbClose  = "close"
	verbKill   = "kill"
	verbGone   = "gone"
	verbInput  = "input"
	verbFeed   = "feed"
	verbPing   = "ping"
	verbNews   = "news"
)

// beat says that a node is there. Each process has an id of its own, so one that was
// started again under its name is another.
type beat struct {
	Minor   int    `json:"minor"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Runner  bool   `json:"runner,omitempty"`
	Leaving bool   `json:"leaving,omitempty"` // the last one
}

// runKey names a run between nodes: the hash of its session's token, and its id.
type runKey struct {
	Session string `json:"session"`
	ID      string `json:"run"`
}

// ask asks every node for a run and, if it is to be started, for room. Stamp is the
// turn of who is about to start it, 0 of who only looks for it.
type ask struct {
	Minor  int    `json:"minor"`
	From   string `json:"from"`
	Number uint64 `json:"number"`
	runKey
	Client string `json:"client,omitempty"`
	Start  bool   `json:"start,omitempty"`
	Stamp  uint64 `json:"stamp,omitempty"`
}

// answer is what a node knows of what was asked.
type answer struct {
	Minor    int    `json:"minor"`
	From     string `json:"from"`
	Number   uint64 `json:"number"`
	Has      bool   `json:"has,omitempty"`      // the run is here
	Gone     bool   `json:"gone,omitempty"`     // it was here
	Print    []byte `json:"print,omitempty"`    // what it was asked to be, if it is here
	Starting bool   `json:"starting,omitempty"` // this node is about to start it, and its turn is first
	Placed   string `json:"placed,omitempty"`   // the node that it was given to
	Active   int    `json:"active,omitempty"`   // runs of the session that have not ended here
	Offer    *Offer `json:"offer,omitempty"`    // room for it; nil for none at all
}

// placed tells every node where a run is.
type placed struct {
	Minor int `json:"minor"`
	runKey
	Node string `json:"node"`
}

// news tells every node what clients did at this one since the last.
type news struct {
	Minor   int          `json:"minor"`
	From    string       `json:"from"`
	Clients []admit.News `json:"clients"`
}

// start asks a node to run a program, and to send what it says to a first reader: a
// program that is refused is no run, and nobody could ask for it later. Without a number there is none.
type start struct {
	Minor int `json:"minor"`
	runKey
	Client  string           `json:"client"`
	Request protocol.Request `json:"request"`
	Read    read             `json:"read"`
}

// reply answers what was asked of one node.
type reply struct {
	Minor int             `json:"minor"`
	Error *protocol.Error `json:"error,omitempty"`
	Trace string          `json:"trace,omitempty"`
}

// read asks for what a run says after a number, in batches named by the reader's
// number, of Credit bytes until there is more credit.
type read struct {
	Minor  int    `json:"minor"`
	From   string `json:"from"`
	Number uint64 `json:"number"`
	runKey
	After  int64 `json:"after,omitempty"`
	Credit int64 `json:"credit"`
}

// more says how many bytes may have been sent to a reader in all; close, that it
// reads no more.
type more struct {
	Minor  int    `json:"minor"`
	From   string `json:"from"`
	Number uint64 `json:"number"`
	Credit int64  `json:"credit,omitempty"`
}

// input is a part of a run's standard input, or its end.
type input struct {
	Minor int `json:"minor"`
	runKey
	Writer string `json:"writer,omitempty"`
	Part   int64  `json:"part,omitempty"`
	Body   string `json:"body,omitempty"`
	Close  bool   `json:"close,omitempty"`
}

// batch is some of what a run says: this, a newline, and the bytes of all entries,
// one after the other. One without entries says how far the reader ought to be.
type batch struct {
	Minor   int     `json:"minor"`
	From    string  `json:"from"`
	Number  uint64  `json:"number"`
	Seq     int64   `json:"seq"` // of the last numbered entry that was sent
	Entries []entry `json:"entries,omitempty"`
}

// entry is a journal.Entry without its bytes.
type entry struct {
	Seq    int64 `json:"s,omitempty"`
	Stream int   `json:"o,omitempty"`
	T      int64 `json:"t,omitempty"` // microseconds
	Len    int   `json:"n"`
	Last   bool  `json:"l,omitempty"`
	Newest bool  `json:"w,omitempty"`
}

// overhead is what an entry counts for beside its bytes, in a reader's credit.
const overhead = 160

func sizeOf(e journal.Entry) int64 { return int64(overhead + len(e.Text) + len(e.Line)) }

// encode is m as it is sent.
func encode(m any) []byte {
	b, err := json.Marshal(m)
	if err != nil {
		// Every message is a struct of strings, numbers and bytes.
		panic("dispatch: message that JSON cannot encode: " + err.Error())
	}
	return b
}

// appendEntry adds e to a batch and to the bytes behind it.
func (b *batch) appendEntry(body []byte, e journal.Entry) []byte {
	bytes := e.Line
	if e.Stream != 0 {
		bytes = e.Text
	}
	b.Entries = append(b.Entries, entry{
		Seq: e.Seq, Stream: int(e.Stream), T: e.T.Microseconds(), Len: len(bytes), Last: e.Last, Newest: e.Newest,
	})
	if e.Seq > 0 {
		b.Seq = e.Seq
	}
	return append(body, bytes...)
}

// entries puts a batch and its bytes together again.
func (b batch) entries(body []byte) ([]journal.Entry, error) {
	list := make([]journal.Entry, 0, len(b.Entries))
	for _, e := range b.Entries {
		if e.Len < 0 || e.Len > len(body) {
			return nil, fmt.Errorf("an entry of %d bytes, of which %d have come", e.Len, len(body))
		}
		out := journal.Entry{Seq: e.Seq, Last: e.Last, Newest: e.Newest}
		if e.Stream != 0 {
			out.Stream, out.T, out.Text = sandbox.Stream(e.Stream), time.Duration(e.T)*time.Microsecond, body[:e.Len:e.Len]
		} else {
			out.Line = body[:e.Len:e.Len]
		}
		body = body[e.Len:]
		list = append(list, out)
	}
	return list, nil
}
