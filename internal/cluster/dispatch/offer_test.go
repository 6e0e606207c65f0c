package dispatch

import (
	"fmt"
	"slices"
	"testing"
)

func TestTheBestOffer(t *testing.T) {
	here := func(o Offer) candidate { return candidate{node: "here", here: true, offer: o, lot: 2} }
	there := func(o Offer) candidate { return candidate{node: "there", offer: o, lot: 1} }
	for _, tt := range []struct {
		name        string
		here, there Offer
		want        string
	}{
		{"equals: no hop", Offer{Idle: 1}, Offer{Idle: 4}, "here"},
		{"a warm worker is worth a hop", Offer{}, Offer{Idle: 1}, "there"},
		{"a little more load is not", Offer{Busy: 0.4, Idle: 1}, Offer{Idle: 1}, "here"},
		{"a busy core is", Offer{Busy: 1, Idle: 1}, Offer{Idle: 1}, "there"},
		{"a queue is worse than any load", Offer{Waiting: 1}, Offer{Busy: 7}, "there"},
		{"so is a full house", Offer{Full: true}, Offer{Busy: 7}, "there"},
		{"the shorter queue", Offer{Waiting: 3}, Offer{Waiting: 2}, "there"},
		{"a promise before all", Offer{Idle: 3}, Offer{Promised: true, Waiting: 9, Full: true}, "there"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := []candidate{here(tt.here), there(tt.there)}
			slices.SortFunc(list, better)
			if list[0].node != tt.want {
				t.Errorf("chose %s", list[0].node)
			}
		})
	}
}

// Gateways that hear the same do not all choose the same of equals.
func TestLotsDecideAmongEquals(t *testing.T) {
	chosen := map[string]bool{}
	for range 200 {
		var list []candidate
		for i := range 3 {
			list = append(list, newCandidate(fmt.Sprint(i), false, Offer{Idle: 1}))
		}
		slices.SortFunc(list, better)
		chosen[list[0].node] = true
	}
	if len(chosen) != 3 {
		t.Errorf("of three equals these were chosen: %v", chosen)
	}
}
