package interp

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"testing"

	"playground/internal/gofront/module"
	"playground/internal/sandbox/wire"
)

// TestMain makes the test binary a driver: with GOFRONT_RUN set it runs that
// file, as a worker does that has idled, and exits as the program does. With GOFRONT_RECORD set it prints what a mode
// has seen of it.
func TestMain(m *testing.M) {
	file := os.Getenv("GOFRONT_RUN")
	if file == "" {
		os.Exit(m.Run())
	}
	src, err := os.ReadFile(file)
	if file == "-" {
		src, err = io.ReadAll(os.Stdin)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	os.Exit(drive(string(src)))
}

func drive(src string) int {
	library := module.Bundled()
	mc, err := New(library)
	if err != nil {
		fmt.Fprintln(os.Stderr, "new:", err)
		return 3
	}
	always := func() bool { return true }
	if err := errors.Join(mc.WarmUp(always), mc.Rehearse(always)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	if f := os.Getenv("GOFRONT_PROFILE"); f != "" {
		out, err := os.Create(f)
		if err == nil {
			_ = pprof.StartCPUProfile(out)
			defer pprof.StopCPUProfile()
		}
	}
	if os.Getenv("GOFRONT_RECORD") != "" {
		r := &recorder{}
		mc.Watch(r)
		defer func() { fmt.Println(r) }()
	}
	report := func(r wire.Report) {
		if d := r.Diagnostic; d != nil {
			fmt.Fprintf(os.Stderr, "%s:%d:%d: %s [%s %s]\n", d.File, d.Line, d.Column, d.Message, d.Severity, d.Code)
		}
	}
	e := mc.Run(wire.Job{Source: src}, report, func(e wire.Exit) { os.Exit(e.Code) })
	if e.Message != "" {
		fmt.Fprintln(os.Stderr, e.Message)
	}
	return e.Code
}
