package stream

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestRoomReads(t *testing.T) {
	m := newRoom(1 << 20)
	for _, n := range []int{0, 1, 511, 512, 513, smallMessage, smallMessage + 1, 99_999, 100_000} {
		want := bytes.Repeat([]byte("x"), n)
		for _, r := range []io.Reader{bytes.NewReader(want), iotest.OneByteReader(bytes.NewReader(want)), iotest.DataErrReader(bytes.NewReader(want))} {
			got, held, err := m.read("a", r, 100_000)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes: got %d, %v", n, len(got), err)
			}
			if held != m.held || n > smallMessage && held < int64(n) {
				t.Errorf("%d bytes hold room for %d", n, held)
			}
			m.give("a", held)
		}
	}
	for _, limit := range []int64{0, 10, 100_000} {
		if _, _, err := m.read("a", strings.NewReader(strings.Repeat("x", int(limit)+1)), limit); !errors.Is(err, errTooLong) {
			t.Errorf("one byte more than %d: %v", limit, err)
		}
	}
	if _, _, err := m.read("a", io.MultiReader(strings.NewReader(strings.Repeat("x", 9999)), iotest.ErrReader(io.ErrUnexpectedEOF)), 100_000); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a broken message: %v", err)
	}
	if m.held != 0 || len(m.clients) != 0 {
		t.Errorf("not given back: %d bytes of %v", m.held, m.clients)
	}
}

// What one client begins and never ends does not keep out the next; when all
// room is taken, a message waits for a while.
func TestRoomIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newRoom(1 << 20)
		begun := make([]io.Closer, 0, 100)
		hold := func(client string) {
			r, w := io.Pipe()
			begun = append(begun, w)
			go func() {
				_, held, _ := m.read(client, r, 100_000)
				m.give(client, held)
			}()
			go func() { _, _ = w.Write(make([]byte, 60_000)) }()
		}
		for range 50 {
			hold("greedy")
		}
		time.Sleep(2 * roomWait)
		synctest.Wait()
		if m.held > m.most || m.clients["greedy"] < 60_000 {
			t.Errorf("one client alone holds %d of %d", m.clients["greedy"], m.most)
		}
		began := time.Now()
		long := strings.Repeat("x", 100_000)
		_, held, err := m.read("honest", strings.NewReader(long), 100_000)
		if err != nil || time.Since(began) != 0 {
			t.Errorf("beside it: %v after %v", err, time.Since(began))
		}
		m.give("honest", held)
		if _, _, err := m.read("greedy", strings.NewReader(strings.Repeat("x", smallMessage-1)), 100_000); err != nil {
			t.Errorf("a small message: %v", err)
		}
		for i := range 50 {
			hold(strings.Repeat("y", i))
		}
		time.Sleep(2 * roomWait)
		synctest.Wait()
		if m.held > m.most {
			t.Errorf("%d bytes are held of %d", m.held, m.most)
		}
		m.held += m.most // as if more came than there is
		if _, _, err := m.read("late", strings.NewReader(long), 100_000); !errors.Is(err, errNoRoom) {
			t.Errorf("no room: %v", err)
		}
		go func() {
			time.Sleep(roomWait / 2)
			m.mu.Lock()
			m.held -= m.most
			m.mu.Unlock()
			for _, w := range begun {
				w.Close()
			}
		}()
		if _, _, err := m.read("late", strings.NewReader(long), 100_000); err != nil {
			t.Errorf("when there is room again: %v", err)
		}
	})
}
