package wire

import (
	"bytes"
	"strings"
	"testing"
)

// gather splits b, given in pieces of n bytes, and writes the streams as their
// number before each run of data.
func gather(b []byte, n int) (string, bool) {
	var f FrameSplitter
	var got strings.Builder
	var last byte
	for len(b) > 0 {
		piece := bytes.Clone(b[:min(n, len(b))])
		b = b[len(piece):]
		ok := f.Split(piece, func(stream byte, data []byte) {
			if stream != last {
				got.WriteByte('0' + stream)
				last = stream
			}
			got.Write(data)
		})
		if !ok {
			return got.String(), false
		}
	}
	return got.String(), true
}

func TestFramesSplitAnywhere(t *testing.T) {
	var b []byte
	for _, f := range []struct {
		stream byte
		data   string
	}{{StreamOut, "a"}, {StreamOut, "bc"}, {StreamErr, "d"}, {StreamOut, "e"}, {StreamErr, strings.Repeat("f", MaxFrame)}, {StreamErr, "g"}} {
		b = AppendFrame(b, f.stream, []byte(f.data))
	}
	want := "1abc2d1e2" + strings.Repeat("f", MaxFrame) + "g"
	for _, n := range []int{1, 2, 3, 4, 5, 7, 100, 32 << 10, len(b)} {
		if got, ok := gather(b, n); !ok || got != want {
			t.Errorf("in pieces of %d bytes: %t, %.40q", n, ok, got)
		}
	}
}

// What went before a breach is delivered.
func TestFramesThatAreNone(t *testing.T) {
	good := string(AppendFrame(nil, StreamOut, []byte("ok")))
	for _, bad := range []string{"\x00\x00\x01x", "\x03\x00\x01x", "\x01\x00\x00", "\x01\xff\xff", "text"} {
		for n := range 6 {
			if got, ok := gather([]byte(good+bad), n+1); ok || got != "1ok" {
				t.Errorf("%q in pieces of %d: %t, %q", bad, n+1, ok, got)
			}
		}
	}
}

func FuzzFrameSplitter(f *testing.F) {
	f.Add([]byte("\x01\x00\x02hi\x02\x00\x01x"), 2)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 1 {
			return
		}
		whole, ok1 := gather(b, len(b)+1)
		pieces, ok2 := gather(b, n)
		if whole != pieces || ok1 != ok2 {
			t.Errorf("whole %t %q, in pieces %t %q", ok1, whole, ok2, pieces)
		}
	})
}
