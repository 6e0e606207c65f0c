package interp

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"playground/internal/gofront/check"
	"playground/internal/sandbox/wire"
)

// maxBenchTime is how long each benchmark runs at least, where the limits leave
// time for it: go test takes a second.
const maxBenchTime = 200 * time.Millisecond

// benchTime divides the processor time of a run among its benchmarks. Package
// testing needs up to twice the time that it is given, to find out how often to
// run; what is left is for subtests that nobody has counted.
func benchTime(limits wire.Limits, benchmarks int) time.Duration {
	each := limits.WithDefaults().CPUTime * 3 / 10 / time.Duration(max(benchmarks, 1))
	return min(max(each, time.Millisecond), maxBenchTime)
}

// testArguments are those of a test binary as go test -v runs it, with the
// reader's: go test's flags by the names that go test has for them. Benchmarks
// run if the reader asks, as with go test, or if there is nothing else to run.
func testArguments(tests []check.Test, args []string, limits wire.Limits) ([]string, error) {
	list := []string{"-test.v=true", "-test.paniconexit0=true"}
	benchmarks := 0
	for _, t := range tests {
		if t.Kind == check.KindBenchmark {
			benchmarks++
		}
	}
	list = append(list, fmt.Sprintf("-test.benchtime=%v", benchTime(limits, benchmarks)))
	if benchmarks > 0 && !slices.ContainsFunc(tests, runs) {
		list = append(list, "-test.bench=.")
	}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "-args" || arg == "--args" {
			break
		}
		name, known := testFlag(arg)
		if strings.HasPrefix(name, "fuzz") {
			return nil, fmt.Errorf("-%s is not possible here: fuzzing starts processes of its own, and a program here is one; the seeds of fuzz targets run as tests", name)
		}
		if !known {
			args = append([]string{arg}, args...)
			break
		}
		flag := "-test." + strings.TrimPrefix(strings.TrimLeft(arg, "-"), "test.")
		if !strings.Contains(flag, "=") && takesValue(name) && len(args) > 0 {
			flag += "=" + args[0]
			args = args[1:]
		}
		list = append(list, flag)
	}
	return append(list, args...), nil
}

// runs says whether go test runs t unasked.
func runs(t check.Test) bool {
	return t.Kind == check.KindTest || t.Kind == check.KindExample || t.Kind == check.KindFuzz
}

// testFlag is the name of a flag of go test's that works here, without what may
// stand before it.
func testFlag(arg string) (name string, known bool) {
	if !strings.HasPrefix(arg, "-") {
		return "", false
	}
	name, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimLeft(arg, "-"), "test."), "=")
	return name, takesValue(name) || slices.Contains([]string{"benchmem", "failfast", "fullpath", "short", "v"}, name)
}

func takesValue(name string) bool {
	return slices.Contains([]string{"bench", "benchtime", "count", "cpu", "list", "parallel", "run", "shuffle", "skip", "timeout"}, name)
}
