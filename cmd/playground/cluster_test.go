//lint:file-ignore SA1019 the library is given; its last release under this path is what the server speaks

package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"playground/internal/cluster/authority"
)

// nodes starts a server for each role, all of one cluster.
func nodes(t *testing.T, roles ...string) []*server {
	t.Helper()
	keys := t.TempDir()
	if _, err := authority.Issue(keys, []string{"127.0.0.1"}); err != nil {
		t.Fatal(err)
	}
	var list []*server
	first := ""
	for i, role := range roles {
		flags := []string{
			"--cluster=test", "--node=n" + strconv.Itoa(i+1), "--role=" + role, "--keys=" + keys,
			"--cluster-addr=127.0.0.1:0", "--pool=1", "--drain=20s", "--log-level=debug",
		}
		if first != "" {
			flags = append(flags, "--join="+first)
		}
		s := serve(t, flags...)
		if !strings.Contains(s.logged(), "cluster: met") {
			t.Errorf("node %d has readers before it has met the others: they wait for it", i+1)
		}
		list = append(list, s)
		if first == "" {
			first = s.routes(t)
		}
	}
	for _, s := range list {
		poll(t, "the nodes have not found each other", func() bool { return strings.Count(s.logged(), "a node is there") == len(roles)-1 })
	}
	return list
}

// routes is where the server listens for peers, as its log tells.
func (s *server) routes(t *testing.T) string {
	t.Helper()
	const says = "Listening for route connections on "
	poll(t, "the server does not say where nodes connect to", func() bool { return strings.Contains(s.logged(), says) })
	_, rest, _ := strings.Cut(s.logged(), says)
	return strings.TrimRight(strings.Fields(rest)[0], `"`)
}

// A reader of a gateway gets a program that runs on another node; when that node dies,
// what came and why there is no more; and from a gateway that stops the word to go to
// another, which has the run.
func TestClusterLosesNobody(t *testing.T) {
	t.Parallel()
	n := nodes(t, "gateway", "runner", "gateway")
	if resp, body := get(t, n[1].url+"/api/runs/a"); resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "gateway") {
		t.Errorf("a runner that is taken for a gateway: %s %q", resp.Status, body)
	}

	send, receive := dial(t, n[0])
	const session = "the-session-of-one-reader"
	send(map[string]any{"type": "hello", "session": session})
	send(map[string]any{"type": "run", "id": "a", "source": sleeper})
	if m := until(t, receive, isOutput); m.Body != "on\n" {
		t.Fatalf("output %q", m.Body)
	}
	n[0].signal(t, syscall.SIGTERM)
	for {
		_, err := receive()
		if err == nil {
			continue
		}
		if code := websocket.CloseStatus(err); code != 4001 {
			t.Errorf("closed with %d (%v), want the code that sends readers elsewhere", code, err)
		}
		break
	}

	send, receive = dial(t, n[2])
	send(map[string]any{"type": "hello", "session": session})
	send(map[string]any{"type": "resume", "id": "a", "after": 1})
	if m := until(t, receive, isOutput); m.Body != "on\n" {
		t.Fatalf("after the other gateway has gone: %+v", m)
	}
	if err := n[1].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	if m := until(t, receive, isEnd); m.Status != "node_lost" {
		t.Errorf("the runner is dead, and the reader is told %+v", m)
	}
	t.Logf("told %v after the runner was killed", time.Since(killed))
}

