package confine

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/sandboxtest"
	"playground/internal/sandbox/wire"
)

// threadsProgram forces a dozen threads and stays.
const threadsProgram = `package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	ready := make(chan bool)
	for i := 0; i < 12; i++ {
		go func() {
			runtime.LockOSThread()
			ready <- true
			time.Sleep(time.Hour)
		}()
		<-ready
	}
	fmt.Println("threads")
	time.Sleep(time.Hour)
}
`

// The product's own workers have the posture too: idle, and while they run a
// program that forced more threads.
func TestWorkerPosture(t *testing.T) {
	h, err := Probe(HostConfig{Binary: sandboxtest.Binary(t)})
	if err != nil {
		t.Fatal(err)
	}
	jobR, jobW := pipe(t)
	outR, outW := pipe(t)
	reportR, reportW := pipe(t)
	_, sink := pipe(t)
	most := wire.Limits{}.WithDefaults()
	cell, err := h.Start(wire.Args(wire.Setup{Most: most}), []string{"GOMAXPROCS=2"}, []*os.File{jobR, sink, sink, reportW, sink, outW})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cell.Kill()
		_, _ = cell.Process.Wait()
		if err := cell.Close(); err != nil {
			t.Error(err)
		}
	})
	var ready wire.Report
	if err := json.NewDecoder(reportR).Decode(&ready); err != nil || ready.Kind != wire.KindReady {
		t.Fatalf("%+v, %v", ready, err)
	}
	layers := append(cell.Layers(), ready.Layers...)
	idle := checkPosture(t, cell.Process.Pid, layers)

	if err := wire.WriteJob(jobW, wire.Job{Source: threadsProgram, Limits: most}); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(outR).ReadString('\n'); !strings.HasSuffix(line, "threads\n") {
		t.Fatalf("the program printed %q, %v", line, err)
	}
	if busy := checkPosture(t, cell.Process.Pid, layers); busy <= idle || busy <= 12 { // some of the dozen were idle before
		t.Errorf("%d threads idle, %d with the program: it forced none", idle, busy)
	}
}

// A worker that the kernel denies a namespace at birth starts without, and
// says so, unless namespaces are required.
func TestDegrade(t *testing.T) {
	h := host(t, HostConfig{NoNamespaces: true, NoCgroup: true})
	h.layers = append(h.layers, on(LayerNet, "its own"))
	h.attr.Cloneflags = refusedFlags()
	if try(h.attr) == nil {
		t.Skip("nothing is refused here")
	}
	p := start(t, h, order{Mode: "hold", Config: config()})
	if active(p.Cell.Layers(), LayerNet) {
		t.Errorf("a namespace that was refused is reported: %+v", p.Cell.Layers())
	}
	h.cfg.Require = Namespaces
	if cell, err := h.Start([]string{probeName, "{}"}, nil, nil); err == nil {
		_ = cell.Kill()
		_, _ = cell.Process.Wait()
		t.Error("started below the required level")
	}
}

// refusedFlags are namespaces that this process cannot give: an unprivileged
// one none without a user namespace, and root no uid within one.
func refusedFlags() uintptr {
	if os.Geteuid() == 0 {
		return unix.CLONE_NEWUSER | unix.CLONE_NEWNET
	}
	return unix.CLONE_NEWNET
}
