package race

import (
	"runtime/debug"
	"testing"
	"unsafe"
)

// history is a program of some goroutines, each step by one of them.
type history struct {
	d       *Detector
	threads []*thread
	memory  [64]byte
}

func newHistory(n int) *history {
	h := &history{d: &Detector{most: 1 << 20}}
	h.d.forget()
	for i := range n {
		t := newThread()
		t.takes(i, 0)
		h.threads = append(h.threads, t)
	}
	return h
}

// touch is an access of a goroutine to some bytes. It says whether it is a race.
func (h *history) touch(by, at, size int, write, atomic bool) bool {
	t := h.threads[by]
	c := h.d.access(t, unsafe.Pointer(&h.memory[at]), uintptr(size), t.accessed(nil, nil, write, atomic))
	return c.before != nil
}

func (h *history) read(by, at, size int) bool  { return h.touch(by, at, size, false, false) }
func (h *history) write(by, at, size int) bool { return h.touch(by, at, size, true, false) }

// order lets b know what a has done.
func (h *history) order(a, b int) {
	var o object
	o.releaseBy(h.threads[a])
	o.acquireBy(h.threads[b])
}

func TestAccesses(t *testing.T) {
	for _, tt := range []struct {
		name string
		race bool
		last func(h *history) bool
	}{
		{"two writes", true, func(h *history) bool { h.write(0, 0, 8); return h.write(1, 0, 8) }},
		{"two reads", false, func(h *history) bool { h.read(0, 0, 8); return h.read(1, 0, 8) }},
		{"a read and a write", true, func(h *history) bool { h.read(0, 0, 8); return h.write(1, 0, 8) }},
		{"an ordered write", false, func(h *history) bool { h.write(0, 0, 8); h.order(0, 1); return h.write(1, 0, 8) }},
		{"ordered the other way", true, func(h *history) bool { h.write(0, 0, 8); h.order(1, 0); return h.write(1, 0, 8) }},
		{"after what was passed on", true, func(h *history) bool { h.order(0, 1); h.write(0, 0, 8); return h.write(1, 0, 8) }},
		{"by way of a third", false, func(h *history) bool { h.write(0, 0, 8); h.order(0, 2); h.order(2, 1); return h.write(1, 0, 8) }},
		{"one of several reads", true, func(h *history) bool { h.read(0, 0, 8); h.read(2, 0, 8); h.order(2, 1); return h.write(1, 0, 8) }},
		{"all of several reads", false, func(h *history) bool {
			h.read(0, 0, 8)
			h.read(2, 0, 8)
			h.order(0, 1)
			h.order(2, 1)
			return h.write(1, 0, 8)
		}},
		{"neighbours in a word", false, func(h *history) bool { h.write(0, 0, 4); return h.write(1, 4, 4) }},
		{"a byte of a word", true, func(h *history) bool { h.write(0, 0, 8); return h.read(1, 5, 1) }},
		{"the word of a byte", true, func(h *history) bool { h.write(0, 5, 1); return h.read(1, 0, 8) }},
		{"across words", true, func(h *history) bool { h.write(0, 4, 8); return h.read(1, 8, 1) }},
		{"two atomic", false, func(h *history) bool { h.touch(0, 0, 4, true, true); return h.touch(1, 0, 4, true, true) }},
		{"atomic and plain", true, func(h *history) bool { h.touch(0, 0, 4, true, true); return h.write(1, 0, 4) }},
		{"forgotten", false, func(h *history) bool { h.write(0, 0, 8); h.d.forget(); return h.write(1, 0, 8) }},
		{"far apart", true, func(h *history) bool {
			h.write(0, 0, 8)
			for range 1000 {
				h.write(1, 16, 8)
				h.order(1, 0)
			}
			return h.write(1, 0, 8)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.last(newHistory(3)); got != tt.race {
				t.Errorf("race: %v, want %v", got, tt.race)
			}
		})
	}
}

// A goroutine gets the slot of one of whose end it knows, and no other.
func TestSlots(t *testing.T) {
	h := newHistory(2)
	d := h.d
	d.threads = append(d.threads, h.threads...)
	ended := h.threads[1]
	h.write(1, 0, 8)
	ended.touched = ended.now()
	d.free = append(d.free, ended)
	if slot, _ := d.slot(h.threads[0].knows); slot == ended.slot {
		t.Error("who knows nothing of the end has the slot")
	}
	h.order(1, 0)
	slot, used := d.slot(h.threads[0].knows)
	if slot != ended.slot || used != ended.now().time() {
		t.Errorf("slot %d from %d on", slot, used)
	}
}

// While a program is compiled the collector runs as ever: nothing is watched yet that it
// could free, and a detector that gave up by then would tell of a program that there is not.
func TestCompilesUnwatched(t *testing.T) {
	const usual = 100
	defer debug.SetGCPercent(debug.SetGCPercent(usual))
	d := New(nil, nil, 1<<30)
	if got := debug.SetGCPercent(usual); got != usual || d.table.Load() != nil {
		t.Errorf("the collector runs at %d %%, and a table is there: %v", got, d.table.Load() != nil)
	}
}
