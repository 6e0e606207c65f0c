package author

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"playground/internal/articles"
	"playground/internal/sandbox"
)

// asked keeps what it is asked to run.
type asked struct{ sandbox.Program }

func (a *asked) Run(_ context.Context, p sandbox.Program, _ sandbox.Sink) (sandbox.Result, error) {
	a.Program = p
	return sandbox.Result{Status: sandbox.StatusOK}, nil
}

// A check gives a program what a reader's page would.
func TestCheckGivesWhatTheAuthorGives(t *testing.T) {
	const text = "# T\n\n```go runner wall=2s cpu=1s memory=64MiB procs=2 args=\"-n 'two words'\" stdin=\"3\\n\"\npackage main\n\nfunc main() {}\n```\n"
	var got asked
	checker := Checker{Runner: &got}
	if _, err := checker.Check(t.Context(), []Post{{Name: "post.md", Text: []byte(text)}}); err != nil {
		t.Fatal(err)
	}
	l := got.Limits
	if l.WallTime.Seconds() != 2 || l.CPUTime.Seconds() != 1 || l.Memory != 64<<20 || got.Procs != 2 || strings.Join(got.Args, "|") != "-n|two words" || got.Stdin != "3\n" {
		t.Errorf("it was asked for %+v", got.Program)
	}
}

// So does the run that an export records, which is observed if readers see that.
func TestExportGivesWhatTheAuthorGives(t *testing.T) {
	c, err := articles.One("one.md", []byte("# T\n\n```go runner args=x stdin=\"3\\n\" procs=2 observe\npackage main\n```\n"), nil, articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got asked
	e, _ := exporter(t)
	e.Runner = &got
	if err := e.Export(t.Context(), c, filepath.Join(t.TempDir(), "site")); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got.Args, "|") != "x" || got.Stdin != "3\n" || got.Procs != 2 || !got.Observe {
		t.Errorf("it was asked for %+v", got.Program)
	}
}
