package hostile

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// secret must never appear in a program's output. It stands in a file, in this
// process's environment and in its memory.
const secret = "hunter2-9f41c7"

// guard is what programs try to reach.
type guard struct {
	dir     string
	touched atomic.Int64 // connections and datagrams that arrived
	vars    *strings.Replacer
}

func newGuard(t *testing.T) *guard {
	t.Helper()
	t.Setenv("PLAYGROUND_TEST_SECRET", secret)
	// Not t.TempDir: the workers may be another user's, and must fail for a
	// better reason than the directory's mode.
	dir, err := os.MkdirTemp("", "hostile")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	g := &guard{dir: dir}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "secret")
	if err := os.WriteFile(file, []byte(secret), 0o666); err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(file, 0o666)
	socket, abstract := filepath.Join(dir, "socket"), "@"+filepath.Base(dir)
	tcp := g.listen(t, "tcp", "127.0.0.1:0")
	g.listen(t, "unix", socket)
	_ = os.Chmod(socket, 0o777)
	g.listen(t, "unix", abstract)
	udp := g.receive(t)
	g.vars = strings.NewReplacer(
		"$PID", strconv.Itoa(os.Getpid()), "$SECRET", file, "$UNIX", socket, "$ABSTRACT", abstract,
		"$TCP", strconv.Itoa(tcp.(*net.TCPAddr).Port), "$UDP", strconv.Itoa(udp.(*net.UDPAddr).Port),
	)
	return g
}

func (g *guard) listen(t *testing.T, network, address string) net.Addr {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() { // ends when l is closed
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			g.touched.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr()
}

func (g *guard) receive(t *testing.T) net.Addr {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() { // ends when c is closed
		defer close(done)
		var b [1]byte
		for {
			if _, _, err := c.ReadFrom(b[:]); err != nil {
				return
			}
			g.touched.Add(1)
		}
	}()
	t.Cleanup(func() { c.Close(); <-done })
	return c.LocalAddr()
}

// check fails t when something that is guarded was touched.
func (g *guard) check(t *testing.T) {
	t.Helper()
	if n := g.touched.Swap(0); n > 0 {
		t.Errorf("%d connections or datagrams reached this process", n)
	}
	entries, err := os.ReadDir(g.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "secret" && e.Name() != "socket" {
			t.Errorf("%s was created", e.Name())
		}
	}
	b, err := os.ReadFile(filepath.Join(g.dir, "secret"))
	if err != nil || string(b) != secret {
		t.Errorf("the guarded file is now %q, %v", b, err)
	}
}
