package vnet

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A server that nobody will ever call is a deadlock to the runtime, because
// Accept waits as goroutines wait for each other. The runtime sees that only
// in a binary without cgo.
func TestDeadlockIsSeen(t *testing.T) {
	if os.Getenv("VNET_DEADLOCK") != "" {
		l, _ := New().Listen("tcp", ":80")
		l.Accept()
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestDeadlockIsSeen$", "-test.timeout=0")
	cmd.Env = append(os.Environ(), "VNET_DEADLOCK=1")
	if cgo() {
		t.Skip("the test binary is built with cgo")
	}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "all goroutines are asleep - deadlock!") {
		t.Errorf("%v\n%.500s", err, out)
	}
}

// cgo reports whether the test binary was built with cgo.
func cgo() bool {
	out, err := exec.Command("go", "version", "-m", os.Args[0]).Output()
	return err != nil || !strings.Contains(string(out), "CGO_ENABLED=0")
}
