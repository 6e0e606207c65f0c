package schedules

import (
	"fmt"
	"strings"
	"testing"

	"playground/internal/sandbox"
	"playground/internal/sandbox/sandboxtest"
)

func newBox(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.New(sandbox.Config{Executable: sandboxtest.Binary(t), Pool: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close(t.Context()) })
	return box
}

// sample are a few of our own programs, and their twins.
var sample = []string{"check_then_act", "lock_order", "missed_wakeup", "leaked_sender", "cancel_race", "send_on_closed", "once_func", "package_group", "map_order", "pool_keeps"}

// TestOwn: programs that can go wrong are found to, and their correct twins never are. It
// tries a sample: cmd/schedules tries all.
func TestOwn(t *testing.T) {
	box := newBox(t)
	programs, err := Own()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, p := range programs {
		_, name, _ := strings.Cut(p.Name, "/")
		for _, s := range sample {
			if s != name {
				continue
			}
			tried++
			v, err := Judge(t.Context(), box, p, 300)
			if err != nil || v.Failed != "" {
				t.Fatal(p.Name, err, v.Failed)
			}
			if found := v.Found != nil; found != p.Buggy {
				t.Errorf("%s: found is %v: %+v", p.Name, found, v.Outcomes)
			}
		}
	}
	if tried != 2*len(sample) {
		t.Errorf("%d programs tried of %d", tried, 2*len(sample))
	}
}

// replayed has random numbers, virtual time and several orders of output.
const replayed = `package main

import (crypto "crypto/rand"; "fmt"; "math/rand"; "sync"; "time")

func main() {
	start := time.Now()
	var secret [8]byte
	fmt.Println(crypto.Read(secret[:]))
	fmt.Println(secret)
	var wg sync.WaitGroup
	ch := make(chan int)
	for i := range 3 {
		wg.Go(func() {
			time.Sleep(time.Duration(rand.Intn(3)) * time.Second)
			fmt.Println(i, time.Since(start), rand.Intn(1000))
			select {
			case ch <- i:
			case <-time.After(time.Minute):
			}
		})
	}
	for range 3 { fmt.Println("got", <-ch) }
	wg.Wait()
	fmt.Println(time.Now().UTC())
}
`

// walked has maps of all kinds of keys, and what is like a map.
const walked = `package main

import ("fmt"; "maps"; "math"; "reflect"; "slices"; "sync")

type point struct{ x int }
type pair struct { name string; at *point }

func main() {
	points := map[*point]bool{}
	var all []*point
	for i := range 20 { all = append(all, &point{i}) }
	for _, p := range all { points[p] = true }
	for p := range points {
		fmt.Print(p.x, " ")
		delete(points, all[3])
	}
	chans := map[chan int]int{make(chan int): 1, make(chan int, 1): 2, nil: 3}
	for _, n := range chans { fmt.Print(n) }
	mixed := map[any]int{1: 1, "a": 2, nil: 3, 2.5: 4, [2]any{1, all[0]}: 5, pair{"b", all[1]}: 6, true: 7, 3i: 8, uint8(1): 9}
	for _, n := range mixed { fmt.Print(n) }
	for k, n := range map[float64]int{math.NaN(): 7} { fmt.Print(k, n) }
	for k := range maps.Keys(map[string]bool{"x": true, "y": true, "z": true}) { fmt.Print(k) }
	for _, k := range reflect.ValueOf(map[int]int{4: 1, 5: 1, 6: 1}).MapKeys() { fmt.Print(k) }
	var shared sync.Map
	for _, p := range all[:5] { shared.Store(p, p.x) }
	shared.Range(func(_, x any) bool { shared.Delete(all[2]); fmt.Print(x); return x != 4 })
	for k := range map[int]int{1: 1, 2: 2} {
		switch {
		case k == 1: continue
		}
		break
	}
	keys := slices.Sorted(maps.Keys(map[int]int{2: 1, 1: 1}))
	fmt.Println(keys, len(points))
}
`

// directed has a full channel at whose ends are values that can only send or only receive.
const directed = `package main

func feed(queue chan<- int) {
	defer close(queue)
	for i := range 4 { queue <- i }
}

func drain(queue <-chan int, done chan<- int) {
	defer close(done)
	sum := 0
	for n := range queue { sum += n }
	done <- sum
}

func main() {
	queue, done := make(chan int, 1), make(chan int)
	go feed(queue)
	go drain(queue, done)
	println(<-done)
}
`

