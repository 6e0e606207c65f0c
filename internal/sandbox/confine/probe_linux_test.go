package confine

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/confine/filter"
	"playground/internal/sandbox/wire"
)

// The test binary doubles as the child: a program in native code, with no
// interpreter and no import restriction in its way, that raises the walls and
// then attacks them by raw system calls.

const probeName = "confine-probe"

// order is what a probe is told to do: its only argument, as JSON.
type order struct {
	Mode   string   // "attack", "sweep", "hold", "die"
	Bare   bool     // raise no wall at all
	Skip   []string // layers to leave out
	Deed   string   // for "die": which
	Config Config
	Target target
}

// target is what there is to attack.
type target struct {
	Server   int    // process id
	Secret   string // a file that everyone may read and write
	TCP, UDP int    // ports on loopback
	Path     string // Unix socket
	Abstract string // Unix socket
}

// finding is one line of a probe's answer.
type finding struct {
	Name  string
	Error string // "" means that the attack went through
	Errno int
}

func TestMain(m *testing.M) {
	if os.Args[0] == probeName {
		var o order
		if err := json.Unmarshal([]byte(os.Args[1]), &o); err != nil {
			panic(err)
		}
		probe(o)
		os.Exit(0)
	}
	if os.Getpid() == 1 { // a container's first process: as number 1 it could not be told from a worker's self
		os.Exit(again())
	}
	os.Exit(m.Run())
}

// again runs these tests in a child.
func again() int {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func probe(o order) {
	out := json.NewEncoder(os.Stdout)
	var layers []wire.Layer
	if o.Bare {
		runtime.LockOSThread()
	} else {
		layers = Before()
		o.Config.without = o.Skip
		c, err := Apply(o.Config)
		if err != nil {
			panic(err)
		}
		layers = append(layers, c.Layers...)
	}
	_ = out.Encode(layers)
	switch o.Mode {
	case "attack":
		attackAll(o, out)
	case "sweep":
		sweepCalls(out)
	case "hold":
		hold(out)
	case "server":
		_ = out.Encode(Server())
		v, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		fmt.Println("dumpable", v, err)
	case "parent":
		parent(out)
	case "die":
		deeds()[o.Deed]()
	}
}

// attackAll announces each attack before it tries it: one that ends the
// process is then known by the line that has no answer.
func attackAll(o order, out *json.Encoder) {
	for _, a := range attacks(o.Target) {
		if a.native && (o.Bare || slices.Contains(o.Skip, LayerSeccomp)) {
			continue
		}
		err := a.try()
		f := finding{Name: a.name}
		if err != nil {
			f.Error = err.Error()
		}
		if errno, ok := err.(unix.Errno); ok {
			f.Errno = int(errno)
		}
		_ = out.Encode(f)
	}
}

// The kernel's own uprobe trampolines make these two calls on amd64. Newer
// kernels hide them from seccomp, and end a process that makes them by itself.
const uretprobe, uprobe = 335, 336

// sweepCalls makes every system call that the table does not name, with arguments
// that mean nothing.
func sweepCalls(out *json.Encoder) {
	for nr := range uint32(600) {
		if filter.Knows(nr) || runtime.GOARCH == "amd64" && (nr == uretprobe || nr == uprobe) {
			continue
		}
		_, _, errno := unix.RawSyscall6(uintptr(nr), 0, 0, 0, 0, 0, 0)
		if errno != unix.EPERM {
			_ = out.Encode(finding{Name: strconv.Itoa(int(nr)), Errno: int(errno), Error: fmt.Sprint(errno)})
		}
	}
	_ = out.Encode(finding{Name: "done"})
}

// hold waits to be looked at, once as it is and once with many more threads.
func hold(out *json.Encoder) {
	var b [1]byte
	_, _ = os.Stdin.Read(b[:])
	ready := make(chan bool)
	for range 12 {
		go func() {
			runtime.LockOSThread()
			ready <- true
			select {}
		}()
		<-ready
	}
	_ = out.Encode(finding{Name: "threads"})
	_, _ = os.Stdin.Read(b[:])
}

// parent is a server of its own: it starts a worker, says which, and waits to
// be killed.
func parent(out *json.Encoder) {
	h, err := Probe(HostConfig{NoCgroup: true})
	if err != nil {
		panic(err)
	}
	b, _ := json.Marshal(order{Mode: "die", Deed: "endless loop"})
	cell, err := h.Start([]string{probeName, string(b)}, nil, []*os.File{os.Stdin, os.Stderr, os.Stderr, os.Stderr, os.Stderr, os.Stderr})
	if err != nil {
		panic(err)
	}
	_ = out.Encode(cell.Process.Pid)
	select {}
}

// deeds end the process, one way or the other.
func deeds() map[string]func() {
	return map[string]func(){
		"x32 call":        func() { _, _, _ = unix.RawSyscall(0x40000000|39, 0, 0, 0) },
		"i386 call":       callI386,
		"endless loop":    func() { spin() },
		"sleep":           func() { time.Sleep(time.Hour) },
		"take memory":     func() { take(1 << 40) },
		"one huge slice":  func() { sink = make([]byte, 8<<30) },
		"take 64 MiB":     func() { take(64 << 20) },
		"too many thread": func() { manyThreads() },
	}
}

var sink []byte

func spin() {
	for i := 0; ; i++ {
		if i < 0 {
			return
		}
	}
}

func take(n int) {
	var all [][]byte
	for got := 0; got < n; got += 1 << 20 {
		b := make([]byte, 1<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		all = append(all, b)
	}
	runtime.KeepAlive(all)
}

func manyThreads() {
	for range 1000 {
		ready := make(chan bool)
		go func() {
			runtime.LockOSThread()
			ready <- true
			select {}
		}()
		<-ready
	}
}
