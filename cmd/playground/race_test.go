package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A race is told as compiled Go tells it, without addresses, and the exit status is 66.
func TestRunTellsRaces(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := playground(t, `package main

import "fmt"

type account struct{ balance int }

func (a *account) add(n int) {
	a.balance = n
}

func main() {
	a := new(account)
	begun, done := make(chan bool), make(chan bool)
	go func() {
		begun <- true
		a.add(1)
		done <- true
	}()
	<-begun
	a.balance = 2
	<-done
	fmt.Println("done")
}
`, "run", "--race", "-")
	if status != 66 || stdout != "done\n" {
		t.Errorf("status %d, stdout %q", status, stdout)
	}
	// Which of the two comes first is luck.
	ofMain := "rite at … by main goroutine:\n  main.main()\n      prog.go:20\n"
	ofOther := ":\n  main.(*account).add()\n      prog.go:8\n  main.main.func1()\n      prog.go:16\n"
	for _, want := range []string{
		"==================\nWARNING: DATA RACE\nWrite at … by ", "\n\nPrevious write at … by ", ofMain, ofOther,
		" created at:\n  main.main()\n      prog.go:14\n==================\n", "\nFound 1 data race(s)\n",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is missing in\n%s", want, stderr)
		}
	}
}

// What orders accesses, and what does not.
func TestRunJudgesRaces(t *testing.T) {
	t.Parallel()
	const head = "package main\nimport (\"context\"; \"fmt\"; \"io\"; \"os\"; \"sync\"; \"sync/atomic\"; \"time\"; \"strings\"; \"runtime\")\n" +
		"var _, _, _, _, _, _, _, _, _ = context.Background, fmt.Sprint, io.EOF, os.Args, sync.NewCond, atomic.AddInt32, time.Now, strings.Join, runtime.GC\n" +
		"var x int\nfunc both(a, b func()) { done := make(chan bool, 2); go func() { a(); done <- true }(); go func() { b(); done <- true }(); <-done; <-done }\nfunc main() {\n"
	for _, tt := range []struct {
		name, body string
		race       bool
	}{
		{"nothing orders", `both(func() { x = 1 }, func() { x = 2 })`, true},
		{"reads only", `both(func() { _ = x }, func() { println(x) })`, false},
		{"a mutex", `var mu sync.Mutex; f := func() { mu.Lock(); x++; mu.Unlock() }; both(f, f)`, false},
		{"two mutexes", `var a, b sync.Mutex; both(func() { a.Lock(); x++; a.Unlock() }, func() { b.Lock(); x++; b.Unlock() })`, true},
		{"a writer among readers", `var mu sync.RWMutex; both(func() { mu.RLock(); _ = x; mu.RUnlock() }, func() { mu.Lock(); x++; mu.Unlock() })`, false},
		{"readers do not order", `var mu sync.RWMutex; f := func() { mu.RLock(); x++; mu.RUnlock() }; both(f, f)`, true},
		{"a channel", `c := make(chan int); both(func() { x = 1; c <- 0 }, func() { <-c; x = 2 })`, false},
		{"a channel with room does not wait", `c := make(chan int, 1); both(func() { c <- 0; x = 1 }, func() { <-c; x = 2 })`, true},
		{"a semaphore of one", `s := make(chan bool, 1); f := func() { s <- true; x++; <-s }; both(f, f)`, false},
		{"a closed channel", `c := make(chan int); both(func() { x = 1; close(c) }, func() { <-c; x = 2 })`, false},
		{"the value of the other sender", `c := make(chan int, 2); y := 0; _ = y
			go func() { x = 1; c <- 1 }(); go func() { y = 1; c <- 2 }(); time.Sleep(20 * time.Millisecond)
			if <-c == 1 { y = 2 } else { x = 2 }`, true},
		{"an atomic flag", `var f atomic.Bool; both(func() { x = 1; f.Store(true) }, func() { for !f.Load() { runtime.Gosched() }; x = 2 })`, false},
		{"atomic and plain", `var n int32; both(func() { atomic.AddInt32(&n, 1) }, func() { n++ })`, true},
		{"a wait group", `var wg sync.WaitGroup; wg.Go(func() { x = 1 }); wg.Wait(); x = 2`, false},
		{"nobody waits for the group", `var wg sync.WaitGroup; wg.Go(func() { x = 1 }); x = 2; wg.Wait()`, true},
		{"two of a group", `var wg sync.WaitGroup; wg.Go(func() { x = 1 }); time.Sleep(20 * time.Millisecond); wg.Go(func() { x = 2 }); wg.Wait()`, true},
		{"once", `var o sync.Once; f := func() { o.Do(func() { x = 1 }); _ = x }; both(f, f)`, false},
		{"a function for once", `f := sync.OnceFunc(func() { x = 1 }); g := func() { f(); _ = x }; both(g, g)`, false},
		{"a map of others' values", `var m sync.Map; both(func() { y := new(int); *y = 1; m.Store(1, y) }, func() { for n := 0; n == 0; { m.Range(func(_, v any) bool { n = *v.(*int); return true }); time.Sleep(1) } })`, false},
		{"closed after the value", `c := make(chan int, 2); both(func() { time.Sleep(20 * time.Millisecond); c <- 1; x = 1; close(c) }, func() { <-c; x = 2 })`, true},
		{"a pipe", `r, w := io.Pipe(); both(func() { x = 1; w.Write([]byte("a")); w.Close() }, func() { io.ReadAll(r); x = 2 })`, false},
		{"printing into a builder", `var b strings.Builder; f := func() { fmt.Fprintf(&b, "a") }; both(f, f)`, true},
		{"printing", `f := func() { fmt.Fprint(os.Stdout, "a") }; both(f, f)`, false},
		{"sleeping", `go func() { x = 1 }(); time.Sleep(20 * time.Millisecond); x = 2`, true},
		{"a timer", `c := make(chan bool); x = 1; time.AfterFunc(1, func() { x = 2; c <- true }); <-c; x = 3`, false},
		{"a cancelled context", `ctx, cancel := context.WithCancel(context.Background()); both(func() { x = 1; cancel() }, func() { <-ctx.Done(); x = 2 })`, false},
		{"neighbours", `var a [16]byte; both(func() { a[3] = 1 }, func() { a[4] = 1 })`, false},
		{"a part and the whole", `var s struct{ a, b int32 }; both(func() { s.b = 1 }, func() { t := s; _ = t })`, true},
		{"map", `m := map[int]int{}; both(func() { m[1] = 1 }, func() { _ = len(m) })`, true},
		{"append into shared room", `s := make([]int, 1, 4); both(func() { _ = append(s, 1) }, func() { _ = append(s, 2) })`, true},
		{"copy", `s := make([]byte, 8); both(func() { copy(s, "ab") }, func() { _ = string(s) })`, true},
		{"a builder", `var b strings.Builder; f := func() { b.WriteString("a") }; both(f, f)`, true},
		{"memory that is used again", `for range 10 { both(func() { p := new([100]int); p[0] = 1 }, func() { p := new([100]int); p[0] = 1 }); runtime.GC() }`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, stderr := playground(t, head+tt.body+"\n}\n", "run", "--race", "-")
			if want := map[bool]int{true: 66, false: 0}[tt.race]; status != want {
				t.Errorf("status %d, want %d:\n%s", status, want, stderr)
			}
			_, orders, stderr := playground(t, head+tt.body+"\n}\n", "run", "--race", "--schedules=30", "-")
			if race := strings.Contains(orders, " % race  --seed "); race != tt.race || !strings.Contains(orders, " schedule") {
				t.Errorf("in orders that are chosen: %s%s", orders, stderr)
			}
		})
	}
}

