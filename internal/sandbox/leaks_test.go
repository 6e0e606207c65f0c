package sandbox_test

import (
	"slices"
	"testing"

	"playground/internal/sandbox"
)

// Goroutines that main leaves behind are told of: how many, in which state, where. One
// that has ended, or is about to, is not.
func TestLeaks(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	for name, tt := range map[string]struct {
		body string
		want []sandbox.Leak
	}{
		"senders": {"c := make(chan int)\nfor range 3 {\ngo func() { c <- 1 }()\n}\n<-c", []sandbox.Leak{{Count: 2, State: "chan send", File: "prog.go", Line: 4, Func: "main.main.func1"}}},
		"method":  {"var mu sync.Mutex\nmu.Lock()\ngo mu.Lock()", []sandbox.Leak{{Count: 1, State: "sync.Mutex.Lock", File: "prog.go", Line: 4, Func: "main.main"}}},
		"done":    {"var wg sync.WaitGroup\nfor range 50 {\nwg.Add(1)\ngo func() { defer wg.Done() }()\n}\nwg.Wait()", nil},
		"none":    {"go func() {}()", nil},
		"exit":    {"go func() { select {} }()\ntime.Sleep(time.Millisecond)\nos.Exit(0)", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tr transcript
			// Those that wait have come to it when main ends.
			src := "package main; import (\"os\"; \"sync\"; \"time\"); var _, _, _ = os.Exit, time.Now, sync.NewCond; func main() {\n" + tt.body + "\ntime.Sleep(200*time.Millisecond)\n}\n"
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
