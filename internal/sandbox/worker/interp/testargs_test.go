package interp

import (
	"strings"
	"testing"
	"time"

	"playground/internal/gofront/check"
	"playground/internal/sandbox/wire"
)

func TestTestArguments(t *testing.T) {
	test, bench := check.Test{Kind: check.KindTest}, check.Test{Kind: check.KindBenchmark}
	const always = "-test.v=true -test.paniconexit0=true -test.benchtime=200ms"
	for _, tt := range []struct {
		tests      []check.Test
		args, want string
	}{
		{nil, "", ""},
		{[]check.Test{test, bench}, "", ""},
		{[]check.Test{bench}, "", "-test.bench=."},
		{[]check.Test{test, bench}, "-bench=. -benchmem -run NONE", "-test.bench=. -test.benchmem -test.run=NONE"},
		{[]check.Test{test}, "--count=2 -test.short -v=false", "-test.count=2 -test.short -test.v=false"},
		{[]check.Test{test}, "-run A -update x -run B", "-test.run=A -update x -run B"},
		{[]check.Test{test}, "-short -args -run B", "-test.short -run B"},
	} {
		got, err := testArguments(tt.tests, strings.Fields(tt.args), wire.Limits{})
		if want := strings.TrimSpace(always + " " + tt.want); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v; want %s", tt.args, got, err, want)
		}
	}
	for _, arg := range []string{"-fuzz=.", "-test.fuzz=.", "--fuzztime=1s"} {
		if _, err := testArguments(nil, []string{arg}, wire.Limits{}); err == nil || !strings.Contains(err.Error(), "the seeds of fuzz targets run as tests") {
			t.Errorf("%s: %v", arg, err)
		}
	}
}

// Benchmarks share what time there is.
func TestBenchTime(t *testing.T) {
	for _, tt := range []struct {
		cpu  time.Duration
		n    int
		want time.Duration
	}{{0, 1, 200 * time.Millisecond}, {5 * time.Second, 15, 100 * time.Millisecond}, {100 * time.Millisecond, 3, 10 * time.Millisecond}, {time.Millisecond, 100, time.Millisecond}} {
		if got := benchTime(wire.Limits{CPUTime: tt.cpu}, tt.n); got != tt.want {
			t.Errorf("%d benchmarks in %v: %v each, want %v", tt.n, tt.cpu, got, tt.want)
		}
	}
}

func TestChosen(t *testing.T) {
	tests := []struct {
		pattern         string
		chosen, skipped bool
	}{
		{"", true, false},
		{"Example", true, true},
		{"Example_a$", true, true},
		{"Test", false, false},
		{"Test|_a", true, true},
		{"Test/x|B", false, false},
		{"Example/x", true, false},
		{"TestA/[x|y]|Example_[ab]", true, true},
		{"Test(A|/|B)", false, false},
		{"(Test|Example)_a/b/c", true, false},
		{`Example\|_a`, false, false},
		{`[/|(]|_a`, true, true},
	}
	for _, tt := range tests {
		if got := chosen(tt.pattern, "Example_a"); got != tt.chosen {
			t.Errorf("-run=%s: %v", tt.pattern, got)
		}
		if got := skipped(tt.pattern, "Example_a"); got != tt.skipped {
			t.Errorf("-skip=%s: %v", tt.pattern, got)
		}
	}
}
