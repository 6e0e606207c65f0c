package sandbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

func nobody(int) error { return nil }

// Waiters are served in order, and each hears of every place it moves up.
func TestAdmissionQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAdmission(1, 3)
		leave, err := a.enter(t.Context(), nobody)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []int
		positions := make([][]int, 3)
		var waiting sync.WaitGroup
		for i := range 3 {
			waiting.Go(func() {
				leave, err := a.enter(t.Context(), func(p int) error {
					mu.Lock()
					defer mu.Unlock()
					positions[i] = append(positions[i], p)
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				synctest.Wait()
				leave()
			})
			synctest.Wait()
		}
		var busy *BusyError
		if _, err := a.enter(t.Context(), nobody); !errors.As(err, &busy) || busy.Waiting != 3 {
			t.Errorf("a fourth waiter got %v, want busy with 3 waiting", err)
		}
		leave()
		waiting.Wait()
		if !slices.Equal(order, []int{0, 1, 2}) {
			t.Errorf("served in order %v", order)
		}
		for i, want := range [][]int{{1}, {2, 1}, {3, 2, 1}} {
			if !slices.Equal(positions[i], want) {
				t.Errorf("waiter %d heard %v, want %v", i, positions[i], want)
			}
		}
		if running, waiting := a.load(); running != 0 || waiting != 0 {
			t.Errorf("left over: %d running, %d waiting", running, waiting)
		}
	})
}

// A waiter who gives up loses neither its place to nobody nor a slot.
func TestAdmissionAbandoned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAdmission(1, 2)
		leave, _ := a.enter(t.Context(), nobody)
		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("gone")
		var first, second error
		var waiting sync.WaitGroup
		waiting.Go(func() { _, first = a.enter(ctx, nobody) })
		synctest.Wait()
		waiting.Go(func() {
			var leave func()
			if leave, second = a.enter(t.Context(), nobody); second == nil {
				leave()
			}
		})
		synctest.Wait()
		cancel(gone)
		synctest.Wait()
		leave()
		waiting.Wait()
		if !errors.Is(first, gone) || second != nil {
			t.Errorf("first waiter: %v, second: %v", first, second)
		}
		if running, waiting := a.load(); running != 0 || waiting != 0 {
			t.Errorf("left over: %d running, %d waiting", running, waiting)
		}
	})
}
