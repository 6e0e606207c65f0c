package runs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/admit"
	"playground/internal/sandbox"
)

// An operator reads of failures as errors, of runs as information, and not of
// refusals, of which there may be any number.
func TestWhatIsLogged(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status sandbox.Status
		err    error
		want   string // level of the most serious line; "" for none
	}{
		{"an end", sandbox.StatusPanic, nil, "INFO"},
		{"a failure", sandbox.StatusFailure, nil, "ERROR"},
		{"an error", "", errors.New("no such file"), "ERROR"},
		{"a refusal", "", &admit.BusyError{Code: admit.Busy, Retry: time.Second}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			runner := runnerFunc(func(context.Context, sandbox.Program, sandbox.Sink) (sandbox.Result, error) {
				return sandbox.Result{Status: tt.status}, tt.err
			})
			inBook(t, Config{Runner: runner, Logger: slog.New(slog.NewTextHandler(&out, nil))}, func(b *Book) {
				said(t, start(t, b, ask("a", "x")))
				synctest.Wait()
			})
			log := out.String()
			if tt.want == "" && log != "" || !strings.Contains(log, tt.want) || tt.want == "INFO" && strings.Contains(log, "ERROR") {
				t.Errorf("logged %q, want level %q", log, tt.want)
			}
			if tt.want != "" && !strings.Contains(log, "trace=") {
				t.Errorf("logged %q without the trace", log)
			}
		})
	}
}
