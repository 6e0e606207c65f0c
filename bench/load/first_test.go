//go:build linux

package main

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Whoever goes first does so with all threads, and goes back.
func TestGoFirst(t *testing.T) {
	policy := func() uint32 {
		attr, err := unix.SchedGetAttr(os.Getpid(), 0)
		if err != nil {
			t.Skip(err)
		}
		return attr.Policy
	}
	before := policy()
	back, err := goFirst()
	if err != nil {
		t.Skip(err) // not root
	}
	first := policy()
	back()
	if first != unix.SCHED_RR || policy() != before {
		t.Errorf("policy %d before, %d meanwhile, %d after", before, first, policy())
	}
}
