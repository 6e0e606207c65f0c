package race

import (
	"math/rand/v2"
	"testing"
)

// Clocks know what maps do that are told the same, whatever they share.
func TestClocks(t *testing.T) {
	const slots, clocks, steps = 1500, 6, 2000
	random := rand.New(rand.NewPCG(1, 2))
	var list [clocks]clock
	var want [clocks]map[int]uint32
	for i := range want {
		want[i] = map[int]uint32{}
	}
	for range steps {
		i := random.IntN(clocks)
		k := (i + 1 + random.IntN(clocks-1)) % clocks
		slot, time := random.IntN(slots), random.Uint32N(100)
		if random.IntN(2) == 0 {
			slot %= nearSlots + 2*leafSlots
		}
		switch random.IntN(8) {
		case 0:
			list[i], want[i] = list[k].clone(), map[int]uint32{}
			fallthrough
		case 1, 2:
			list[i].join(list[k])
			for s, at := range want[k] {
				want[i][s] = max(want[i][s], at)
			}
		default:
			list[i].put(at(slot, time))
			want[i][slot] = max(want[i][slot], time)
		}
	}
	for i := range list {
		for slot := range slots + blockSlots {
			if got := list[i].time(slot); got != want[i][slot] {
				t.Fatalf("clock %d knows goroutine %d up to %d, want %d", i, slot, got, want[i][slot])
			}
			if time := want[i][slot]; !list[i].knows(at(slot, time)) || list[i].knows(at(slot, time+1)) {
				t.Fatalf("clock %d knows goroutine %d wrongly", i, slot)
			}
		}
	}
}

// Who learns all that somebody knows, shares it: goroutines that wait for the same have
// little of their own.
func TestClocksShare(t *testing.T) {
	const slots = 10_000
	var everybody clock
	for slot := range slots {
		everybody.put(at(slot, 1))
	}
	own := everybody.clone()
	own.put(at(slots-1, 2))
	for i := range everybody.far[:len(everybody.far)-1] {
		if own.far[i] != everybody.far[i] {
			t.Fatalf("block %d is a copy", i)
		}
	}
	var early clock
	early.put(at(slots/2, 1))
	early.join(everybody)
	if &early.far[0] != &everybody.far[0] {
		t.Error("who knew less has a copy")
	}
	if allocated := testing.AllocsPerRun(10, func() { early.join(everybody); own.join(everybody) }); allocated != 0 {
		t.Errorf("learning nothing new allocates %v times", allocated)
	}
}

// Of a crowd at a channel everybody learns what one of them was given, and who comes later
// does not.
func TestCrowd(t *testing.T) {
	var q queue
	h := newHistory(3)
	giver, late := h.threads[0], h.threads[1]
	var waits []*waiting
	for range 2 * crowd {
		waits = append(waits, q.enter(h.threads[2]))
	}
	if all := q.all(); !all.knows(at(2, 2*crowd)) {
		t.Error("what the last one knows is not known of them")
	}
	gift := giver.passes()
	q.hand(gift)
	w := q.enter(late)
	for _, w := range waits {
		if q.leave(w); len(w.got) != 1 || !w.got[0].knows(at(0, gift.time(0))) {
			t.Fatalf("one of them was given %v", w.got)
		}
	}
	if q.leave(w); len(w.got) != 0 {
		t.Errorf("who came later was given %v", w.got)
	}
	if !q.given.none() {
		t.Error("what was given is kept, though nobody waits")
	}
}
