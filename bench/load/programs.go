//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"playground/bench/internal/reader"
	"playground/internal/render"
)

// program is one of the article's, with the status that it ends with.
type program struct {
	reader.Program
	status string
}

// article returns the programs of the article at path.
func article(path string) ([]program, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	a, err := render.Render(path, source, render.Options{})
	if err != nil {
		return nil, err
	}
	var all []program
	for _, b := range a.Blocks {
		all = append(all, program{Program: reader.Program{Name: b.ID, Source: b.Source, Wall: b.Wall, CPU: b.CPU}})
	}
	return all, nil
}

// alone runs each program by itself, notes how it ends, and returns the times
// to the first byte and the processor time of all of them together.
func alone(ctx context.Context, c reader.Client, all []program) (first []time.Duration, cpu time.Duration, err error) {
	r := reader.New(c)
	defer r.Close()
	for i := range all {
		click := r.Click(ctx, all[i].Program, time.Minute)
		if click.Last == nil || click.Last.Type != "end" {
			return nil, 0, fmt.Errorf("program %s, alone: %s", all[i].Name, click.Ended())
		}
		all[i].status = click.Ended()
		first = append(first, click.First)
		cpu += time.Duration(click.Last.CPU) * time.Microsecond
	}
	return first, cpu, nil
}
