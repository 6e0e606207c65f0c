package random

import (
	"fmt"
	"go/format"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// prelude is what all cases use.
const prelude = `package main

import "fmt"

// trace is what was evaluated in the case that runs, and in which order.
var trace uint64

func step[T any](k uint64, v T) T {
	trace = trace*31 + k
	return v
}

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				trace = trace*31 + 7
				return
			}
		}
	}
}

// cut bounds what grows in loops.
func cut(s string) string { return s[:min(len(s), 20)] }

func try(n int, f func()) {
	trace = 0
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(n, "panic", r)
		}
		fmt.Println(n, "trace", trace)
	}()
	f()
}
`

// Source is a program of the cases of a seed with these numbers.
func Source(seed uint64, cases []int) (string, error) {
	var b, calls strings.Builder
	b.WriteString(prelude)
	for _, n := range cases {
		g := &generator{r: rand.New(rand.NewPCG(seed, uint64(n))), number: n, types: map[string]*typ{}}
		g.program()
		b.WriteString(g.b.String())
		fmt.Fprintf(&calls, "try(%d, case%d)\n", n, n)
	}
	fmt.Fprintf(&b, "\nfunc main() {\n%s}\n", calls.String())
	text, err := format.Source([]byte(b.String()))
	return string(text), err
}

// Differences are the numbers of the cases of which two outputs have different lines.
func Differences(a, b string) []int {
	of := func(out string) map[int]string {
		lines := map[int]string{}
		for line := range strings.Lines(out) {
			var n int
			if _, err := fmt.Sscanf(line, "%d ", &n); err == nil {
				lines[n] += line
			}
		}
		return lines
	}
	la, lb := of(a), of(b)
	different := map[int]bool{}
	for _, lines := range []map[int]string{la, lb} {
		for n := range lines {
			if la[n] != lb[n] {
				different[n] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(different))
}

// generator writes one case.
type generator struct {
	r      *rand.Rand
	b      strings.Builder
	number int // of the case
	names  int // so far
	lines  int // of the function, so far

	types   map[string]*typ
	ints    []*typ // the integers that the case uses
	structs []*typ
	iface   *typ
	funcs   []callee

	scope  []variable
	result *typ // of the function that is being written, nil for none
	labels []string
	loops  int // around
	weight int // how often what is being written runs, at most
	cost   int // of what has been written of the function
	nested int // blocks around
	inside int // function literals around
}

// callee is a function that can be called by those after it.
type callee struct {
	name    string
	params  []*typ
	results []*typ
	cost    int
}

func (g *generator) n(most int) int          { return g.r.IntN(most) }
func (g *generator) chance(percent int) bool { return g.n(100) < percent }
func one[T any](g *generator, list []T) T    { return list[g.n(len(list))] }

func (g *generator) linef(f string, args ...any) {
	fmt.Fprintf(&g.b, f+"\n", args...)
	g.lines++
}

// fresh is a name that nothing has: cases share a package.
func (g *generator) fresh(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d_%d", prefix, g.number, g.names)
}

// program writes the case.
func (g *generator) program() {
	g.weight = 1
	g.declareTypes()
	for i := range 4 + g.n(4) {
		v := variable{name: g.fresh("g"), t: g.typ(2)}
		if i < len(g.ints) {
			v.t = g.ints[i]
		}
		g.linef("var %s %s", v.name, v.t.name)
		g.scope = append(g.scope, v)
	}
	for range 1 + g.n(4) {
		g.function()
	}
	g.lines = 0
	g.linef("func case%d() {", g.number)
	g.body(nil, nil, 4+g.n(6))
	g.linef("}")
}

// function writes a function that those after it may call.
func (g *generator) function() {
	f := callee{name: g.fresh("f")}
	g.lines = 0
	var params []variable
	var in, out []string
	for range g.n(4) {
		p := variable{name: g.fresh("p"), t: g.typ(1)}
		if g.chance(10) {
			p.t = g.signature()
		}
		params, f.params, in = append(params, p), append(f.params, p.t), append(in, p.name+" "+p.t.name)
	}
	for range 1 + g.n(3) {
		t := g.typ(1)
		f.results, out = append(f.results, t), append(out, t.name)
	}
	named := g.chance(30)
	if named || len(f.results) > 1 {
		g.results(&f, params, in, out, named)
	} else {
		g.linef("func %s(%s) %s {", f.name, strings.Join(in, ", "), out[0])
		g.cost = 0
		g.body(f.results[0], params, g.n(4))
		g.linef("}")
	}
	f.cost = g.cost + 1
	g.funcs = append(g.funcs, f)
}

// results writes a function with several results or with named ones, which a deferred
// function may change.
func (g *generator) results(f *callee, params []variable, in, out []string, named bool) {
	var all []variable
	if named {
		for i := range out {
			v := variable{name: g.fresh("r"), t: f.results[i]}
			out[i] = v.name + " " + v.t.name
			all = append(all, v)
		}
	}
	g.linef("func %s(%s) (%s) {", f.name, strings.Join(in, ", "), strings.Join(out, ", "))
	g.cost = 0
	from := len(g.scope)
	g.scope = append(append(g.scope, params...), all...)
	if named && g.chance(40) {
		g.deferred(true)
	}
	g.statements(g.n(4))
	var list []string
	for _, t := range f.results {
		list = append(list, g.expr(t, 2))
	}
	if named && g.chance(30) {
		g.linef("return")
	} else {
		g.linef("return %s", strings.Join(list, ", "))
	}
	g.linef("}")
	g.scope = g.scope[:from]
}

// body writes the statements of a function of at most one result.
func (g *generator) body(result *typ, params []variable, n int) {
	from, was, labels, loops := len(g.scope), g.result, g.labels, g.loops
	g.scope, g.result, g.labels, g.loops = append(g.scope, params...), result, nil, 0
	g.statements(n)
	if result != nil {
		g.linef("return %s", g.expr(result, 3))
	} else if g.inside == 0 {
		g.show(len(g.scope))
	}
	g.scope, g.result, g.labels, g.loops = g.scope[:from], was, labels, loops
}