// A gateway that hears most of the others no more sends its readers to them: a run whose
// node lives goes on by another gateway, and nothing of it is lost.
func TestAnIsolatedGatewayHandsOver(t *testing.T) {
	t.Parallel()
	n := nodes(t, "gateway", "runner", "gateway")
	send, receive := dial(t, n[0])
	const session = "the-session-of-one-reader"
	const program = "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"on\"); var s string; fmt.Scan(&s); fmt.Println(s) }"
	send(map[string]any{"type": "hello", "session": session})
	send(map[string]any{"type": "run", "id": "a", "source": program, "stdinOpen": true})
	if m := until(t, receive, isOutput); m.Body != "on\n" {
		t.Fatalf("output %q", m.Body)
	}
	n[1].signal(t, syscall.SIGSTOP)
	n[2].signal(t, syscall.SIGSTOP)
	for {
		m, err := receive()
		if err == nil && !isEnd(m) {
			continue
		}
		if code := websocket.CloseStatus(err); code != 4001 {
			t.Errorf("the reader gets %+v %v, want the code that sends it elsewhere", m, err)
		}
		break
	}
	n[1].signal(t, syscall.SIGCONT)
	n[2].signal(t, syscall.SIGCONT)
	poll(t, "the other gateway takes no readers", func() bool { // it may have taken itself for the one that is cut off
		resp, _ := get(t, n[2].url+"/api/runs/none")
		return resp.StatusCode != http.StatusServiceUnavailable
	})
	send, receive = dial(t, n[2])
	send(map[string]any{"type": "hello", "session": session})
	for deadline := time.Now().Add(30 * time.Second); ; { // they may have to find each other again
		send(map[string]any{"type": "resume", "id": "a", "after": 1})
		m := until(t, receive, func(m message) bool { return isOutput(m) || isEnd(m) })
		if m.Body == "on\n" {
			break
		}
		if m.Code != "unknown_run" || time.Now().After(deadline) {
			t.Fatalf("by the other gateway: %+v", m)
		}
		time.Sleep(50 * time.Millisecond)
	}
	send(map[string]any{"type": "stdin", "id": "a", "body": "word\n", "writer": "w", "part": 1})
	if m := until(t, receive, isOutput); m.Body != "word\n" {
		t.Errorf("output %q", m.Body)
	}
	if m := until(t, receive, isEnd); m.Status != "ok" {
		t.Errorf("the end is %+v", m)
	}
}

// A server that is no node opens nothing for nodes; one that is to be a node opens
// nothing without keys.
func TestNoClusterNoSocket(t *testing.T) {
	t.Parallel()
	_, _, stderr := configure(t, nil, "serve", "--cluster=test", "--addr=localhost:0", "--admin=off")
	if !strings.Contains(stderr, "needs keys") {
		t.Errorf("without keys: %q", stderr)
	}
	_, _, stderr = configure(t, nil, "serve", "--join=localhost:1", "--addr=localhost:0", "--admin=off")
	if !strings.Contains(stderr, "--join is for a node of a cluster") {
		t.Errorf("without --cluster: %q", stderr)
	}
	if runtime.GOOS != "linux" {
		t.Skip("looks at /proc")
	}
	s := serve(t)
	own, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.listening(t); len(got) != 1 || got[0] != own.Port {
		t.Errorf("listens at ports %v, want %d alone", got, own.Port)
	}
}

// listening are the ports at which the server listens by TCP.
func (s *server) listening(t *testing.T) (ports []int) {
	t.Helper()
	open := map[string]bool{} // inodes of sockets
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", s.cmd.Process.Pid))
	if err != nil || len(fds) == 0 {
		t.Fatalf("descriptors of the server: %v %v", fds, err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil {
			open[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile("/proc/net/" + table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			const listen = "0A"
			if len(f) < 10 || f[3] != listen || !open[f[9]] {
				continue
			}
			port, err := strconv.ParseInt(f[1][strings.LastIndexByte(f[1], ':')+1:], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			ports = append(ports, int(port))
		}
	}
	return ports
}

func TestDoctorLooksAtKeys(t *testing.T) {
	t.Parallel()
	keys := t.TempDir()
	until, err := authority.Issue(keys, []string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := (&doctorCommand{Keys: keys}).keys(&out); err != nil || !strings.Contains(out.String(), until.UTC().Format(time.DateOnly)) {
		t.Errorf("%q, %v", out.String(), err)
	}
	if err := os.Remove(filepath.Join(keys, "token")); err != nil {
		t.Fatal(err)
	}
	if err := (&doctorCommand{Keys: keys}).keys(&out); err == nil || !strings.Contains(err.Error(), "token") {
		t.Errorf("without a token: %v", err)
	}
}
