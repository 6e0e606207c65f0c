package shim

import (
	"fmt"
	"io"
	"path"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode"
)

// helpers are the names of the functions that called Helper.
// A name is kept once, so there are no more than functions in the program's text.
type helpers struct {
	mu    sync.Mutex
	names map[string]bool
}

func (h *helpers) add(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.names == nil {
		h.names = map[string]bool{}
	}
	h.names[name] = true
}

func (h *helpers) has(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.names[name]
}

// testingRows are for each type by itself: in the library all have their methods from
// one type within, but a program calls those of the type that it names.
func (s *Set) testingRows() []Row {
	const place = "takes the interpreter for its caller"
	list := rows("testing", "T", place, testMethods[*testing.T](s))
	list = append(list, rows("testing", "B", place, testMethods[*testing.B](s))...)
	list = append(list, rows("testing", "F", place, testMethods[*testing.F](s))...)
	list = append(list, Row{"testing", "F", "Fuzz", place, s.fuzz})
	list = append(list, Row{"testing", "", "Testing", "asks whether the linker made the worker for tests", func() bool { return s.identity.Test }})
	return append(list, s.mainRows()...)
}

// testMethods are the methods of tests that say where they were called.
func testMethods[T testing.TB](s *Set) map[string]any {
	end := map[string]func(T){
		"Log":   func(T) {},
		"Error": func(t T) { t.Fail() },
		"Fatal": func(t T) { t.FailNow() },
		"Skip":  func(t T) { t.SkipNow() },
	}
	methods := map[string]any{"Helper": func(T) {
		// The innermost of the program's functions is the one that called.
		if list := s.program.Calls(1); len(list) > 0 {
			s.helpers.add(list[0].Name)
		}
	}}
	methods["TempDir"], methods["Chdir"] = tempDir[T](s), changeDir[T](s)
	// The message comes first, as FailNow and SkipNow do not return.
	for name, then := range end {
		methods[name] = func(t T, v ...any) { s.say(t, fmt.Sprintln(v...)); then(t) }
		methods[name+"f"] = func(t T, f string, v ...any) { s.say(t, fmt.Sprintf(f, v...)); then(t) }
	}
	return methods
}

// fuzz is Fuzz, while which BadSeed knows whose seeds are wrong. Package testing runs one
// fuzz test at a time, each on its own goroutine.
func (s *Set) fuzz(f *testing.F, target any) {
	s.fuzzing.Store(f)
	f.Fuzz(target)
}

// BadSeed ends the fuzz test that is being prepared, for what is wrong with its seeds.
// It is for the goroutine of the test: Fuzz itself would say so with a place of its own.
func (s *Set) BadSeed(err error) {
	if f := s.fuzzing.Load(); f != nil {
		s.say(f, fmt.Sprintln(err))
		f.FailNow()
	}
}

// say writes text to a test's output, as Log does.
// Output indents as Log does; Log itself would add a position of its own.
func (s *Set) say(t testing.TB, text string) {
	text = strings.TrimSuffix(text, "\n")
	w := t.Output()
	endLine(w)
	fmt.Fprintf(w, "%s%s\n", s.where(), strings.ReplaceAll(text, "\n", "\n    "))
}

// endLine ends the last line of a test's output, if it has no end yet.
// The library's own Log does so, since a message begins a line; to Output, what say writes
// is the rest of the line before.
func endLine(output io.Writer) {
	writer := reflect.Indirect(reflect.ValueOf(output))
	if !writer.IsValid() { // of a test that has ended
		return
	}
	if rest := writer.FieldByName("partial"); rest.IsValid() && rest.Len() > 0 {
		_, _ = io.WriteString(output, "\n")
	}
}

// maxHelpers is how many helpers that call each other are looked through.
// It is a bound because each message pays for the walk.
const maxHelpers = 100

// where is the position of a message of a test: that of the innermost call
// outside of helpers.
func (s *Set) where() string {
	list := s.program.Calls(maxHelpers)
	for i, c := range list {
		// Where all are helpers, the outermost is better than no place.
		if i == len(list)-1 || !s.helpers.has(c.Name) {
			return fmt.Sprintf("%s:%d: ", path.Base(c.File), c.Line)
		}
	}
	return ""
}

// tempDirs are the directories of tests: one each, with numbered ones in it, as the
// library has them, because tests print their paths.
type tempDirs struct {
	mu   sync.Mutex
	made map[testing.TB]*testDir
}

// testDir is the directory of one test.
type testDir struct {
	mu   sync.Mutex
	path string // empty until it is made
	made int    // directories in it
}

// of is the directory of a test. It is kept: cleanups that come last may ask for one
// more, and there are never more than tests.
func (d *tempDirs) of(t testing.TB) *testDir {
	d.mu.Lock()
	defer d.mu.Unlock()
	dir := d.made[t]
	if dir == nil {
		dir = &testDir{}
		if d.made == nil {
			d.made = map[testing.TB]*testDir{}
		}
		d.made[t] = dir
	}
	return dir
}

// tempDir is TempDir of tests.
func tempDir[T testing.TB](s *Set) func(T) string {
	return func(t T) string {
		dir, err := s.tempDirs.of(t).next(s.files, t)
		if err != nil {
			t.Fatalf("TempDir: %v", err)
		}
		return dir
	}
}

// next makes one more directory in the test's own.
func (d *testDir) next(f *files, t testing.TB) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		made, err := f.mkdirTemp("", patternOf(t.Name()))
		if err != nil {
			return "", err
		}
		// Before the next step can fail, so nothing stays behind if it does.
		t.Cleanup(func() {
			_ = f.fs.RemoveAll(made)
			d.mu.Lock()
			defer d.mu.Unlock()
			d.path = "" // cleanups that follow may want another
		})
		d.path = made
	}
	d.made++
	dir := fmt.Sprintf("%s/%03d", d.path, d.made)
	return dir, f.fs.Mkdir(dir, 0o777)
}

// patternOf makes a pattern for a directory of a test's name, with what the library
// keeps of it: a slash would be a directory, a star where the number goes.
func patternOf(test string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune("!#$%&()+,-.=@^_{}~ ", r) {
			return r
		}
		return -1
	}, test[:min(len(test), 64)])
}
