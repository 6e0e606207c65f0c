package interp

import (
	"errors"
	"fmt"
	"go/types"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"playground/internal/gofront/check"
	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine"
)

// benchTime is how long each benchmark of a program runs, at least.
const benchTime = "200ms"

// testFlags are what go test -v would run the program with.
func testFlags() []string {
	return []string{"prog", "-test.v=true", "-test.bench=.", "-test.benchtime=" + benchTime, "-test.paniconexit0=false"}
}

// suite is a test program as package testing wants it.
type suite struct {
	tests    []testing.InternalTest
	benches  []testing.InternalBenchmark
	fuzz     []testing.InternalFuzzTarget
	examples []example
	main     *ir.Slot // TestMain
	eng      *engine.Engine
	capture  *shim.Capture
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

func newSuite(tests []check.Test, prog *lower.Program, eng *engine.Engine, out *shim.Capture) *suite {
	s := &suite{eng: eng, capture: out}
	for _, t := range tests {
		slot := prog.Roots[t.Func]
		if slot == nil {
			continue
		}
		call := func(arg any) {
			fail := func(text string) {
				fmt.Printf("--- FAIL: %s (0.00s)\n", t.Name)
				eng.Crash(text)
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

// run runs the suite and returns its exit status.
func (s *suite) run() int {
	m := testing.MainStart(deps{}, s.tests, s.benches, s.fuzz, nil)
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
	os.Args = testFlags()
	if hasExamples(p.Tests) {
		os.Args = append(os.Args, "-test.run=.") // or no name is asked about
	}
	s := newSuite(p.Tests, prog, eng, m.capture)
	m.runExamples = s.runAll
	crash := eng.Protect(func() { code = s.run() })
	switch {
	case crash != "":
		fmt.Fprint(os.Stderr, crash)
		return wire.Exit{Cause: wire.CausePanic, Code: 2}
	case code != 0:
		return wire.Exit{Cause: wire.CauseExit, Code: code}
	}
	return wire.Exit{Cause: wire.CauseReturn}
}

// deps is what package testing asks of a test binary. There is no fuzzing
// beyond the seeds, no coverage and no profile.
type deps struct {
	atExamples func() // nil, or what to do when the tests are done
}

var errNone = errors.New("not available here")

type corpusEntry = struct {
	Parent     string
	Path       string
	Data       []byte
	Values     []any
	Generation int
	IsSeed     bool
}

func (deps) ImportPath() string                          { return "main" }
func (deps) ModulePath() string                          { return "" }
func (deps) SetPanicOnExit0(bool)                        {}
func (deps) StartCPUProfile(io.Writer) error             { return errNone }
func (deps) StopCPUProfile()                             {}
func (deps) StartTestLog(io.Writer)                      {}
func (deps) StopTestLog() error                          { return nil }
func (deps) WriteProfileTo(string, io.Writer, int) error { return errNone }
func (deps) CoordinateFuzzing(time.Duration, int64, time.Duration, int64, int, []corpusEntry, []reflect.Type, string, string) error {
	return errNone
}
func (deps) RunFuzzWorker(func(corpusEntry) error) error              { return errNone }
func (deps) ReadCorpus(string, []reflect.Type) ([]corpusEntry, error) { return nil, nil }
func (deps) CheckCorpus([]any, []reflect.Type) error                  { return nil }
func (deps) ResetCoverage()                                           {}
func (deps) SnapshotCoverage()                                        {}
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
