package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"playground/internal/budget"
	"playground/internal/sandbox/sandboxtest"
)

// limited is a server under a shell's limit.
func limited(t *testing.T, ulimit string, flags ...string) *exec.Cmd {
	t.Helper()
	args := append([]string{"-c", `ulimit ` + ulimit + `; exec "$0" serve --addr=localhost:0 --drain=100ms "$@"`, sandboxtest.Binary(t)}, flags...)
	return exec.Command("sh", args...)
}

func TestServeWithTooFewDescriptorsNamesTheLimit(t *testing.T) {
	t.Parallel()
	for _, n := range []string{"32", "48", "60"} {
		out, err := limited(t, "-n "+n).CombinedOutput()
		if err == nil {
			t.Fatalf("it served with %s descriptors:\n%s", n, out)
		}
		for _, want := range []string{"ulimit -n", "LimitNOFILE", n + " open files", "at least 74"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("with %s descriptors the message lacks %q:\n%s", n, want, out)
			}
		}
	}
}

// As few descriptors as the message asks for are enough to run a program, one
// after the other.
func TestServeWithTheFewestDescriptorsRuns(t *testing.T) {
	t.Parallel()
	s := &server{cmd: limited(t, "-n 74")}
	s.start(t)
	for range 5 {
		run := post(t, s, `package main; func main() { println("x") }`)
		if end := run.until("end"); !strings.Contains(end, `"status":"ok"`) {
			t.Errorf("it ended with %s", end)
		}
	}
}

// messages are a run's messages.
type messages struct {
	*testing.T
	lines *bufio.Scanner
}

// post starts a run over plain HTTP.
func post(t *testing.T, s *server, source string) messages {
	t.Helper()
	body, err := json.Marshal(map[string]string{"source": source})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(s.url+"/api/run", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return messages{t, bufio.NewScanner(resp.Body)}
}

// until reads on to the message of that type, or the last.
func (s messages) until(kind string) string {
	s.Helper()
	for s.lines.Scan() {
		if line := s.lines.Text(); strings.HasPrefix(line, `{"type":"`+kind) || strings.HasPrefix(line, `{"type":"error`) {
			return line
		}
	}
	s.Fatalf("no %q message: %v", kind, s.lines.Err())
	return ""
}

// What the budget reckons with is what a server and its workers need.
func TestBudgetFiguresHold(t *testing.T) {
	t.Parallel()
	s := serve(t, "--pool=2")
	pid := s.cmd.Process.Pid
	post(t, s, `package main; func main() {}`).until("end")
	const runs = 12
	before := descriptors(t, pid)
	if before > budget.ServerDescriptors+2*budget.WorkerDescriptors {
		t.Errorf("a server has %d descriptors with two idle workers", before)
	}
	for range runs {
		r := post(t, s, `package main; import "time"; func main() { println("x"); time.Sleep(time.Minute) }`)
		if got := r.until("stderr"); !strings.Contains(got, "x") {
			t.Fatalf("it said %s", got)
		}
	}
	// Each run has a worker and a connection.
	if n := descriptors(t, pid) - before; n > runs*(budget.WorkerDescriptors+1)+2*budget.WorkerDescriptors {
		t.Errorf("%d descriptors for %d runs", n, runs)
	}
	if n := threads(t, pid); n > budget.ServerThreads {
		t.Errorf("the server has %d threads", n)
	}
	workers := children(t, pid)
	total := 0
	for _, w := range workers {
		total += threads(t, w)
	}
	if len(workers) < runs || total > budget.WorkerThreads*len(workers) {
		t.Errorf("%d workers have %d threads", len(workers), total)
	}
}

func descriptors(t *testing.T, pid int) int {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// threads is how many a process has; 0 when it has ended.
func threads(t *testing.T, pid int) int {
	t.Helper()
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	return len(entries)
}

// children are the processes that a process started.
func children(t *testing.T, pid int) (pids []int) {
	t.Helper()
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, name := range lists {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for field := range strings.FieldsSeq(string(b)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, child)
		}
	}
	return pids
}

func TestDoctorTellsTheBudget(t *testing.T) {
	t.Parallel()
	_, out, _ := playground(t, "", "doctor")
	for _, want := range []string{"RESOURCE", "open files", "processes and threads", "programs at once", "websockets"} {
		if !strings.Contains(out, want) {
			t.Errorf("doctor's table lacks %q:\n%s", want, out)
		}
	}
}

// What all runs say fits into half of the server's memory, and a run of the
// default output fits into its journal.
func TestWindowFitsTheServer(t *testing.T) {
	for _, tt := range []struct {
		server   int64
		programs int
		want     int
	}{
		{0, 0, 256<<10 + 1<<20}, {384 << 20, 100, 256<<10 + 1<<20}, {384 << 20, 256, 768 << 10}, {64 << 20, 1000, 384 << 10},
	} {
		if got := windowOf(budget.Budget{Server: tt.server, Programs: tt.programs}); got != tt.want {
			t.Errorf("%d MiB and %d programs: %d, want %d", tt.server>>20, tt.programs, got, tt.want)
		}
	}
}
