package observe

import (
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"

	"playground/internal/gofront/abi"
)

// parking is a goroutine between the observer's lock and the queue of the runtime in
// which it waits. Nobody else tries a channel meanwhile: the runtime's queues have the
// order of the observer's by that, so that a value is never taken for another's.
type parking struct {
	last   *unsafe.Pointer // the end of the runtime's queue
	before unsafe.Pointer  // what that was
	back   atomic.Bool     // it does not wait any more
}

// park says that the calling goroutine will wait at a channel. The lock is held.
func park(ch reflect.Value, send bool) *parking {
	h := (*abi.Chan)(ch.UnsafePointer())
	p := &parking{last: &h.Recv.Last}
	if send {
		p.last = &h.Send.Last
	}
	p.before = atomic.LoadPointer(p.last)
	return p
}

// parked says whether it waits, or has done so.
func (p *parking) parked() bool {
	return p.back.Load() || atomic.LoadPointer(p.last) != p.before
}

// settled waits, without the lock, until nobody is about to wait at x.
func (o *Observer) settled(x *object) {
	for x.parks != nil && !x.parks.parked() {
		o.mu.Unlock()
		runtime.Gosched()
		o.mu.Lock()
	}
	x.parks = nil
}
