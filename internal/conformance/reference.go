package conformance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
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
	files := map[string][]byte{"go.mod": []byte("module prog\n\ngo " + strings.TrimPrefix(Release, "go") + "\n")}
	for _, f := range c.Files {
		name := filepath.Base(f.Name)
		if c.IsTest() && len(c.Files) == 1 {
			name = "prog_test.go"
		}
		files[name] = f.Data
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
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

func (r *Reference) runOnce(ctx context.Context, c *Case, dir, bin string) (*Outcome, error) {
	timeout := r.Timeout
	if timeout == 0 {
		timeout = 20 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	args := c.Args
	if c.IsTest() {
		args = append([]string{"-test.v", "-test.bench=.", "-test.benchtime=1x"}, args...)
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
