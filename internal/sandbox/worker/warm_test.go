package worker

import (
	"runtime"
	"testing"

	"playground/internal/gofront/module"
	"playground/internal/sandbox/worker/interp"
)

// An idle worker holds little of its own: the types of ten packages, and no tables
// that libraries make for positions which nobody asks for.
func TestWarmWorkerHoldsLittle(t *testing.T) {
	before := held()
	machine, err := interp.New(module.Bundled())
	if err != nil {
		t.Fatal(err)
	}
	always := func() bool { return true }
	if err := machine.WarmUp(always); err != nil {
		t.Fatal(err)
	}
	if err := machine.Rehearse(always); err != nil {
		t.Fatal(err)
	}
	const most = 1200 << 10 // 950 KiB were seen; gcimporter's table of lines alone has 512
	if holds := held() - before; holds > most {
		t.Errorf("a warm machine holds %d KiB, want at most %d", holds>>10, most>>10)
	} else {
		t.Logf("%d KiB", holds>>10)
	}
	runtime.KeepAlive(machine)
}

// held is the size of all objects that are alive.
func held() int64 {
	runtime.GC()
	runtime.GC() // what pools had
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
