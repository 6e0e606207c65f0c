package budget

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// tidyPeriod is how often the janitor looks.
	tidyPeriod = 10 * time.Second
	// tidyWorth is what must have been allocated in one period, in bytes, for
	// memory to be given back after it.
	tidyWorth = 2 << 20
	// tidyRounds is the number of periods, after load has fallen, in which what
	// it leaves behind is found: ended runs are kept for half a minute, and
	// connections for a while.
	tidyRounds = 6
)

// janitor gives memory back to the machine after load has fallen. Go's runtime
// collects garbage when as much again as is in use was allocated, and after a
// crowd has left nobody allocates. Load is what is allocated in a period.
type janitor struct {
	allocated uint64 // at the last look
	most      uint64 // allocated in a period since load fell
	rounds    int    // that are left
}

// Tidy gives memory back to the machine whenever load has fallen, until ctx ends.
func Tidy(ctx context.Context) {
	tick := time.NewTicker(tidyPeriod)
	defer tick.Stop()
	var j janitor
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if j.due(allocated()) {
			runtime.GC() // empties the pools; the next frees what was in them
			debug.FreeOSMemory()
		}
	}
}

// due reports whether memory is to be given back now, given all the bytes that
// were ever allocated: when load has fallen to half, and in every second of the
// rounds after that.
func (j *janitor) due(allocated uint64) bool {
	load := allocated - j.allocated
	j.allocated = allocated
	j.most = max(j.most, load)
	if j.most >= tidyWorth && load <= j.most/2 {
		j.most, j.rounds = load, tidyRounds
		return true
	}
	j.rounds = max(j.rounds-1, 0)
	return j.rounds%2 == 1
}

// allocated is how many bytes of heap were ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
