package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"playground/internal/expect"
	"playground/internal/option"
	"playground/internal/suggest"
)

// The least that a block may ask for: less would not see a program through its
// start.
const (
	minLimit  = 10 * time.Millisecond
	minMemory = 32 << 20 // bytes
)

// What else the server would refuse to run a block with.
const (
	maxProcs    = 64
	maxArgs     = 64
	maxArgBytes = 4 << 10
	maxStdin    = 16 << 10 // bytes; more belongs into the program
)

// The words and attributes that an author can write besides runner, in the order
// of the documentation.
func attributeNames() []string {
	return []string{"title", "id", "template", "include", "after", "wall", "cpu", "memory", "procs", "args", "stdin", "ends",
		"leaks", "plot", "knob", "observe", "predict", "readonly", "collapsed", "unfolded"}
}

// blockParser fills a Block from the items of an info string.
type blockParser struct {
	block   *Block
	options Options
	seen    map[string]bool
	at      int // the offset of what is read, in the info string; -1 when it is read
	fail    func(format string, args ...any)
	warn    func(format string, args ...any)
}

func (p *blockParser) parse(s infoString) {
	p.seen = make(map[string]bool)
	p.block.Lang = canonicalLanguage(s.language)
	if s.language == runnerWord {
		p.fail("no language before the word %s: write ```go %s", runnerWord, runnerWord)
	}
	for _, it := range s.items {
		p.at = it.at
		p.item(it)
	}
	p.at = -1
}

func (p *blockParser) item(it infoItem) {
	if it.name == "" {
		return // reported by the scanner
	}
	if p.seen[it.name] {
		p.fail("attribute %q is given twice", it.name)
		return
	}
	p.seen[it.name] = true
	p.block.at[it.name] = it.at
	b := p.block
	switch it.name {
	case runnerWord:
		p.flag(it, new(bool))
	case "leaks":
		p.flag(it, &b.Leaks)
	case "plot":
		p.flag(it, &b.Plot)
	case "observe":
		p.flag(it, &b.Observe)
	case "predict":
		p.flag(it, &b.Predict)
	case "readonly":
		p.flag(it, &b.ReadOnly)
	case "collapsed":
		p.flag(it, &b.Collapsed)
	case "unfolded":
		p.flag(it, &b.Unfolded)
	default:
		p.attribute(it)
	}
}

func (p *blockParser) flag(it infoItem, set *bool) {
	if it.hasValue {
		p.fail("%s takes no value: write %s alone, or leave it out", it.name, it.name)
	}
	*set = true
}

func (p *blockParser) attribute(it infoItem) {
	if it.hasValue && (it.name == "file" || it.name == "with") {
		p.fail("%s= is for a fence that is one file of another fence's program, with file=NAME with=ID: leave %s out there, or %s= here", it.name, runnerWord, it.name)
		return
	}
	if !slices.Contains(attributeNames(), it.name) {
		if isForeign(it.name) {
			p.warn("%s is another system's and means nothing here", it.name)
			return
		}
		p.fail("unknown attribute %q%s", it.name, suggest.Hint(it.name, append(attributeNames(), runnerWord)))
		return
	}
	if !it.hasValue {
		p.fail("attribute %q has no value: write %s=%s", it.name, it.name, example(it.name))
		return
	}
	b := p.block
	switch it.name {
	case "title":
		p.title(it.value)
	case "id":
		p.id(it.value)
	case "template":
		p.template(it.value)
	case "include":
		b.include = it.value
	case "after":
		b.after = it.value
	case "ends":
		b.Expected = &Expected{Output: expect.Output{Mode: expect.Any, Ends: parseEnd(it.value, p.fail)}}
	case "wall":
		b.Wall = p.duration(it, p.options.MaxWall)
	case "cpu":
		b.CPU = p.duration(it, p.options.MaxCPU)
	case "memory":
		b.Memory = p.memory(it.value)
	case "procs":
		b.Procs = p.procs(it.value)
	case "args":
		b.Args = p.args(it.value)
	case "knob":
		b.Knobs = p.knobs(it.value)
	case "stdin":
		b.Stdin = p.stdin(it.value)
	}
}

func example(name string) string {
	switch name {
	case "wall", "cpu":
		return "2s"
	case "memory":
		return "64MiB"
	case "procs":
		return "1"
	case "knob":
		return `"workers: 1..16"`
	case "args":
		return `"-n 3"`
	case "stdin":
		return `"one line\n"`
	case "id", "after":
		return "some-anchor"
	case "include":
		return "main.go#some-region"
	case "ends":
		return "panic"
	}
	return `"…"`
}

func (p *blockParser) title(v string) {
	v = strings.TrimSpace(v)
	if v == "" {
		p.fail("the title is empty: say what the program shows, or leave the attribute out")
	}
	p.block.Title = v
}

