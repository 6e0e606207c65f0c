//lint:file-ignore SA1019 the library is given; its last release under this path is what the server speaks

package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"playground/internal/sandbox/sandboxtest"
)

// server is a running "playground serve".
type server struct {
	cmd  *exec.Cmd
	url  string
	line string // that it prints

	mu  sync.Mutex
	log bytes.Buffer
}

func (s *server) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

func (s *server) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(b)
}

// serve starts a server on a free port, and stops it when the test ends.
func serve(t *testing.T, flags ...string) *server {
	t.Helper()
	s := &server{cmd: exec.Command(sandboxtest.Binary(t), append([]string{"serve", "--addr=localhost:0", "--admin=off", "--drain=100ms"}, flags...)...)}
	s.start(t)
	return s
}

// start runs the server until the test ends, and waits for the address that it
// prints.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.cmd.Stderr = s
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.stop(t) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = s.stop(t)
		t.Fatalf("no URL was printed: %v\n%s", err, s.logged())
	}
	s.line = line
	s.url = strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(line), "/")
}

func (s *server) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// poll waits for what becomes true soon, and fails when it does not.
func poll(t *testing.T, otherwise string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(otherwise)
		}
	}
}

// stop sends SIGTERM, as an operator's supervisor does, and waits.
func (s *server) stop(t *testing.T) error {
	t.Helper()
	if s.cmd.ProcessState != nil {
		return nil
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	overdue := time.AfterFunc(10*time.Second, func() {
		t.Error("the server did not end within 10 s of SIGTERM")
		_ = s.cmd.Process.Kill()
	})
	defer overdue.Stop()
	return s.cmd.Wait()
}

func get(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Add(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}
