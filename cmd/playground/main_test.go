package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker"
)

// TestMain lets the test binary be its own worker, where it was built without
// cgo.
func TestMain(m *testing.M) {
	if os.Args[0] == wire.WorkerName {
		worker.Main()
	}
	os.Exit(m.Run())
}

// invoke runs a command line and returns its exit status and streams.
func invoke(t *testing.T, ctx context.Context, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(ctx, args, environment{stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs})
	return status, out.String(), errs.String()
}

func TestUsageErrors(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"frobnicate"}, `unexpected argument frobnicate`},
		{[]string{"run"}, `expected "<file>`},
		{[]string{"run", "--memory=12XB", "x.go"}, `"12XB" is not a size`},
		{[]string{"run", "--require-isolation=lots", "x.go"}, "unknown isolation level"},
		{[]string{"run", "no-such-file.go"}, "no-such-file.go"},
		{[]string{"run", "--wall=1ms", "-"}, "--wall: 1ms is out of range: it must be from 10ms to 1h"},
		{[]string{"serve", "--post=no-such.md"}, "no-such.md"},
		{[]string{"serve", "--addr=localhost:99999"}, "--addr"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			status, _, stderr := invoke(t, t.Context(), "package main", tt.args...)
			if status != statusFailure || !strings.Contains(stderr, tt.want) {
				t.Errorf("status %d, stderr %q; want %d and %q", status, stderr, statusFailure, tt.want)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	status, stdout, _ := invoke(t, t.Context(), "", "version")
	if status != 0 || !strings.HasPrefix(stdout, "playground ") {
		t.Errorf("status %d, %q", status, stdout)
	}
}
