package sandbox_test

import (
	"math"
	"testing"

	"playground/internal/sandbox"
)

// waiting starts n goroutines that all wait at the same time, depth calls deep.
const waiting = `package main

import "sync"

var ready, done sync.WaitGroup
var stop = make(chan bool)

func wait(depth int) int {
	if depth > 0 {
		return wait(depth-1) + 1
	}
	ready.Done()
	<-stop
	return 0
}

func start(n, depth int) {
	for range n {
		ready.Add(1)
		done.Add(1)
		go func() {
			wait(depth)
			done.Done()
		}()
	}
	ready.Wait()
	close(stop)
	done.Wait()
	println("all")
}
`

const descent = `package main

func depth(n int) int {
	if n == 0 {
		return 0
	}
	return depth(n-1) + 1
}

func main() { println(depth(400_000)) }
`

// Compiled programs hold 29 MB with ten thousand goroutines that wait, ten calls deep or
// not. What an article tries with them has to fit here as well, in the limits that a
// worker has by default. When the collector runs, and with how many threads, decides
// about two or three of the megabytes: what counts is the least of some runs.
func TestManyGoroutinesAndDeepCallsFit(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	const mb = 1_000_000
	for name, tt := range map[string]struct {
		source, out string
		most        int64
	}{
		"10,000 wait":                {waiting + "func main() { start(10_000, 0) }", "all\n", 29 * mb * 3 / 2},
		"10,000 wait ten calls deep": {waiting + "func main() { start(10_000, 10) }", "all\n", 29 * mb * 31 / 20},
		"25,000 wait":                {waiting + "func main() { start(25_000, 0) }", "all\n", 128 << 20},
		"400,000 calls deep":         {descent, "400000\n", 128 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			least := int64(math.MaxInt64)
			for range 5 {
				var tr transcript
				res, err := s.Run(t.Context(), sandbox.Program{Source: tt.source}, tr.sink)
				if err != nil || res.Status != sandbox.StatusOK || tr.text() != tt.out {
					t.Fatalf("ended with %v: %+v\n%s", err, res, tr.text())
				}
				if least = min(least, res.PeakMemory); least <= tt.most {
					return
				}
			}
			t.Errorf("it held at least %d bytes, want at most %d", least, tt.most)
		})
	}
}
