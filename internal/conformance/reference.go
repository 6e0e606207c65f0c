package conformance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"playground/internal/gofront/module"
)

// Reference runs cases with the installed Go toolchain.
type Reference struct {
	// Cache is a directory in which outcomes are kept between runs, by source
	// and Go version; empty means none.
	Cache string
	// Timeout bounds one run of the compiled program. Default 20 s.
	Timeout time.Duration
}

// referenceRun is what the reference found out about a case.
type referenceRun struct {
	Outcome Outcome `json:"outcome"`
	// Unstable says that two runs differed.
	Unstable bool `json:"unstable"`
}

// Run compiles the case and runs it twice. stable is false if the two outcomes
// differ. A program that does not compile has the Outcome's Refused set.
func (r *Reference) Run(ctx context.Context, c *Case) (o *Outcome, stable bool, err error) {
	file := r.cacheFile(c)
	var run referenceRun
	if data, err := os.ReadFile(file); file != "" && err == nil && json.Unmarshal(data, &run) == nil {
		return &run.Outcome, !run.Unstable, nil
	}
	if run, err = r.compileAndRun(ctx, c); err != nil {
		return nil, false, fmt.Errorf("reference: %s: %w", c.Name, err)
	}
	if file != "" {
		data, err := json.Marshal(run)
		if err == nil {
			err = os.MkdirAll(r.Cache, 0o777)
		}
		if err == nil {
			err = os.WriteFile(file, data, 0o666)
		}
		if err != nil {
			return nil, false, fmt.Errorf("keep the reference's outcome: %w", err)
		}
	}
	return &run.Outcome, !run.Unstable, nil
}

func (r *Reference) cacheFile(c *Case) string {
	if r.Cache == "" {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%q\n%q\n", runtime.Version(), c.Name, c.Args, c.Stdin)
	h.Write(c.Source())
	return filepath.Join(r.Cache, fmt.Sprintf("%x.json", h.Sum(nil)[:16]))
}

func (r *Reference) compileAndRun(ctx context.Context, c *Case) (run referenceRun, err error) {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return run, err
	}
	defer os.RemoveAll(dir)
	bin, refused, err := r.compile(ctx, c, dir)
	if err != nil || refused != "" {
		run.Outcome = Outcome{Refused: refused, Exit: 1}
		return run, err
	}
	first, err := r.runOnce(ctx, c, dir, bin)
	if err != nil {
		return run, err
	}
	second, err := r.runOnce(ctx, c, dir, bin)
	if err != nil {
		return run, err
	}
	return referenceRun{Outcome: *first, Unstable: !first.Equal(second)}, nil
}

// compile builds the case in dir and returns the program's path, or the
// compiler's message.
func (r *Reference) compile(ctx context.Context, c *Case, dir string) (bin, refused string, err error) {
	files := map[string][]byte{"go.mod": []byte("module play\n")}
	for _, f := range c.Files {
		name := f.Name
		if c.IsTest() && len(c.Files) == 1 {
			name = "prog_test.go"
		}
		files[name] = f.Data
	}
	if files["go.mod"], err = r.goMod(c, files["go.mod"]); err != nil {
		return "", "", err
	}
	for name, data := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, data, 0o666)); err != nil {
			return "", "", err
		}
	}
	bin = filepath.Join(dir, "prog.bin")
	args := []string{"build", "-o", bin, "."}
	if c.IsTest() {
		args = []string{"test", "-c", "-vet=off", "-o", bin, "."}
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		if _, ok := err.(*exec.ExitError); !ok {
			return "", "", err
		}
		return "", string(bytes.TrimSpace(out)), nil
	}
	return bin, "", nil
}

// goMod gives a module the language of Release, unless it names another, and
// requires what the product has built in, at the same versions.
func (r *Reference) goMod(c *Case, text []byte) ([]byte, error) {
	text = slices.Clip(text) // what follows it is the case's next file
	mod, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		return text, nil // the go command's to say
	}
	if mod.Go == nil {
		text = fmt.Appendf(text, "\ngo %s\n", strings.TrimPrefix(Release, "go"))
	}
	library := module.Bundled()
	required := map[string]bool{}
	for _, p := range library.Paths() {
		pkg, _ := library.Package(p)
		if m := pkg.Module; !required[m.Path] && bytes.Contains(c.Source(), []byte(`"`+m.Path+`/`)) {
			required[m.Path] = true
			text = fmt.Appendf(text, "\nrequire %s %s\n", m.Path, m.Version)
		}
	}
	return text, nil
}

func (r *Reference) runOnce(ctx context.Context, c *Case, dir, bin string) (*Outcome, error) {
	timeout := r.Timeout
	if timeout == 0 {
		timeout = 20 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	args := c.Args
	if c.IsTest() {
		flags := []string{"-test.v", "-test.paniconexit0", "-test.benchtime=1x"}
		if c.onlyBenchmarks() { // the product runs benchmarks where there is nothing else
			flags = append(flags, "-test.bench=.")
		}
		args = append(flags, args...)
	}
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Args[0] = "prog"
	cmd.Dir = dir
	cmd.Env = []string{}
	cmd.Stdin = bytes.NewReader(c.Stdin)
	o, _, err := execute(ctx, cmd)
	if err == nil && c.IsTest() {
		o.Stdout = withoutTimes(o.Stdout)
	}
	return o, err
}
