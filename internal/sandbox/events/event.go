package events

import (
	"encoding/binary"
	"errors"
	"unicode"
	"unicode/utf8"
)

// Kind says what happened. It is part of the protocol: names are never given another
// meaning.
type Kind uint8

// The kinds. Which fields of an Event count beside T and G is behind each.
const (
	invalid Kind = iota
	// Definitions: what other events refer to by a number.
	KindSite   // Site: a line of the program. N is the line, Text file and function
	KindObject // Object: a channel, lock or the like, made at Site. N is a channel's capacity, Text its type

	KindGo      // G started goroutine Peer at Site. Text is the function
	KindStart   // G begins; Peer started it, 0 for main and for the library's
	KindEnd     // G has ended
	KindBlock   // G waits for Object at Site. Text is the state in Go's words
	KindWake    // and goes on; Peer was the one that woke it, if that is known
	KindSend    // G sent value number N through Object at Site. Text is the value
	KindRecv    // G received value number N of Object at Site, sent by Peer; N is 0 if it is closed
	KindClose   // G closed the channel Object at Site
	KindSelect  // G chose case N of a select at Site, -1 for the default
	KindLock    // G has the lock Object at Site. Text is the method
	KindUnlock  // and gives it back
	KindAdd     // the counter of the WaitGroup Object is N now
	KindSync    // another call of sync at Site. Text is the method, N how often since the last such event
	KindAtomic  // the same of sync/atomic
	KindTimer   // a timer, ticker or sleep of N µs at Site. Text is the function
	KindContext // a context was made at Site. Text is the function
	KindCancel  // the context Object was cancelled at Site. Text is the cause
	KindPrint   // G printed N bytes at Site, in a schedule that is followed. Text is how they begin
	KindSwitch  // G was stopped at Site, before Text, and Peer went on, 0 for the clock. N is the choice's number

	numKinds
)

// names are the kinds in messages.
var names = [numKinds]string{
	"", "site", "object", "go", "start", "end", "block", "wake", "send", "recv", "close", "select",
	"lock", "unlock", "add", "sync", "atomic", "timer", "context", "cancel", "print", "switch",
}

// String is the kind's name in messages.
func (k Kind) String() string { return names[k] }

// MarshalText gives the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Kinds are all of them.
func Kinds() []Kind {
	list := make([]Kind, 0, numKinds-1)
	for k := invalid + 1; k < numKinds; k++ {
		list = append(list, k)
	}
	return list
}

// Event is something that a goroutine did.
type Event struct {
	Kind   Kind
	T      int64 // µs: of the monotonic clock in the ring, of the run's in what Reader returns
	G      int64 // the goroutine's number
	Site   int64 // 0 for none
	Object int64 // 0 for none
	Peer   int64 // another goroutine, 0 for none
	N      int64
	Text   string
}

const (
	// MaxText bounds an event's text in bytes.
	MaxText = 120
	// maxRecord is the length of a record without its first byte.
	maxRecord = 255
	// maxNumber bounds the numbers of goroutines, sites and objects.
	maxNumber = 1 << 31
)

// Append appends e's record.
func (e Event) Append(b []byte) []byte {
	start := len(b)
	b = append(b, 0, byte(e.Kind))
	b = binary.AppendUvarint(b, uint64(e.T))
	b = binary.AppendUvarint(b, uint64(e.G))
	b = binary.AppendUvarint(b, uint64(e.Site))
	b = binary.AppendUvarint(b, uint64(e.Object))
	b = binary.AppendUvarint(b, uint64(e.Peer))
	b = binary.AppendVarint(b, e.N)
	b = append(b, e.Text[:min(len(e.Text), MaxText)]...)
	b[start] = byte(len(b) - start - 1)
	return b
}

// errRecord is a record that no worker has written.
var errRecord = errors.New("events: not a record")

// parse reads a record without its first byte. Its text is made fit to be shown.
func parse(b []byte) (e Event, err error) {
	if len(b) == 0 || b[0] == 0 || Kind(b[0]) >= numKinds {
		return e, errRecord
	}
	e.Kind, b = Kind(b[0]), b[1:]
	for _, f := range []*int64{&e.T, &e.G, &e.Site, &e.Object, &e.Peer} {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<62 || f != &e.T && v >= maxNumber {
			return e, errRecord
		}
		*f, b = int64(v), b[n:]
	}
	v, n := binary.Varint(b)
	if n <= 0 || len(b)-n > MaxText {
		return e, errRecord
	}
	e.N, e.Text = v, shown(b[n:])
	return e, nil
}

// shown is a text without what is no printable character. It may have been cut within
// one.
func shown(b []byte) string {
	ok := true
	for _, c := range b {
		ok = ok && ' ' <= c && c < 0x7f
	}
	if ok {
		return string(b)
	}
	out := make([]rune, 0, len(b))
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != separator {
			r = '\uFFFD'
		}
		out, b = append(out, r), b[n:]
	}
	return string(out)
}

// separator is between file and function in the text of a KindSite.
const separator = '\t'

// SiteText is the text of a site. Of long names the end tells more.
func SiteText(file, function string) string {
	const half = MaxText / 2
	return tail(file, half-1) + string(separator) + tail(function, half)
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }
