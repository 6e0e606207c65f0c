package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"

	"playground/internal/sandbox"
)

// figures prints a figure a line, its name and a number: what bench/compare
// measures of two builds in turn. It uses nothing that an older tree has not.
func figures(ctx context.Context, worker string, n int) error {
	warm, err := sandbox.New(sandbox.Config{Executable: worker, Pool: 2 * runtime.NumCPU()})
	if err != nil {
		return err
	}
	defer warm.Close(ctx)
	var first []time.Duration
	for i := range n {
		settle(warm)
		took, _, err := run(ctx, warm, hello(i))
		if err != nil {
			return err
		}
		first = append(first, took)
	}
	figure("first_byte_warm_ms", ms(median(first)))
	settle(warm)
	figure("idle_worker_pss_mib", idlePSS())
	rate, err := helloRate(ctx, warm, n)
	if err != nil {
		return err
	}
	figure("hellos_per_second_per_core", rate)
	return coldFigures(ctx, worker, n)
}

// coldFigures are of runs that start their worker: all that a run costs.
func coldFigures(ctx context.Context, worker string, n int) error {
	cold, err := sandbox.New(sandbox.Config{Executable: worker, Pool: -1})
	if err != nil {
		return err
	}
	defer cold.Close(ctx)
	var first []time.Duration
	var cpu []float64
	for i := range n {
		before := childrenCPU()
		took, _, err := run(ctx, cold, hello(i))
		if err != nil {
			return err
		}
		first = append(first, took)
		cpu = append(cpu, ms(childrenCPU()-before))
	}
	slices.Sort(cpu)
	figure("first_byte_cold_ms", ms(median(first)))
	figure("cold_run_cpu_ms", cpu[len(cpu)/2])
	return nil
}

func figure(name string, v float64) { fmt.Printf("%s\t%.3f\n", name, v) }

// childrenCPU is the processor time of the workers that have ended.
func childrenCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
