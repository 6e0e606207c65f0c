package sandbox_test

import (
	"slices"
	"testing"

	"playground/internal/sandbox"
)

// untilStacks is a function of a program that waits until the traces of all goroutines have
// a text so often.
const untilStacks = `
func until(text string, n int) {
	for buf := make([]byte, 1<<16); strings.Count(string(buf[:runtime.Stack(buf, true)]), text) != n; {
		time.Sleep(time.Millisecond)
	}
}
`

// Goroutines that main leaves behind are told of: how many, in which state, where. One
// that has ended, or is about to, is not.
func TestLeaks(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	for name, tt := range map[string]struct {
		body string
		want []sandbox.Leak
	}{
		"senders": {`c := make(chan int)
			for range 3 {
				go func() { c <- 1 }()
			}
			<-c
			until("[chan send]", 2)
			until("created by", 2)`, []sandbox.Leak{{Count: 2, State: "chan send", File: "prog.go", Line: 4, Func: "main.main.func1"}}},
		"method": {`var mu sync.Mutex
			mu.Lock()
			go mu.Lock()
			until("[sync.Mutex.Lock]", 1)`, []sandbox.Leak{{Count: 1, State: "sync.Mutex.Lock", File: "prog.go", Line: 4, Func: "main.main"}}},
		"done": {`var wg sync.WaitGroup
			for range 50 {
				wg.Add(1)
				go func() { defer wg.Done() }()
			}
			wg.Wait()
			until("created by", 0)`, nil},
		"exit": {`go func() { select {} }()
			until("[select (no cases)]", 1)
			os.Exit(0)`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tr transcript
			src := "package main; import (\"os\"; \"sync\"; \"time\"; \"strings\"; \"runtime\"); var _, _ = os.Exit, sync.NewCond; func main() {\n" + tt.body + "\n}\n" + untilStacks
			res, err := s.Run(t.Context(), sandbox.Program{Source: src}, tr.sink)
			if err != nil || res.Status != sandbox.StatusOK {
				t.Fatal(res.Status, err, tr.text())
			}
			if !slices.Equal(res.Leaks, tt.want) {
				t.Errorf("%+v, want %+v", res.Leaks, tt.want)
			}
		})
	}
}
