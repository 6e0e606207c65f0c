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

// pprofRows are what tells stacks. The runtime takes profiles of the machine's
// stacks, which are the interpreter's and say nothing of the program. Where the
// program's goroutines stand, only the interpreter knows.
func (s *Set) pprofRows() []Row {
	return []Row{
		{"runtime/pprof", "Profile", "WriteTo", engineFrames, s.writeProfile},
		{"runtime/pprof", "Profile", "Count", engineFrames, func(p *pprof.Profile) int {
			// The worker has goroutines besides, which the program did not start.
			if p.Name() == "goroutine" {
				return len(s.program.All())
			}
			return p.Count()
		}},
		{"runtime/pprof", "", "WriteHeapProfile", engineFrames, func(w io.Writer) error {
			// The library would call its own WriteTo, and no row reaches compiled calls.
			return s.writeProfile(pprof.Lookup("heap"), w, 0)
		}},
	}
}

// writeProfile is Profile.WriteTo. Stacks of profiles other than that of
// goroutines were taken from the interpreter, and are left out.
func (s *Set) writeProfile(p *pprof.Profile, w io.Writer, debug int) error {
	// debug is as the library has it: 0 is for tools, 1 counts equal stacks, 2 is
	// what a panic prints.
	goroutines := p.Name() == "goroutine"
	switch {
	case debug <= 0 && goroutines:
		return writeProto(w, p.Name(), s.grouped())
	case debug <= 0:
		// No samples are better than those of another program.
		return writeProto(w, p.Name(), nil)
	case goroutines && debug == 1:
		return s.writeCounts(w, s.grouped())
	case goroutines:
		_, err := io.WriteString(w, s.allStacks())
		return err
	}
	// The totals of the library's text are true; its lines of frames are not.
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
// The empty line between two is how Go separates them, and tools look for it.
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
	// Too little room: nothing is filled in, and the program comes back with more.
	if len(all) > len(p) {
		return len(all), false
	}
	for i, g := range all {
		// A program may use its records again: nothing of a longer stack must stay
		// behind a shorter one.
		p[i] = runtime.StackRecord{}
		for j, c := range g.whole() {
			// A record has a fixed size, and the library cuts deep stacks there too.
			if j < len(p[i].Stack0) {
				p[i].Stack0[j] = s.calls.pc(c)
			}
		}
	}
	return len(all), true
}

// whole is the calls of g, and before them those of the library that it waits in.
// The waits are text, since nothing but a trace shows them: a line has a name, and
// the indented one below it the place.
func (g Stack) whole() []Call {
	var list []Call
	name := ""
	for line := range strings.Lines(g.Waits) {
		place, isPlace := strings.CutPrefix(strings.TrimRight(line, "\n"), "\t")
		if !isPlace {
			name = place[:strings.LastIndexByte(place, '(')]
			continue
		}
		// An offset into machine code may follow, which stands for nothing here.
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
// Each is compared with each: goroutines are many, the places where they stand few.
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
	// Stable, so of equal counts the calling goroutine's comes first.
	slices.SortStableFunc(list, func(a, b alike) int { return cmp.Compare(b.count, a.count) })
	return list
}

// writeCounts is a profile of goroutines for people.
// It has the form of the library's, since programs look for names in it. There is
// no code, so each call is said to be one byte into its function.
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
	// The format wants the empty string first: 0 is for a string that is not given.
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
	// A place is one line of one function, so both can have one number. Tables are
	// read by number: their order, a map's, does not matter.
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
	// The strings come last, as all before adds to them.
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

// str is the number of s, once for all that say it.
func (p *proto) str(s string) uint64 {
	i, ok := p.strings[s]
	if !ok {
		i = uint64(len(p.table))
		p.strings[s] = i
		p.table = append(p.table, s)
	}
	return i
}

// number is a field of wire type 0, bytes one of type 2. Two of the format's types
// are all that profiles need, which is too little to depend on a library.
func (p *proto) number(field, n uint64) {
	p.out = binary.AppendUvarint(p.out, field<<3)
	p.out = binary.AppendUvarint(p.out, n)
}

func (p *proto) bytes(field uint64, b []byte) {
	p.out = binary.AppendUvarint(p.out, field<<3|2)
	p.out = binary.AppendUvarint(p.out, uint64(len(b)))
	p.out = append(p.out, b...)
}

// message makes m first, since its length comes before it. Strings belong to the
// outermost message: fill asks that one for their numbers.
func (p *proto) message(field uint64, fill func(m *proto)) {
	var m proto
	fill(&m)
	p.bytes(field, m.out)
}
