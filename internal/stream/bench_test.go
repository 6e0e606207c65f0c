package stream

import (
	"context"
	"slices"
	"testing"
	"time"

	"playground/internal/runs"
	"playground/internal/sandbox"
)

var benchLine = []byte("in-flight=8 queue=12 state=half-open latency=34ms\n")

// BenchmarkSession is what a program's lines cost over a real connection.
func BenchmarkSession(b *testing.B) {
	lines := make(chan int)
	_, addr := startServer(b, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		for range <-lines {
			if err := sink(ctx, sandbox.Output{Stream: sandbox.Stdout, Data: benchLine}); err != nil {
				return sandbox.Result{}, err
			}
		}
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})})
	c := dial(b, addr)
	c.run("r", "")
	b.SetBytes(int64(len(benchLine)))
	b.ResetTimer()
	lines <- b.N
	frames := 0
	for c.next().Type != "end" {
		frames++
	}
	b.ReportMetric(float64(b.N)/float64(max(frames, 1)), "lines/message")
}

// BenchmarkFirstByte is the time from a program's write to the client's read,
// for a program that does not print too often to be paced.
func BenchmarkFirstByte(b *testing.B) {
	_, addr := startServer(b, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		tick := time.NewTicker(2 * paceInterval)
		defer tick.Stop()
		for ctx.Err() == nil {
			<-tick.C
			now := time.Duration(time.Now().UnixNano())
			if err := sink(ctx, sandbox.Output{Stream: sandbox.Stdout, T: now, Data: benchLine}); err != nil {
				return sandbox.Result{}, err
			}
		}
		return sandbox.Result{Status: sandbox.StatusKilled}, nil
	})})
	c := dial(b, addr)
	c.run("r", "")
	var took []time.Duration
	for b.Loop() {
		m := c.next()
		took = append(took, time.Since(time.UnixMicro(m.T)))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
}
