package vnet

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A server that only listens waits, as with a socket: a peer may come. When
// nobody waits on the network any more, a deadlock is one. The runtime looks for
// them only in a binary without cgo.
func TestListeningIsNoDeadlock(t *testing.T) {
	switch os.Getenv("VNET_DEADLOCK") {
	case "listen":
		l, _ := New().Listen("tcp", ":80")
		l.Accept()
		return
	case "after":
		l, _ := New().Listen("tcp", ":80")
		done := make(chan bool)
		go func() { l.Accept(); done <- true }()
		runtime.Gosched()
		l.Close()
		<-done
		<-done
		return
	}
	if cgo() {
		t.Skip("the test binary is built with cgo")
	}
	run := func(mode string) string {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestListeningIsNoDeadlock$", "-test.timeout=0")
		cmd.Env = append(os.Environ(), "VNET_DEADLOCK="+mode)
		out, _ := cmd.CombinedOutput()
		if ctx.Err() != nil {
			return "waits"
		}
		return string(out)
	}
	if out := run("listen"); out != "waits" {
		t.Errorf("a server that listens: %.500s", out)
	}
	for range 5 { // a loaded machine may need longer to find the deadlock
		out := run("after")
		if strings.Contains(out, "all goroutines are asleep - deadlock!") {
			return
		}
		if out != "waits" {
			t.Fatalf("after it was closed: %.500s", out)
		}
	}
	t.Error("a deadlock is not seen once nobody listens")
}

// cgo reports whether the test binary was built with cgo.
func cgo() bool {
	out, err := exec.Command("go", "version", "-m", os.Args[0]).Output()
	return err != nil || !strings.Contains(string(out), "CGO_ENABLED=0")
}
