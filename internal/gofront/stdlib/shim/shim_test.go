package shim

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"playground/internal/gofront/stdlib"
)

var update = flag.Bool("update", false, "write the list in docs/fidelity.md")

// standStill is a program of one function that is always at the same line.
type standStill struct{ line int }

func (p *standStill) Calls(limit int) []Call {
	list := []Call{{"main.f", "prog.go", p.line + 7, "()"}, {"main.main", "prog.go", 3, "()"}}
	return list[:min(limit, len(list))]
}
func (p *standStill) Roots() []Call               { return nil }
func (p *standStill) FuncAt(uintptr) (Call, bool) { return Call{}, false }
func (p *standStill) Goroutine() uintptr          { return 1 }
func (p *standStill) Own() Stack                  { return Stack{Number: 18, State: "running", Calls: p.Calls(9)} }
func (p *standStill) All() []Stack                { return []Stack{p.Own()} }
func (p *standStill) Go(f func())                 { go f() }
func (p *standStill) Procs(n int) int             { return runtime.GOMAXPROCS(n) }
func (p *standStill) Guard(f func())              { f() }
func (p *standStill) Repanic(f func())            { f() }
func (p *standStill) Exit(int)                    { runtime.Goexit() }

// all is every row, those of a program with examples too.
func all(s *Set) []Row {
	s.Capture(func() int { return 0 })
	s.Be(Identity{Debug: "panicnil=1"})
	var list []Row
	for _, path := range Paths() {
		list = append(list, s.Rows(path)...)
	}
	return list
}

func TestRowsHaveTheTypesOfWhatTheyReplace(t *testing.T) {
	for _, r := range all(New(&standStill{})) {
		symbols := stdlib.Symbols(r.Package)
		want := symbols[r.Name]
		if r.Type != "" {
			recv := symbols[r.Type].Type() // a nil pointer to the type
			m, ok := recv.Elem().MethodByName(r.Name)
			if !ok {
				m, ok = recv.MethodByName(r.Name)
			}
			if !ok {
				t.Errorf("%s.%s has no method %s", r.Package, r.Type, r.Name)
				continue
			}
			want = m.Func
		}
		if !want.IsValid() {
			t.Errorf("%s has no function %s", r.Package, r.Name)
			continue
		}
		if got := reflect.TypeOf(r.Func); got != want.Type() {
			t.Errorf("%s.%s%s: got %v, want %v", r.Package, r.Type, r.Name, got, want.Type())
		}
		if r.Why == "" {
			t.Errorf("%s.%s has no reason", r.Package, r.Name)
		}
	}
}

func TestEachSymbolHasOneRow(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range all(New(&standStill{})) {
		name := r.Package + "." + r.Type + "." + r.Name
		if seen[name] {
			t.Errorf("two rows for %s", name)
		}
		seen[name] = true
	}
}

// useAll calls what keeps something for the program, as a program would.
func useAll(t *testing.T, s *Set) {
	call := func(path, typ, name string, args ...any) []reflect.Value {
		t.Helper()
		for _, r := range s.Rows(path) {
			if r.Type == typ && r.Name == name {
				in := make([]reflect.Value, len(args))
				for i, a := range args {
					in[i] = reflect.ValueOf(a)
				}
				return reflect.ValueOf(r.Func).Call(in)
			}
		}
		t.Fatalf("no row %s.%s.%s", path, typ, name)
		return nil
	}
	pc := call("runtime", "", "Caller", 0)[0].Interface()
	f := call("runtime", "", "FuncForPC", pc)[0].Interface()
	if name := call("runtime", "Func", "Name", f)[0].String(); name != "main.f" {
		t.Errorf("Func.Name is %q", name)
	}
	pcs := make([]uintptr, 8)
	n := call("runtime", "", "Callers", 1, pcs)[0].Int()
	frames := call("runtime", "", "CallersFrames", pcs[:n])[0].Interface()
	if fr := call("runtime", "Frames", "Next", frames)[0].Interface().(runtime.Frame); fr.Function != "main.f" || fr.File != "prog.go" {
		t.Errorf("first frame is %+v", fr)
	}
	stack := call("runtime/debug", "", "Stack")[0].Bytes()
	if !strings.HasPrefix(string(stack), "goroutine 18 [running]:\nruntime/debug.Stack()\n\t/usr/local/go/src/runtime/debug/stack.go:26\nmain.f()\n") {
		t.Errorf("stack is %q", stack)
	}
	call("testing", "T", "Helper", t)
	call("log", "Logger", "Println", log.New(quiet{}, "", log.Lshortfile), "x")
}

type quiet struct{}

func (quiet) Write(p []byte) (int, error) {
	if want := "prog.go:"; !strings.HasPrefix(string(p), want) {
		panic(fmt.Sprintf("%q does not begin with %q", p, want))
	}
	return len(p), nil
}

func TestRowsRunInParallel(t *testing.T) {
	s := New(&standStill{})
	all(s)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				useAll(t, s)
			}
		})
	}
	wg.Wait()
}

// Two million runtime.Caller(0) once ended at the memory limit.
func TestRowsKeepNothingForACall(t *testing.T) {
	s := New(&standStill{})
	all(s)
	use := func(n int) uint64 {
		for range n {
			useAll(t, s)
		}
		// Cleanups run some time after a collection.
		var m runtime.MemStats
		for range 3 {
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := use(100)
	after := use(20_000)
	if after > before+512<<10 {
		t.Errorf("20,000 uses keep %d bytes", after-before)
	}
	if n := len(s.calls.list); n > 8 {
		t.Errorf("%d places are known", n)
	}
}

func TestProgramCountersOfPlacesDiffer(t *testing.T) {
	p := &standStill{}
	s := New(p)
	one, _, _, _ := s.caller(0)
	p.line++
	two, _, line, _ := s.caller(0)
	if one == two || line != 8 {
		t.Errorf("two lines have the counters %d and %d", one, two)
	}
	for _, pc := range []uintptr{two, two - 1} {
		if c, ok := s.calls.call(pc); !ok || c.Line != 8 {
			t.Errorf("%d stands for %+v", pc, c)
		}
	}
	if _, ok := s.calls.call(firstPC); ok {
		t.Error("a counter that was never given out stands for something")
	}
}

func TestFidelityListsTheRows(t *testing.T) {
	const begin, end = "<!-- stand-ins: go test ./internal/gofront/stdlib/shim -update -->\n", "<!-- end of stand-ins -->\n"
	name := filepath.Join("..", "..", "..", "..", "docs", "fidelity.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(text), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the list", name)
	}
	want := head + begin + markdown(all(New(&standStill{}))) + end + tail
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("the list in docs/fidelity.md is not that of the rows; run this test with -update")
	}
	if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// markdown is a table with a line for each package, type and reason.
func markdown(list []Row) string {
	type key struct{ path, typ, why string }
	names := map[key][]string{}
	var keys []key
	for _, r := range list {
		k := key{r.Package, r.Type, r.Why}
		if names[k] == nil {
			keys = append(keys, k)
		}
		names[k] = append(names[k], r.Name)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.typ, b.typ), cmp.Compare(a.why, b.why))
	})
	var b strings.Builder
	b.WriteString("\n| Of | Replaced | Why: the library's own |\n|---|---|---|\n")
	for _, k := range keys {
		slices.Sort(names[k])
		of := k.path
		if k.typ != "" {
			of += "." + k.typ
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", of, strings.Join(names[k], ", "), k.why)
	}
	b.WriteString("\n")
	return b.String()
}
