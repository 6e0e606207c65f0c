package goid

import (
	"sync"
	"testing"
)

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}

func TestCurrent(t *testing.T) {
	ids := make([]uintptr, 50)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range ids {
		wg.Go(func() {
			ids[i] = Current()
			<-start
			if Current() != ids[i] {
				t.Error("one goroutine has two identities")
			}
		})
	}
	close(start)
	wg.Wait()
	seen := map[uintptr]bool{}
	for _, id := range ids {
		if id == 0 {
			t.Error("a goroutine has no identity")
		}
		seen[id] = true
	}
	if len(seen) == 0 {
		t.Error("no identities")
	}
}
