package sandbox

import (
	"testing"
)

func TestCrashText(t *testing.T) {
	tests := []struct {
		name, text    string
		oom, deadlock bool
		reader        string
	}{
		{
			name:     "deadlock",
			text:     "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nreflect.chanrecv(0x1)\n\t/usr/local/go\n",
			deadlock: true,
			reader:   "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\n",
		},
		{
			name:     "main is gone",
			text:     "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n\ngoroutine 7 [select (no cases)]:\nx()\n",
			deadlock: true,
			reader:   "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n\ngoroutine 7 [select (no cases)]:\n",
		},
		{
			name:   "memory",
			text:   "runtime: out of memory: cannot allocate 4194304-byte block\nfatal error: out of memory\n\ngoroutine 1 [running]:\n",
			oom:    true,
			reader: "runtime: out of memory: cannot allocate 4194304-byte block\nfatal error: out of memory\n\ngoroutine 1 [running]:\n",
		},
		{
			name:   "memory, in the collector",
			text:   "SIGSEGV: segmentation violation\nPC=0x43b27d m=4 sigcode=1 addr=0x0\n\ngoroutine 0 gp=0x1 m=4 mp=0x2 [idle]:\nruntime.(*spanQueue).tryDrain(0x1)\n\t/x\n",
			oom:    true,
			reader: "SIGSEGV: segmentation violation\nPC=0x43b27d m=4 sigcode=1 addr=0x0\n\ngoroutine 0 gp=0x1 m=4 mp=0x2 [idle]:\n",
		},
		{
			name:   "a program that speaks of memory below its own trace",
			text:   "fatal error: concurrent map writes\n\ngoroutine 1 [running]:\nmain.out of memory\n",
			reader: "fatal error: concurrent map writes\n\ngoroutine 1 [running]:\n",
		},
		{
			name:   "stack",
			text:   "runtime: goroutine stack exceeds 33554432-byte limit\nruntime: sp=0x1 stack=[0x2, 0x3]\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw()\n\t/x\n\ngoroutine 1 [running]:\nf()\n",
			reader: "runtime: goroutine stack exceeds 33554432-byte limit\nfatal error: stack overflow\n\ngoroutine 1 [running]:\n",
		},
		{
			name:     "a deadlock with the reader's calls",
			text:     "fatal error: all goroutines are asleep - deadlock!\n\n\x01goroutine 1 [chan receive]:\n\x01main.main()\n\x01\tprog.go:3\nreflect.chanrecv(0x1)\n\t/home/builder/x.go\n",
			deadlock: true,
			reader:   "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n\tprog.go:3\n",
		},
		{name: "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c crashText
			c.WriteString(tt.text)
			if c.outOfMemory() != tt.oom || c.deadlock() != tt.deadlock || c.forReader() != tt.reader {
				t.Errorf("out of memory %t, deadlock %t, for the reader %q", c.outOfMemory(), c.deadlock(), c.forReader())
			}
		})
	}
}

func FuzzCrashText(f *testing.F) {
	f.Add("fatal error: x\ngoroutine 1 [running]:\nmain.main()\n")
	f.Fuzz(func(t *testing.T, s string) {
		var c crashText
		c.WriteString(s)
		if r := c.forReader(); len(r) > len(s) {
			t.Errorf("%q is longer than %q", r, s)
		}
		c.fatal()
		c.outOfMemory()
		c.deadlock()
	})
}

// A program that got no thread has passed its limit, or the machine's.
func TestCrashOfThreads(t *testing.T) {
	for text, want := range map[string]Status{
		"runtime: program exceeds 256-thread limit\nfatal error: thread exhaustion\n\ngoroutine 1 [running]:\n":                                                        StatusThreadLimit,
		"runtime: failed to create new OS thread (have 257 already; errno=11)\nruntime: may need to increase max user processes (ulimit -u)\nfatal error: newosproc\n": StatusThreadLimit,
		"runtime: failed to create new OS thread (have 9 already; errno=11)\nfatal error: newosproc\n":                                                                 StatusStarved,
	} {
		r := &run{threads: 256}
		r.crash.WriteString(text)
		if got := r.exited(Result{ExitCode: 2}); got.Status != want {
			t.Errorf("%s for %q", got.Status, text)
		}
	}
}
