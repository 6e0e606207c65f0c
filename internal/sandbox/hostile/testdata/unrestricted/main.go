// The unrestricted worker has every wall of the kernel's and none of the
// interpreter's: its programs may import unsafe, syscall and os/exec. Tests use
// it to show that the kernel's walls hold by themselves.
package main

import (
	"fmt"
	"log"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/traefik/yaegi/interp"
	"github.com/traefik/yaegi/stdlib"
	"github.com/traefik/yaegi/stdlib/syscall"
	"github.com/traefik/yaegi/stdlib/unrestricted"
	"github.com/traefik/yaegi/stdlib/unsafe"

	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

func main() {
	reports := os.NewFile(3, "reports")
	crash := os.Stderr // descriptor 2; an os.File that nobody holds closes itself
	defer runtime.KeepAlive(crash)
	os.Stderr = os.NewFile(4, "/dev/stderr")
	log.SetOutput(os.Stderr)
	report := func(r wire.Report) { _, _ = reports.Write(wire.AppendReport(nil, r)) }
	exit := func(cause wire.Cause, code int) {
		report(wire.Report{Kind: wire.KindExit, Exit: &wire.Exit{Cause: cause, Code: code}})
		os.Exit(code)
	}
	if err := serve(report, exit); err != nil {
		report(wire.Report{Kind: wire.KindExit, Exit: &wire.Exit{Cause: wire.CauseFailure, Code: 1, Message: err.Error()}})
		os.Exit(1)
	}
}

func serve(report func(wire.Report), exit func(wire.Cause, int)) error {
	layers := confine.Before()
	setup, err := wire.ParseArgs(os.Args)
	if err != nil {
		return err
	}
	i := interp.New(interp.Options{Unrestricted: true})
	osExit := interp.Exports{"os/os": {"Exit": reflect.ValueOf(func(code int) { exit(wire.CauseExit, code) })}}
	for _, symbols := range []interp.Exports{stdlib.Symbols, unsafe.Symbols, syscall.Symbols, unrestricted.Symbols, osExit} {
		if err := i.Use(symbols); err != nil {
			return err
		}
	}
	confined, err := confine.Apply(confine.Config{CPUTime: setup.Most.CPUTime, Lifetime: time.Hour, Memory: setup.Most.Memory, Threads: setup.Threads})
	if err != nil {
		return err
	}
	report(wire.Report{Kind: wire.KindReady, Layers: append(layers, confined.Layers...)})
	job, err := wire.ReadJob(os.Stdin)
	if err != nil {
		return nil // the parent hung up
	}
	debug.SetMemoryLimit(job.Limits.Memory * 85 / 100)
	if err := confined.SetMemory(job.Limits.Memory); err != nil {
		return err
	}
	debug.SetMaxThreads(setup.Threads)
	for _, p := range wire.Phases() {
		report(wire.Report{Kind: wire.KindPhase, Phase: p})
	}
	run(i, job.Source, exit)
	return nil
}

func run(i *interp.Interpreter, source string, exit func(wire.Cause, int)) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintln(os.Stderr, "panic:", r)
			exit(wire.CausePanic, 2)
		}
	}()
	if _, err := i.Eval(source); err != nil {
		fmt.Fprintln(os.Stderr, "panic:", err)
		exit(wire.CausePanic, 2)
	}
	exit(wire.CauseReturn, 0)
}