// A program of more variables than there is memory to watch them is told so, and runs on.
func TestRunGivesUpRaces(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "large.go")
	source := "package main\n\nfunc main() {\n\ts := make([]int, 5e6)\n\tfor i := range s {\n\t\ts[i] = i\n\t}\n\tprintln(len(s))\n}\n"
	if err := os.WriteFile(name, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := playground(t, "", "run", "--race", "--memory=128MiB", name)
	if status != 0 || !strings.Contains(stderr, "race: too many variables to watch") || !strings.Contains(stderr, "5000000") {
		t.Errorf("status %d:\n%s", status, stderr)
	}
}

// parked is a program of which so many goroutines are blocked at once. The last two race
// when they go on.
const parked = `package main

import "sync"

const n = %d

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	gate := make(chan bool)
	total, last := 0, 0
	for i := range n {
		wg.Go(func() {
			<-gate
			mu.Lock()
			total += i
			mu.Unlock()
			if i >= n-2 {
				last = i
			}
		})
	}
	close(gate)
	wg.Wait()
	println(total)
	_ = last
}
`

// Goroutines that are blocked are watched, ten thousand of them in the memory of a run, and
// those that come one after the other need nothing. Of more than there is memory for, it is
// said that they are goroutines.
func TestRunFindsRacesBesideManyGoroutines(t *testing.T) {
	t.Parallel()
	const one = "package main\n\nfunc main() {\n\tn := 0\n\tfor range 20_000 {\n\t\tdone := make(chan bool)\n\t\tgo func() { n++; close(done) }()\n\t\t<-done\n\t}\n\tprintln(n)\n}\n"
	for _, tt := range []struct {
		name, source, memory string
		status               []int // some are of programs that fill their memory: then a race may be forgotten
		want, absent         string
	}{
		{"some", fmt.Sprintf(parked, 2000), "128MiB", []int{66}, "prog.go:19", "too many"},
		{"ten thousand", fmt.Sprintf(parked, 10_000), "128MiB", []int{0, 66}, "49995000\n", "too many"},
		{"too many", fmt.Sprintf(parked, 8000), "64MiB", []int{0, 66}, "race: too many goroutines to watch", "variables"},
		{"one after the other", one, "64MiB", []int{0}, "20000\n", "race"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, stderr := playground(t, tt.source, "run", "--race", "--memory="+tt.memory, "-")
			if !slices.Contains(tt.status, status) || !strings.Contains(stderr, tt.want) || strings.Contains(stderr, tt.absent) {
				t.Errorf("status %d:\n%s", status, stderr)
			}
		})
	}
}
