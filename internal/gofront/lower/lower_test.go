package lower_test

import (
	"flag"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"playground/internal/gofront/check"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/lower/plain"
	"playground/internal/gofront/module"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sources are the packages of a program.
func sources(p *check.Program) []*lower.Source {
	var list []*lower.Source
	for _, u := range p.Units {
		list = append(list, &lower.Source{Pkg: u.Types, Info: u.Info, Files: u.Files, Name: u.Types.Name(), Path: u.Path})
	}
	return list
}

func lowered(t testing.TB, src string) (*lower.Program, *check.Program, error) {
	t.Helper()
	c, err := check.New(&module.Library{})
	if err != nil {
		t.Fatal(err)
	}
	p, diags := c.Check(src)
	if p == nil {
		t.Fatalf("refused: %v", diags)
	}
	res, err := lower.Lower(p.Fset, sources(p), plain.Host{Checker: c})
	return res, p, err
}

// Each golden file is a construct and the first-order program it becomes.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			res, _, err := lowered(t, string(ar.Files[0].Data))
			if err != nil {
				t.Fatal(err)
			}
			got := body(res.Source)
			if *update {
				ar.Files = append(ar.Files[:1], txtar.File{Name: "lowered.go", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(ar.Files) < 2 || string(ar.Files[1].Data) != got {
				t.Errorf("lowered program differs (run with -update to accept):\n%s", got)
			}
		})
	}
}

// body is the lowered source without the lines that are always there.
func body(src string) string {
	_, rest, _ := strings.Cut(src, "var _ = x.Nop\n\n")
	rest, _, _ = strings.Cut(rest, "func entry()")
	return rest
}

// The result must be Go, with nothing of the language that the target lacks.
func TestFirstOrder(t *testing.T) {
	res, _, err := lowered(t, everything)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "lowered.go", res.Source, 0); err != nil {
		t.Fatalf("not Go: %v\n%s", err, res.Source)
	}
	for _, word := range []string{"defer ", "go func", "select {", "switch ", "range ", "struct {", "interface {", "chan ", "<-", ":="} {
		for _, line := range strings.Split(res.Source, "\n") {
			if strings.Contains(line, word) && !strings.Contains(line, `"`) {
				t.Errorf("%q in %q", word, line)
			}
		}
	}
	for _, s := range res.Slots {
		if res.Funcs[s.Name] == nil {
			t.Errorf("no function %s", s.Name)
		}
	}
}

const everything = `package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

type Number interface{ ~int | ~float64 }

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(v T) { s.items = append(s.items, v) }
func (s *Stack[T]) All() func(yield func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for i, v := range s.items {
			if !yield(i, v) {
				return
			}
		}
	}
}

func Sum[T Number](vs ...T) (t T) {
	for _, v := range vs {
		t += v
	}
	return
}

type Tree struct {
	kids map[string]Tree
	mu   sync.Mutex
	*Base
}

type Base struct{ id int }

func (b *Base) ID() int        { return b.id }
func (b Base) String() string  { return fmt.Sprint("base", b.id) }

type Celsius float64

func find(s *Stack[string], want string) (at int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("find: %v", r)
		}
	}()
outer:
	for i, v := range s.All() {
		defer fmt.Println("seen", v)
		switch {
		case v == want:
			return i, nil
		case v == "":
			continue outer
		case v == "stop":
			break outer
		}
	}
	return -1, errors.New("none")
}

func main() {
	s := &Stack[string]{}
	s.Push("a")
	fmt.Println(find(s, "a"))
	fmt.Println(Sum(1, 2), Sum(1.5, 2))
	t := Tree{kids: map[string]Tree{}, Base: &Base{3}}
	var st fmt.Stringer = t
	f := t.ID
	fmt.Println(st, f(), Celsius(3)+1)
	ch := make(chan int, 1)
	var fs []func() int
	for i := range 3 {
		fs = append(fs, func() int { i *= 2; return i })
		go func() { ch <- i }()
		select {
		case v, ok := <-ch:
			fmt.Println(v > -1, ok)
		}
	}
	switch x := any(st).(type) {
	case nil:
	case fmt.Stringer:
		fmt.Println(x.String())
	default:
		goto end
	}
	fmt.Println(slices.Sorted(maps.Keys(map[string]int{"b": 1, "a": 2})), min(1, 2), fs[0]())
end:
}
`

// Every line of a lowered function that can be seen leads back to the source.
func TestPositions(t *testing.T) {
	const src = "package main\n\nfunc f(a []int) int {\n\treturn a[\n\t\t3]\n}\n\nfunc main() {\n\tf(nil)\n}\n"
	res, p, err := lowered(t, src)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(res.Source, "a_1[3]")
	if at < 0 {
		at = strings.Index(res.Source, "[3]")
	}
	line := 0
	for _, m := range res.Lines {
		if m.Offset <= at {
			line = p.Fset.Position(m.Pos).Line
		}
	}
	if line != 4 {
		t.Errorf("the index is said to be on line %d, it is on 4\n%s", line, res.Source)
	}
}

func TestUnsupported(t *testing.T) {
	c, err := check.New(&module.Library{})
	if err != nil {
		t.Fatal(err)
	}
	// An infinite family of instances, which go/types accepts.
	const src = "package main\n\ntype P[T any] struct{ v *T }\n\nfunc f[T any](n int, v T) {\n\tif n > 0 {\n\t\tg := any(v)\n\t\t_ = g\n\t}\n}\n\nfunc main() { f(1, 2) }\n"
	p, diags := c.Check(src)
	if p == nil {
		t.Fatal(diags)
	}
	if _, err := lower.Lower(p.Fset, sources(p), plain.Host{Checker: c}); err != nil {
		t.Errorf("a plain generic program: %v", err)
	}
}

// Whatever the checker accepts is lowered or refused, at a position, and never
// brings the process down.
func FuzzLower(f *testing.F) {
	f.Add(everything)
	f.Add("package main\n\nfunc main() { for i := range 3 { defer func() { println(i) }() } }\n")
	f.Add("package main\n\ntype F func() F\n\nfunc main() { var f F; _ = f == nil }\n")
	f.Add("package main\n\ntype M map[string]M\n\nfunc main() { m := M{}; m[\"\"] = m }\n")
	c, err := check.New(&module.Library{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src string) {
		limit := time.AfterFunc(5*time.Second, func() { panic("over budget: " + src) })
		defer limit.Stop()
		p, _ := c.Check(src)
		if p == nil {
			return
		}
		res, err := lower.Lower(p.Fset, sources(p), plain.Host{Checker: c})
		if err != nil {
			if strings.Contains(err.Error(), "internal error") {
				t.Errorf("%v\n%s", err, src)
			}
			return
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "lowered.go", res.Source, 0); err != nil {
			t.Errorf("not Go: %v\n%s", err, src)
		}
	})
}
