package races

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"playground/internal/sandbox"
	"playground/internal/sandbox/sandboxtest"
)

// tests are a package like the distribution's.
const tests = `package race_test

import (
	"os"
	"sync"
	"testing"
	"time"
	"unsafe"
)

type point struct{ x, y int }

// Set sets.
func (p *point) set() { p.x = start }

const start = 1

var size = unsafe.Sizeof(point{})

func other() {}

func assembled()

// It is racy.
func TestRacePoint(t *testing.T) {
	p := &point{}
	go p.set()
	p.set() // now
}

func TestNoRaceAsks(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	t.Log("x")
}

func TestNoRaceFiles(t *testing.T)  { os.Open("x") }
func TestRaceUnsafe(t *testing.T)   { println(size) }
func TestRaceAssembly(t *testing.T) { assembled() }
func TestElse(t *testing.T)         { time.Sleep(1) }
`

// A test becomes a program with what it leads to and no more; what is left out is so by
// what it needs.
func TestGoroot(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a_test.go":   tests,
		"cgo_test.go": "//go:build cgo\n\npackage race_test\n\nfunc TestRaceCgo(t *testing.T) {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	programs, err := Goroot(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range programs {
		names = append(names, strings.TrimRight(p.Name+" "+p.Left, " "))
		if p.Racy != strings.HasPrefix(p.Name, "TestRace") {
			t.Errorf("%s: racy is %v", p.Name, p.Racy)
		}
	}
	want := []string{"TestRacePoint", "TestNoRaceAsks", "TestNoRaceFiles files", "TestRaceUnsafe unsafe", "TestRaceAssembly assembly"}
	if !slices.Equal(names, want) {
		t.Fatalf("%q, want %q", names, want)
	}
	const point = `package main

import "testing"
import "time"

type point struct{ x, y int }

// Set sets.
func (p *point) set() { p.x = start }

const start = 1

// It is racy.
func TestRacePoint(t *testing.T) {
	p := &point{}
	go p.set()
	p.set() // now
}

func main() {
	TestRacePoint(nil)
	time.Sleep(100 * time.Millisecond)
}
`
	if programs[0].Source != point {
		t.Errorf("got\n%s", programs[0].Source)
	}
	if s := programs[1].Source; strings.Contains(s, "func main") || !strings.Contains(s, "func TestMain(m *testing.M)") {
		t.Errorf("a test that asks package testing is not run by it:\n%s", s)
	}
}

// Reports are read as Go prints them, with addresses or without.
func TestReports(t *testing.T) {
	const printed = `one
==================
WARNING: DATA RACE
Write at 0x00c0000120d8 by goroutine 7:
  main.main.func1()
      /tmp/prog.go:11 +0x30

Previous read at … by main goroutine:
  main.count()
      prog.go:14
  main.main()
      prog.go:20

Goroutine 7 (running) created at:
  main.main()
      prog.go:10
==================
two
==================
WARNING: DATA RACE
Read at … by goroutine 8:
  main.main.func2()
      prog.go:15

Previous atomic write at … by goroutine 7:
  main.main.func1()
      prog.go:12
==================
Found 2 data race(s)
`
	want := []string{"write at /tmp/prog.go:11, read at prog.go:14", "read at prog.go:15, atomic write at prog.go:12"}
	if got := reports(printed); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// looked are some of the kinds: in a bufio.Scanner over a pipe, through a RLocker, and what
// is written through an interface, copied whole, walked by a twin, or looked into by the library.
var looked = []string{"correct/iopipe", "correct/condrw", "correct/seqlock", "correct/syncmap", "racy/fprintf", "racy/structcopy", "racy/mapkeys", "racy/template"}

// Races of these kinds are found, and correct programs are not accused. It tries a few:
// cmd/races -own tries all.
func TestKinds(t *testing.T) {
	box, err := sandbox.New(sandbox.Config{Executable: sandboxtest.Binary(t), Pool: -1, Limits: Limits()})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close(t.Context())
	programs, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, p := range programs {
		if !slices.Contains(looked, p.Name) {
			continue
		}
		tried++
		v, err := Judge(t.Context(), box, p)
		if err != nil || v.Failed != "" || v.Found != p.Racy {
			t.Errorf("%s: found is %v: %v %s %q", p.Name, v.Found, err, v.Failed, v.Reports)
		}
	}
	if tried != len(looked) {
		t.Errorf("%d programs tried of %d", tried, len(looked))
	}
}

// The article and the conformance set have programs to look at.
func TestOwn(t *testing.T) {
	programs, err := Own("../testdata")
	if err != nil || len(programs) < 300 {
		t.Errorf("%d programs, %v", len(programs), err)
	}
	post, err := Article("../../../content/post.md")
	if err != nil || len(post) < 10 {
		t.Errorf("%d programs, %v", len(post), err)
	}
}
