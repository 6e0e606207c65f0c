package hostile

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"playground/internal/sandbox"
)

// limits are the suite's own. Memory and output are small, so that programs
// reach them soon; those of time are not, because a busy or slow machine must
// not end a program at another limit than the one that it is about. Programs
// about time set their own.
func limits() sandbox.Limits {
	return sandbox.Limits{CPUTime: 5 * time.Second, WallTime: 15 * time.Second, Memory: 64 << 20, Output: 64 << 10}
}

// program is one case.
type program struct {
	name   string // family/name
	source string
	stdin  string
	want   want
}

type want struct {
	status     []sandbox.Status
	exit       int // -100: any
	message    *string
	contains   []string
	absent     []string
	diagnostic []string
	within     time.Duration
	limits     sandbox.Limits
	with       string
	arch       string
}

func (p program) family() string { return path.Dir(p.name) }

// load reads every case below testdata.
func load(t *testing.T) []program {
	t.Helper()
	var all []program
	root := os.DirFS("testdata")
	err := fs.WalkDir(root, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".txtar" {
			return err
		}
		b, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		p, err := parse(strings.TrimSuffix(name, ".txtar"), b)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func parse(name string, b []byte) (program, error) {
	a := txtar.Parse(b)
	p := program{name: name}
	var code []txtar.File
	var err error
	for _, f := range a.Files {
		switch {
		case f.Name == "source":
			p.source, err = assemble(string(f.Data))
		case f.Name == "stdin":
			p.stdin = string(f.Data)
		case f.Name == "want":
			p.want, err = parseWant(string(f.Data))
		case strings.HasSuffix(f.Name, ".go"):
			code = append(code, f)
		default:
			err = fmt.Errorf("unknown file %q", f.Name)
		}
		if err != nil {
			return p, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	switch {
	case len(code) == 1:
		p.source = string(code[0].Data)
	case len(code) > 1:
		p.source = string(txtar.Format(&txtar.Archive{Files: code}))
	}
	if p.want.status == nil {
		return p, fmt.Errorf("no status is wanted")
	}
	return p, p.help()
}

// help appends the helper that the program asks for.
func (p *program) help() error {
	if p.want.with == "" {
		return nil
	}
	b, err := os.ReadFile("testdata/helper/" + p.want.with)
	p.source += string(b)
	return err
}

// assemble puts a text together from literals.
func assemble(text string) (string, error) {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		times := 1
		if n, rest, ok := strings.Cut(line, " * "); ok && !strings.HasPrefix(line, `"`) {
			v, err := strconv.Atoi(n)
			if err != nil {
				return "", err
			}
			times, line = v, rest
		}
		s, err := strconv.Unquote(line)
		if err != nil {
			return "", fmt.Errorf("%s: %w", line, err)
		}
		b.WriteString(strings.Repeat(s, times))
	}
	return b.String(), nil
}

func parseWant(text string) (want, error) {
	w := want{exit: -100, within: 20 * time.Second, limits: limits()}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			return w, fmt.Errorf("%q is no key: value", line)
		}
		if err := w.set(key, strings.TrimSpace(value)); err != nil {
			return w, fmt.Errorf("%s: %w", line, err)
		}
	}
	return w, nil
}

func (w *want) set(key, value string) (err error) {
	switch key {
	case "status":
		for s := range strings.SplitSeq(value, "|") {
			w.status = append(w.status, sandbox.Status(strings.TrimSpace(s)))
		}
	case "exit":
		w.exit, err = strconv.Atoi(value)
	case "message":
		w.message = new(string)
		*w.message, err = strconv.Unquote(value)
	case "contains":
		err = appendLiteral(&w.contains, value)
	case "absent":
		err = appendLiteral(&w.absent, value)
	case "diagnostic":
		w.diagnostic = append(w.diagnostic, value)
	case "within":
		w.within, err = time.ParseDuration(value)
	case "limits":
		err = w.setLimits(value)
	case "with":
		w.with = value
	case "arch":
		w.arch = value
	default:
		err = fmt.Errorf("unknown key")
	}
	return err
}

func appendLiteral(to *[]string, literal string) error {
	s, err := strconv.Unquote(literal)
	*to = append(*to, s)
	return err
}

func (w *want) setLimits(value string) error {
	for f := range strings.FieldsSeq(value) {
		key, v, _ := strings.Cut(f, "=")
		d, dErr := time.ParseDuration(v)
		n, nErr := strconv.ParseInt(v, 10, 64)
		switch {
		case key == "cpu" && dErr == nil:
			w.limits.CPUTime = d
		case key == "wall" && dErr == nil:
			w.limits.WallTime = d
		case key == "memory" && nErr == nil:
			w.limits.Memory = n
		case key == "output" && nErr == nil:
			w.limits.Output = n
		default:
			return fmt.Errorf("no limit: %s", f)
		}
	}
	return nil
}
