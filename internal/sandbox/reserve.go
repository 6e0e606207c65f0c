package sandbox

import (
	"runtime"
	"sync"
)

// spareThreads is how many threads the server keeps beyond those that run. Go's
// runtime makes one when a system call blocks and another goroutine is ready,
// and ends the whole process when it cannot: a program that takes every process
// id of a container would take the server with it. The server's own system
// calls are short, so a few are enough.
const spareThreads = 24

// reserveThreads makes n threads and leaves them to the runtime, which keeps
// threads for good and uses one of those before it asks for a new one.
func reserveThreads(n int) {
	var all, held sync.WaitGroup
	release := make(chan struct{})
	held.Add(n)
	for range n {
		all.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			held.Done()
			<-release
		})
	}
	held.Wait()
	close(release)
	all.Wait()
}