func (p *blockParser) id(v string) {
	if err := checkID(v); err != nil {
		p.fail("id %v", err)
		return
	}
	p.block.ID = v
}

func (p *blockParser) template(v string) {
	if v != "" {
		if p.block.Lang == "go" {
			p.block.Template = v // an author has files of these
			return
		}
		known := templateNames(p.block.Lang)
		if slices.Contains(known, v) {
			p.block.Template = v
			return
		}
		if len(known) == 0 {
			p.fail("unknown template %q: there are none for programs in %s, leave the attribute out", v, p.block.Lang)
			return
		}
		p.fail("unknown template %q%s", v, suggest.Hint(v, known))
	}
}

// duration parses a limit and caps it at most.
func (p *blockParser) duration(it infoItem, most time.Duration) time.Duration {
	if it.value == "" {
		return 0 // reported by the scanner, unless quoted: then as no limit
	}
	d, err := time.ParseDuration(it.value)
	switch {
	case err != nil:
		p.fail("%s=%q is not a duration%s", it.name, it.value, durationHint(it.value))
		return 0
	case d < minLimit:
		p.fail("%s=%s is too short: at least %v", it.name, it.value, minLimit)
		return 0
	case d > most:
		p.warn("%s=%s is more than this server allows: %v", it.name, it.value, most)
		return most
	}
	return d
}

func durationHint(v string) string {
	if strings.Trim(v, "0123456789.") == "" {
		if _, err := time.ParseDuration(v + "s"); err == nil {
			return fmt.Sprintf(" (did you mean %q?)", v+"s")
		}
	}
	return `: write a number and a unit, such as "8s" or "1500ms"`
}

// memory parses a limit of memory and caps it at the operator's.
func (p *blockParser) memory(v string) int64 {
	if v == "" {
		return 0
	}
	var size option.ByteSize
	err := size.UnmarshalText([]byte(v))
	switch {
	case err != nil:
		p.fail("memory=%q is not a size%s", v, memoryHint(v))
		return 0
	case size < minMemory:
		p.fail("memory=%s is too little: at least %v%s", v, option.ByteSize(minMemory), memoryHint(v))
		return 0
	case int64(size) > p.options.MaxMemory:
		p.warn("memory=%s is more than this server allows: %v", v, option.ByteSize(p.options.MaxMemory))
		return p.options.MaxMemory
	}
	return int64(size)
}

// memoryHint guesses the unit that was left out, or spelt otherwise.
func memoryHint(v string) string {
	digits := strings.TrimRight(v, "bBiIkKmMgG ")
	if n, err := strconv.Atoi(digits); err == nil && n > 0 {
		unit := "MiB"
		switch strings.ToLower(strings.TrimSpace(v[len(digits):])) {
		case "g", "gb", "gib":
			unit = "GiB"
		case "k", "kb", "kib", "b":
			return ": write a whole number of MiB, such as 64MiB"
		}
		return fmt.Sprintf(" (did you mean %q?)", digits+unit)
	}
	return ": write a whole number of MiB, such as 64MiB"
}

func (p *blockParser) procs(v string) int {
	n, err := strconv.Atoi(v)
	if v != "" && (err != nil || n < 1 || n > maxProcs) {
		p.fail("procs=%q is no number of processors: write one from 1 to %d", v, maxProcs)
		return 0
	}
	return n
}

func (p *blockParser) args(v string) []string {
	args, err := splitArgs(v)
	switch total := len(strings.Join(args, "")); {
	case err != nil:
		p.fail("args: %v", err)
	case len(args) > maxArgs || total > maxArgBytes:
		p.fail("args: %d arguments of %d bytes are more than a run may have: %d of %d", len(args), total, maxArgs, maxArgBytes)
	}
	return args
}

// splitArgs takes a command line apart as shells do: at spaces, but for those
// between quotes of one kind.
func splitArgs(line string) (args []string, err error) {
	var arg strings.Builder
	quote, begun := rune(0), false
	for _, r := range line {
		switch {
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && strings.ContainsRune(infoSpace, r):
			if begun {
				args = append(args, arg.String())
			}
			arg.Reset()
			begun = false
		default:
			arg.WriteRune(r)
			begun = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("the quote %c in %q is never closed", quote, line)
	}
	if begun {
		args = append(args, arg.String())
	}
	return args, nil
}

// stdin reads what a program is to read. An info string is one line, so the ends
// of lines are written \n.
func (p *blockParser) stdin(v string) *string {
	text := strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(v)
	if len(text) > maxStdin {
		p.fail("stdin has %d bytes, more than %d: put them into the program", len(text), maxStdin)
	}
	return &text
}
