package schedule

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Strategy says who goes on.
type Strategy interface {
	// Choose is asked wherever more than one could go on. It returns an index below
	// c.Options.
	Choose(c Choice) int
}

// Choice is one that a schedule has, the Number'th of it. Default is what is chosen
// where nobody is stopped; the tasks' own numbers stand in Tasks, which is nil where the
// options are not tasks but cases of a select, sides of a die, or orders of a map. clock, the last option if it is one, lets
// a timer go off first.
type Choice struct {
	Number  int
	Options int
	Default int
	Tasks   []int
}

// clock stands for the clock among tasks.
const clock = -1

// deviations are the choices of a schedule that are not the default ones, by number.
type deviations map[int]int

// Choose implements Strategy.
func (d deviations) Choose(c Choice) int {
	if i, ok := d[c.Number]; ok && i < c.Options {
		return i
	}
	return c.Default
}

// numbers are those of the choices, in order.
func (d deviations) numbers() []int {
	var list []int
	for n := range d {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// String is the schedule's name: "4:1,17:2", or "0" for the one without deviations.
func (d deviations) String() string {
	if len(d) == 0 {
		return "0"
	}
	var parts []string
	for _, n := range d.numbers() {
		parts = append(parts, fmt.Sprintf("%d:%d", n, d[n]))
	}
	return strings.Join(parts, ",")
}

// parse reads what String has written.
func parse(s string) (deviations, error) {
	d := deviations{}
	if s == "0" {
		return d, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		number, option, _ := strings.Cut(part, ":")
		n, err1 := strconv.Atoi(number)
		i, err2 := strconv.Atoi(option)
		if err1 != nil || err2 != nil || n < 0 || i < 0 {
			return nil, fmt.Errorf("%q is not the name of a schedule: they look like 4:1,17:2", s)
		}
		d[n] = i
	}
	return d, nil
}

// few deviates at a few random choices, and what it chooses there: most bugs need no more
// than one or two, and where a program is long, search does not come to its beginning.
type few struct {
	*rand.Rand
	at map[int]bool
}

// early is how many choices count as the beginning of a schedule.
const early = 200

func newFew(r *rand.Rand, n, choices int) few {
	f := few{r, map[int]bool{}}
	for range n {
		most := max(choices, 1)
		if r.IntN(2) == 0 {
			most = min(most, early)
		}
		f.at[r.IntN(most)] = true
	}
	return f
}

// Choose implements Strategy.
func (f few) Choose(c Choice) int {
	if f.at[c.Number] {
		return f.IntN(c.Options)
	}
	return c.Default
}

// walk chooses at random.
type walk struct{ *rand.Rand }

// Choose implements Strategy.
func (w walk) Choose(c Choice) int { return w.IntN(c.Options) }

// pct is probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): each task has
// a random priority, the highest goes on, and at depth-1 random choices the one that would
// goes to the end. It finds a bug that needs depth orderings among n tasks and k choices
// with a probability of at least 1/(n·k^(depth-1)).
type pct struct {
	*rand.Rand
	priority map[int]int // of tasks, above zero until they are put last
	change   map[int]int // at a choice, to which priority below zero
}

// newPCT is one for a program that has so many choices.
func newPCT(r *rand.Rand, depth, choices int) *pct {
	p := &pct{Rand: r, priority: map[int]int{}, change: map[int]int{}}
	for i := range depth - 1 {
		p.change[r.IntN(max(choices, 1))] = -1 - i
	}
	return p
}

// Choose implements Strategy.
func (p *pct) Choose(c Choice) int {
	if c.Tasks == nil {
		return p.IntN(c.Options)
	}
	tasks := c.Tasks
	if last := len(tasks) - 1; tasks[last] == clock {
		if _, ok := p.change[c.Number]; last == 0 || c.Default == last || ok && p.IntN(2) == 0 {
			return last
		}
		tasks = tasks[:last]
	}
	best := p.highest(tasks)
	if low, ok := p.change[c.Number]; ok {
		p.priority[tasks[best]] = low
		best = p.highest(tasks)
	}
	return best
}

func (p *pct) highest(tasks []int) int {
	best := 0
	for i, t := range tasks {
		if _, ok := p.priority[t]; !ok {
			p.priority[t] = 1 + p.IntN(1<<30)
		}
		if p.priority[t] > p.priority[tasks[best]] {
			best = i
		}
	}
	return best
}

// search tries schedules depth first, with at most bound deviations in each.
type search struct {
	bound int
	stack []step // of the schedule that is tried
	begun bool
	cut   bool // there were schedules with more deviations than that
}

// step is a choice of the schedule that is tried.
type step struct{ options, preferred, tried int }

// option is what is chosen at the step: the default first, then the others in order.
func (s step) option() int {
	if s.tried == 0 {
		return s.preferred
	}
	if i := s.tried - 1; i < s.preferred {
		return i
	}
	return s.tried
}

// Choose implements Strategy.
func (s *search) Choose(c Choice) int {
	if c.Number < len(s.stack) {
		return min(s.stack[c.Number].option(), c.Options-1)
	}
	s.stack = append(s.stack, step{c.Options, c.Default, 0})
	return c.Default
}

// next moves on to the next schedule, and says whether there is one.
func (s *search) next() bool {
	if !s.begun {
		s.begun = true
		return true
	}
	used := 0
	for _, st := range s.stack {
		if st.tried > 0 {
			used++
		}
	}
	for len(s.stack) > 0 {
		last := &s.stack[len(s.stack)-1]
		if last.tried > 0 {
			used--
		}
		if last.tried+1 < last.options {
			if used < s.bound {
				last.tried++
				return true
			}
			s.cut = true
		}
		s.stack = s.stack[:len(s.stack)-1]
	}
	return false
}
