package stream

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"playground/internal/runs"
)

// clientFrame is a masked frame with n bytes of payload; first is its first byte.
func clientFrame(first byte, n int) []byte {
	head := []byte{first}
	switch {
	case n < 126:
		head = append(head, 0x80|byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 0x80|126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 0x80|127), uint64(n))
	}
	return append(append(head, 0, 0, 0, 0), bytes.Repeat([]byte{0x89}, n)...)
}

const (
	finalText, firstText, part, lastPart = 0x81, 0x01, 0x00, 0x80
	aPing, aPong                         = 0x89, 0x8a
)

// Frames that bring something are not counted, however they are cut on the way.
func TestFramesThatBringNothingAreCounted(t *testing.T) {
	for _, tt := range []struct {
		name  string
		frame []byte
		idle  bool
	}{
		{"a short message", clientFrame(finalText, 5), false},
		{"one of 16 bits' length", clientFrame(finalText, 300), false},
		{"one of 64 bits' length", clientFrame(finalText, 1<<16), false},
		{"a large part", append(clientFrame(firstText, smallPart), clientFrame(lastPart, 1)...), false},
		{"a ping", clientFrame(aPing, 0), true},
		{"a pong with text", clientFrame(aPong, 125), true},
		{"the beginning of a message without any of it", clientFrame(firstText, 0), true},
		{"one byte of a message", clientFrame(part, 1), true},
	} {
		for _, cut := range []func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.HalfReader,
		} {
			synctest.Test(t, func(t *testing.T) {
				f := &frameReader{every: time.Second, r: cut(bytes.NewReader(bytes.Repeat(tt.frame, 2*idleFrames)))}
				_, err := io.Copy(io.Discard, f)
				if got := errors.Is(err, errIdleFrames); got != tt.idle {
					t.Errorf("%s, often: %v", tt.name, err)
				}
			})
		}
	}
}

// One a second, and some at once, are anybody's right.
func TestSomeIdleFramesAreFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		defer w.Close()
		read := make(chan error)
		go func() {
			_, err := io.Copy(io.Discard, &frameReader{every: time.Second, r: r})
			read <- err
		}()
		for range 10 * idleFrames {
			_, _ = w.Write(clientFrame(aPing, 4))
			time.Sleep(time.Second)
		}
		_, _ = w.Write(bytes.Repeat(clientFrame(aPong, 0), idleFrames))
		w.Close()
		if err := <-read; err != nil {
			t.Error(err)
		}
	})
}

// The library would answer pings, and join parts of nothing, as fast as they come.
func TestFloodOfIdleFramesEndsTheSession(t *testing.T) {
	floods := map[string][]byte{
		"pings":            bytes.Repeat(clientFrame(aPing, 0), 10*idleFrames),
		"parts of nothing": append(clientFrame(firstText, 0), bytes.Repeat(clientFrame(part, 0), 10*idleFrames)...),
	}
	for name, flood := range floods {
		s, addr := startServer(t, Config{}, runs.Config{})
		_, _ = rawDial(t, addr).Write(flood) // it may be cut off in the midst of it
		eventually(t, name+" end the session", func() bool { return s.Sessions() == 0 })
	}
}
