package shim

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

func (s *Set) pprofRows() []Row {
	return []Row{
		{"runtime/pprof", "Profile", "WriteTo", engineFrames, s.writeProfile},
		{"runtime/pprof", "Profile", "Count", engineFrames, func(p *pprof.Profile) int {
			if p.Name() == "goroutine" {
				return len(s.program.All())
			}
			return p.Count()
		}},
		{"runtime/pprof", "", "WriteHeapProfile", engineFrames, func(w io.Writer) error {
			return s.writeProfile(pprof.Lookup("heap"), w, 0)
		}},
	}
}

// writeProfile is Profile.WriteTo. Stacks of profiles other than that of
// goroutines were taken from the interpreter, and are left out.
func (s *Set) writeProfile(p *pprof.Profile, w io.Writer, debug int) error {
	goroutines := p.Name() == "goroutine"
	switch {
	case debug <= 0 && goroutines:
		return writeProto(w, p.Name(), s.grouped())
	case debug <= 0:
		return writeProto(w, p.Name(), nil)
	case goroutines && debug == 1:
		return s.writeCounts(w, s.grouped())
	case goroutines:
		_, err := io.WriteString(w, s.allStacks())
		return err
	}
	var b bytes.Buffer
	if err := p.WriteTo(&b, debug); err != nil {
		return err
	}
	for line := range bytes.Lines(b.Bytes()) {
		if bytes.HasPrefix(line, []byte("#\t0x")) {
			continue
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// allStacks is the text of all goroutines' stacks.
func (s *Set) allStacks() string {
	var texts []string
	for _, g := range s.program.All() {
		texts = append(texts, g.String())
	}
	return strings.Join(texts, "\n")
}

// goroutineProfile is runtime.GoroutineProfile.
func (s *Set) goroutineProfile(p []runtime.StackRecord) (n int, ok bool) {
	all := s.program.All()
	if len(all) > len(p) {
		return len(all), false
	}
	for i, g := range all {
		p[i] = runtime.StackRecord{}
		for j, c := range g.whole() {
			if j < len(p[i].Stack0) {
				p[i].Stack0[j] = s.calls.pc(c)
			}
		}
	}
	return len(all), true
}

// whole is the calls of g, and before them those of the library that it waits in.
func (g Stack) whole() []Call {
	var list []Call
	name := ""
	for line := range strings.Lines(g.Waits) {
		place, isPlace := strings.CutPrefix(strings.TrimRight(line, "\n"), "\t")
		if !isPlace {
			name = place[:strings.LastIndexByte(place, '(')]
			continue
		}
		place, _, _ = strings.Cut(place, " ")
		file, number, _ := strings.Cut(place, ":")
		n, _ := strconv.Atoi(number)
		list = append(list, Call{Name: name, File: file, Line: n})
	}
	return append(list, g.Calls...)
}

// alike is goroutines with one stack.
type alike struct {
	count int
	calls []Call
}

// grouped is the program's goroutines by their stacks, the most frequent first.
func (s *Set) grouped() []alike {
	var list []alike
next:
	for _, g := range s.program.All() {
		calls := g.whole()
		for i := range list {
			if slices.Equal(list[i].calls, calls) {
				list[i].count++
				continue next
			}
		}
		list = append(list, alike{1, calls})
	}
	slices.SortStableFunc(list, func(a, b alike) int { return cmp.Compare(b.count, a.count) })
	return list
}

// writeCounts is a profile of goroutines for people.
func (s *Set) writeCounts(w io.Writer, list []alike) error {
	total := 0
	for _, a := range list {
		total += a.count
	}
	tw := tabwriter.NewWriter(w, 1, 8, 1, '\t', 0)
	fmt.Fprintf(tw, "goroutine profile: total %d\n", total)
	for _, a := range list {
		fmt.Fprintf(tw, "%d @", a.count)
		for _, c := range a.calls {
			fmt.Fprintf(tw, " %#x", s.calls.pc(c))
		}
		fmt.Fprintln(tw)
		for _, c := range a.calls {
			fmt.Fprintf(tw, "#\t%#x\t%s+0x1\t%s:%d\n", s.calls.pc(c), c.Name, c.File, c.Line)
		}
		fmt.Fprintln(tw)
	}
	return tw.Flush()
}

// writeProto writes a profile of counts for tools: gzipped, as profile.proto of
// github.com/google/pprof says.
func writeProto(w io.Writer, name string, list []alike) error {
	p := proto{strings: map[string]uint64{}}
	p.str("")
	p.message(1, func(m *proto) { // sample_type
		m.number(1, p.str(name))
		m.number(2, p.str("count"))
	})
	locations := map[Call]uint64{}
	for _, a := range list {
		p.message(2, func(m *proto) { // sample
			for _, c := range a.calls {
				id, ok := locations[c]
				if !ok {
					id = uint64(len(locations) + 1)
					locations[c] = id
				}
				m.number(1, id)
			}
			m.number(2, uint64(a.count))
		})
	}
	for c, id := range locations {
		p.message(4, func(m *proto) { // location
			m.number(1, id)
			m.message(4, func(line *proto) {
				line.number(1, id)
				line.number(2, uint64(c.Line))
			})
		})
		p.message(5, func(m *proto) { // function
			m.number(1, id)
			m.number(2, p.str(c.Name))
			m.number(4, p.str(c.File))
		})
	}
	for _, s := range p.table {
		p.bytes(6, []byte(s))
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(p.out); err != nil {
		return err
	}
	return z.Close()
}

// proto is a message of protocol buffers in the making, and its strings.
type proto struct {
	out     []byte
	table   []string
	strings map[string]uint64
}

func (p *proto) str(s string) uint64 {
	i, ok := p.strings[s]
	if !ok {
		i = uint64(len(p.table))
		p.strings[s] = i
		p.table = append(p.table, s)
	}
	return i
}

func (p *proto) number(field, n uint64) {
	p.out = binary.AppendUvarint(p.out, field<<3)
	p.out = binary.AppendUvarint(p.out, n)
}

func (p *proto) bytes(field uint64, b []byte) {
	p.out = binary.AppendUvarint(p.out, field<<3|2)
	p.out = binary.AppendUvarint(p.out, uint64(len(b)))
	p.out = append(p.out, b...)
}

func (p *proto) message(field uint64, fill func(m *proto)) {
	var m proto
	fill(&m)
	p.bytes(field, m.out)
}
