package abi

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}

func TestSupportedReleases(t *testing.T) {
	for _, c := range []struct {
		release, arch string
		ok            bool
	}{
		{Language, "amd64", true},
		{Language + ".4", "arm64", true},
		{Language + "rc1", "amd64", true},
		{runtime.Version(), "amd64", true},
		{"devel go1.99-abcdef", "amd64", true}, // a toolchain of one's own: the layouts decide
		{Language, "riscv64", false},
		{"go1.25.1", "amd64", false},
		{"go1.99", "amd64", false},
	} {
		err := Supported(c.release, c.arch)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s on %s: %v", c.release, c.arch, err)
		}
	}
}

// A goroutine that waits is in its channel's queue.
func TestChanQueues(t *testing.T) {
	for _, send := range []bool{true, false} {
		c := make(chan int)
		h := *(**Chan)(unsafe.Pointer(&c))
		queue, other := &h.Recv, &h.Send
		if send {
			queue, other = other, queue
		}
		go func() {
			if send {
				c <- 1
			} else {
				<-c
			}
		}()
		for deadline := time.Now().Add(10 * time.Second); atomic.LoadPointer(&queue.Last) == nil; runtime.Gosched() {
			if time.Now().After(deadline) {
				t.Fatalf("send %t: nobody waits", send)
			}
		}
		if other.Last != nil || queue.First != queue.Last {
			t.Errorf("send %t: %v, %v", send, *queue, *other)
		}
		if send {
			<-c
		} else {
			c <- 1
		}
	}
}