// TestDirected: who waits to send comes into the room that one makes who cannot send.
func TestDirected(t *testing.T) {
	v, err := Judge(t.Context(), newBox(t), Program{Source: directed}, 200)
	if err != nil || v.Failed != "" || len(v.Outcomes) != 1 || v.Outcomes[0].Output != "6\n" {
		t.Errorf("%v %s %+v", err, v.Failed, v.Outcomes)
	}
}

// TestMapOrder: the order in which a map is walked is the schedule's, and any entry may be
// the first.
func TestMapOrder(t *testing.T) {
	box := newBox(t)
	outputs := map[string]bool{}
	for seed := 1; seed < 5; seed++ {
		first := replay(t, box, walked, fmt.Sprint(seed))
		for range 3 {
			if again := replay(t, box, walked, fmt.Sprint(seed)); again != first {
				t.Errorf("--seed %d: %q, then %q", seed, first, again)
			}
		}
		if !strings.Contains(first, "NaN 7") || !strings.HasSuffix(first, "[1 2] 19\n") {
			t.Errorf("--seed %d: %q", seed, first)
		}
		outputs[first] = true
	}
	if len(outputs) < 2 {
		t.Error("all seeds walk the same way")
	}
	v, err := Judge(t.Context(), box, Program{Source: `package main
		func main() { for k := range map[string]int{"a": 1, "b": 2, "c": 3, "d": 4} { println(k); break } }`}, 50)
	if err != nil || v.Failed != "" || len(v.Outcomes) != 4 || !v.All {
		t.Errorf("%v %s: %d outcomes in %d orders, not one for each entry", err, v.Failed, len(v.Outcomes), v.Runs)
	}
}

// TestReplay: a schedule is followed again exactly, by its name and by the number of a
// random one.
func TestReplay(t *testing.T) {
	box := newBox(t)
	v, err := Judge(t.Context(), box, Program{Source: replayed}, 60)
	if err != nil || v.Failed != "" {
		t.Fatal(err, v.Failed)
	}
	if len(v.Outcomes) < 3 {
		t.Fatalf("only %d outcomes", len(v.Outcomes))
	}
	for _, o := range v.Outcomes[:3] {
		for range 3 {
			if got := replay(t, box, replayed, o.Seed); got != o.Output {
				t.Fatalf("--seed %s: %q, before %q", o.Seed, got, o.Output)
			}
		}
	}
	outputs := map[string]bool{}
	for seed := 7; seed < 12; seed++ {
		first := replay(t, box, replayed, fmt.Sprint(seed))
		if again := replay(t, box, replayed, fmt.Sprint(seed)); again != first {
			t.Errorf("--seed %d: %q, then %q", seed, first, again)
		}
		outputs[first] = true
	}
	if len(outputs) < 2 {
		t.Error("all seeds give the same")
	}
}

func replay(t *testing.T, box Box, source, seed string) string {
	t.Helper()
	s, failed, err := listen(t.Context(), box, sandbox.Program{Source: source, Schedule: seed})
	if err != nil || failed != "" {
		t.Fatal(err, failed)
	}
	return s.stdout.String()
}

// TestKernel: GoKer's kernels become programs.
func TestKernel(t *testing.T) {
	text, err := kernel([]byte(`package main

import ("os"; "runtime"; "runtime/pprof"; "time"; "unsafe")

func init() { register("X", X) }

func X() {
	prof := pprof.Lookup("goroutineleak")
	defer func() { time.Sleep(1); prof.WriteTo(os.Stdout, 2) }()
	for i := 0; i < 100; i++ {
		go func() { for i := 0; i < 50; i++ { runtime.Gosched(); println(uintptr(unsafe.Pointer(new(int))) % 2) } }()
	}
}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"i < 1;", "i < 50;", "reflect.ValueOf(new(int)).Pointer()", "func main() { X() }"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	for _, part := range []string{"Gosched", "pprof", "unsafe", "register", "time"} {
		if strings.Contains(text, part) {
			t.Errorf("%q in\n%s", part, text)
		}
	}
}
