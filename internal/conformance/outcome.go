package conformance

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Outcome is what a run of a program showed.
type Outcome struct {
	Stdout []byte `json:"stdout"`
	Stderr string `json:"stderr"` // its first line
	Exit   int    `json:"exit"`

	// Why a run is no outcome of the program: it took too long, or did not
	// compile.
	TimedOut bool   `json:"timed_out,omitempty"`
	Refused  string `json:"refused,omitempty"`

	Elapsed time.Duration `json:"-"`
}

// Equal reports whether a reader would see the same: standard output and exit
// status.
func (o *Outcome) Equal(p *Outcome) bool {
	return bytes.Equal(o.Stdout, p.Stdout) && o.Exit == p.Exit && o.TimedOut == p.TimedOut
}

// Difference describes how got differs from want in a few lines.
func Difference(want, got *Outcome) string {
	var b strings.Builder
	if got.TimedOut {
		b.WriteString("timed out\n")
	}
	if want.Exit != got.Exit {
		fmt.Fprintf(&b, "exit status %d, want %d\n", got.Exit, want.Exit)
	}
	if got.Stderr != want.Stderr {
		fmt.Fprintf(&b, "stderr: %s\n  want: %s\n", got.Stderr, want.Stderr)
	}
	w, g := bytes.SplitAfter(want.Stdout, []byte("\n")), bytes.SplitAfter(got.Stdout, []byte("\n"))
	for i := range max(len(w), len(g)) {
		var wl, gl []byte
		if i < len(w) {
			wl = w[i]
		}
		if i < len(g) {
			gl = g[i]
		}
		if !bytes.Equal(wl, gl) {
			fmt.Fprintf(&b, "stdout line %d: %s\n  want: %s\n", i+1, clip(gl), clip(wl))
			break
		}
	}
	return b.String()
}

// maxShown is how many bytes of a line a report shows.
const maxShown = 300

func clip(line []byte) string {
	s := strings.TrimSuffix(string(line), "\n")
	if len(s) > maxShown {
		return fmt.Sprintf("%q… (%d bytes)", s[:maxShown], len(s))
	}
	return fmt.Sprintf("%q", s)
}

var (
	testDuration  = regexp.MustCompile(`\(\d+\.\d+s\)`)
	packageLine   = regexp.MustCompile(`(?m)^(ok  |FAIL)\t\S+\t\d+\.\d+s$`)
	benchmarkLine = regexp.MustCompile(`(?m)^(Benchmark\S+?)(-\d+)?\s+\d+\t.*$`)
	machineLine   = regexp.MustCompile(`(?m)^(goos|goarch|pkg|cpu): .*\n`)
)

// withoutTimes takes out of go test's output what no two runs have in common,
// and gives a program's only file the name that it has in the product.
func withoutTimes(stdout []byte) []byte {
	stdout = bytes.ReplaceAll(stdout, []byte("prog_test.go:"), []byte("prog.go:"))
	stdout = testDuration.ReplaceAll(stdout, []byte("(0.00s)"))
	stdout = packageLine.ReplaceAll(stdout, []byte("$1\tprog\t0.000s"))
	stdout = machineLine.ReplaceAll(stdout, nil)
	return benchmarkLine.ReplaceAll(stdout, []byte("$1"))
}
