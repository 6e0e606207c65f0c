package interp

import (
	"errors"
	"fmt"
	"go/types"
	"io"
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"playground/internal/gofront/check"
	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/corpus"
	"playground/internal/sandbox/worker/interp/engine"
)

// suite is the tests of a package as package testing wants them.
type suite struct {
	path     string // the package's
	tests    []testing.InternalTest
	benches  []testing.InternalBenchmark
	fuzz     []testing.InternalFuzzTarget
	examples []example
	main     *ir.Slot // TestMain
	eng      *engine.Engine
	capture  *shim.Capture
	host     *host
}

// functions lists those that the suite calls.
func functions(tests []check.Test) []*types.Func {
	var list []*types.Func
	for _, t := range tests {
		list = append(list, t.Func)
	}
	return list
}

// hasExamples says whether standard output will have to be captured.
func hasExamples(tests []check.Test) bool {
	return slices.ContainsFunc(tests, func(t check.Test) bool { return t.Kind == check.KindExample })
}

func (m *Machine) newSuite(path string, tests []check.Test, prog *lower.Program, eng *engine.Engine) *suite {
	s := &suite{path: path, eng: eng, capture: m.capture, host: m.host}
	for _, t := range tests {
		slot := prog.Roots[t.Func]
		if slot == nil {
			continue
		}
		call := func(arg any) {
			fail := func(text string) {
				fmt.Printf("--- FAIL: %s (0.00s)\n", t.Name)
				eng.Crash(repanicked(text))
			}
			eng.Guarded(fail, func() { slot.Call([]reflect.Value{reflect.ValueOf(arg)}) })
		}
		switch t.Kind {
		case check.KindTest:
			s.tests = append(s.tests, testing.InternalTest{Name: t.Name, F: func(t *testing.T) { call(t) }})
		case check.KindBenchmark:
			s.benches = append(s.benches, testing.InternalBenchmark{Name: t.Name, F: func(b *testing.B) { call(b) }})
		case check.KindFuzz:
			s.fuzz = append(s.fuzz, testing.InternalFuzzTarget{Name: t.Name, Fn: func(f *testing.F) { call(f) }})
		case check.KindExample:
			s.examples = append(s.examples, example{t.Name, t.Output, t.Unordered, slot})
		case check.KindMain:
			s.main = slot
		}
	}
	return s
}

// repanicked marks a panic as packages testing and sync leave it: they recover,
// do what they have to, and panic again.
func repanicked(text string) string {
	end := strings.Index(text, "\n\ngoroutine ")
	if signal := strings.Index(text, "\n[signal "); signal >= 0 && signal < end {
		end = signal
	}
	if end < 0 {
		return text
	}
	return text[:end] + " [recovered, repanicked]" + text[end:]
}

// run runs the suite and returns its exit status.
func (s *suite) run() int {
	m := testing.MainStart(s.deps(nil), s.tests, s.benches, s.fuzz, nil)
	switch {
	case s.main == nil && len(s.examples) > 0:
		return s.runAll()
	case s.main == nil:
		return m.Run()
	}
	s.main.Call([]reflect.Value{reflect.ValueOf(m)})
	// TestMain may return without os.Exit; the status is the run's.
	return int(reflect.ValueOf(m).Elem().FieldByName("exitCode").Int())
}

// runTests ends the program as go test would.
func (m *Machine) runTests(p *check.Program, prog *lower.Program, eng *engine.Engine) wire.Exit {
	code := 0
	crash := eng.Protect(func() { code = m.runSuites(p, prog, eng) })
	switch {
	case crash != "":
		fmt.Fprint(os.Stderr, crash)
		return wire.Exit{Cause: wire.CausePanic, Code: 2}
	case code != 0:
		return wire.Exit{Cause: wire.CauseExit, Code: code}
	}
	return wire.Exit{Cause: wire.CauseReturn}
}

// runSuites runs the tests of one package after the other. Of several it says
// how each went, as go test does.
func (m *Machine) runSuites(p *check.Program, prog *lower.Program, eng *engine.Engine) (code int) {
	paths := []string{p.Path}
	if len(p.Tests) > 0 {
		paths = nil
	}
	byPath := map[string][]check.Test{}
	for _, t := range p.Tests {
		if byPath[t.Suite] == nil {
			paths = append(paths, t.Suite)
		}
		byPath[t.Suite] = append(byPath[t.Suite], t)
	}
	for _, suite := range paths {
		if err := m.host.shims.ChangeDir("/" + dirOf(p, suite)); err != nil {
			panic(err)
		}
		s := m.newSuite(suite, byPath[suite], prog, eng)
		m.runExamples = s.runAll
		start := time.Now()
		c := s.run()
		code = max(code, c)
		if verdict := "ok  "; len(paths) > 1 {
			if c != 0 {
				verdict = "FAIL"
			}
			fmt.Printf("%s\t%s\t%.3fs\n", verdict, suite, time.Since(start).Seconds())
		}
	}
	return code
}

// dirOf is the directory of the package with the given path: its tests run there.
func dirOf(p *check.Program, suite string) string {
	if suite == p.Path {
		return path.Dir(p.Sources[0].Name)
	}
	return strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(suite, "_test"), p.Module), "/")
}

// deps is what package testing asks of a test binary. There is no fuzzing
// beyond the seeds and the files of them, no coverage and no profile.
type deps struct {
	atExamples func() // nil, or what to do when the tests are done
	path       string
	host       *host
}

func (s *suite) deps(atExamples func()) deps { return deps{atExamples, s.path, s.host} }

var errNone = errors.New("not available here")

func (d deps) ImportPath() string                        { return d.path }
func (deps) ModulePath() string                          { return "" }
func (d deps) SetPanicOnExit0(on bool)                   { d.host.noExit.Store(on) }
func (deps) StartCPUProfile(io.Writer) error             { return errNone }
func (deps) StopCPUProfile()                             {}
func (deps) StartTestLog(io.Writer)                      {}
func (deps) StopTestLog() error                          { return nil }
func (deps) WriteProfileTo(string, io.Writer, int) error { return errNone }
func (deps) CoordinateFuzzing(time.Duration, int64, time.Duration, int64, int, []corpus.Entry, []reflect.Type, string, string) error {
	return errNone
}
func (deps) RunFuzzWorker(func(corpus.Entry) error) error { return errNone }
func (d deps) ReadCorpus(dir string, types []reflect.Type) ([]corpus.Entry, error) {
	entries, err := corpus.Read(d.host.shims.Dir("."), dir, types)
	if err != nil {
		d.host.shims.BadSeed(err)
	}
	return entries, err
}
func (d deps) CheckCorpus(values []any, types []reflect.Type) error {
	err := corpus.Check(values, types)
	if err != nil {
		d.host.shims.BadSeed(err)
	}
	return err
}
func (deps) ResetCoverage()    {}
func (deps) SnapshotCoverage() {}
func (deps) InitRuntimeCoverage() (string, func(string, string) (string, error), func() float64) {
	return "", nil, nil
}

// MatchString says whether a test is wanted.
func (d deps) MatchString(pat, str string) (bool, error) {
	if d.atExamples != nil && str == afterTests {
		d.atExamples()
		return false, nil
	}
	return regexp.MatchString(pat, str)
}
