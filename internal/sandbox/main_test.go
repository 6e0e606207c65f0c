package sandbox

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// Names under which this test's binary is another program.
const (
	probeKilled  = "probe-killed"  // a worker that somebody kills as it starts
	probeReserve = "probe-reserve" // counts the threads that it needs
)

func TestMain(m *testing.M) {
	switch os.Args[0] {
	case probeKilled:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case probeReserve:
		fmt.Println(threadsForBlockedCalls())
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}
