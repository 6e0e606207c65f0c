//go:build linux

package main

import (
	"crypto/sha256"
	"errors"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// bareFor is how long bare loops run.
const bareFor = 2 * time.Second

// loop is how often a second these cores do what programs here do, each by itself and
// with no node: what the machine has to give at the time. Two cores that share one, or
// with others, do not do twice as much.
func loop(cores []int, length time.Duration) (rate float64, err error) {
	counts, errs := make([]int, len(cores)), make([]error, len(cores))
	var loops sync.WaitGroup
	for i, core := range cores {
		loops.Go(func() {
			runtime.LockOSThread() // and not unlocked: the thread ends with this
			var only unix.CPUSet
			only.Set(core)
			if errs[i] = unix.SchedSetaffinity(0, &only); errs[i] != nil {
				return
			}
			sum := sha256.Sum256(nil)
			for end := time.Now().Add(length); time.Now().Before(end); counts[i]++ {
				for range 1000 {
					sum = sha256.Sum256(sum[:])
				}
			}
			runtime.KeepAlive(sum)
		})
	}
	loops.Wait()
	for _, n := range counts {
		rate += float64(n) / length.Seconds()
	}
	return rate, errors.Join(errs...)
}
