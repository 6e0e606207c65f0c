// Random compiles programs that are written by chance, runs them, and runs them in the
// sandbox as well: every difference is a fault. It prints how each case differs that does, as a
// program of its own, and fails if there is any.
//
//	CGO_ENABLED=0 go run ./internal/conformance/cmd/random -seed 7 -programs 10
//	CGO_ENABLED=0 go run ./internal/conformance/cmd/random -seed 7 -case 123 -show  # only prints it
//
// It must be run inside the module.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/tools/txtar"

	"playground/internal/conformance"
	"playground/internal/conformance/random"
)

func main() {
	var c command
	flag.Uint64Var(&c.seed, "seed", 1, "of the first program; those that follow have the next ones")
	flag.IntVar(&c.programs, "programs", 5, "how many programs")
	flag.IntVar(&c.cases, "cases", 200, "how many cases each of them has")
	flag.IntVar(&c.only, "case", -1, "only this `case`")
	flag.BoolVar(&c.show, "show", false, "print the program instead of running it")
	flag.StringVar(&c.subject.Path, "subject", "", "the playground `binary`; built if not given")
	flag.Parse()
	if err := c.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "random:", err)
		os.Exit(1)
	}
}

type command struct {
	seed            uint64
	programs, cases int
	only            int
	show            bool

	reference conformance.Reference
	subject   conformance.Subject
}

func (c *command) run(ctx context.Context) error {
	numbers := make([]int, c.cases)
	for i := range numbers {
		numbers[i] = i
	}
	if c.only >= 0 {
		numbers = []int{c.only}
	}
	if c.show {
		source, err := random.Source(c.seed, numbers)
		fmt.Print(source)
		return err
	}
	c.subject.Flags = []string{"--cpu=20s", "--wall=30s", "--memory=512MiB", "--output=8MiB", "--source=8MiB"}
	if c.subject.Path == "" {
		dir, err := os.MkdirTemp("", "random")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.subject.Path = filepath.Join(dir, "playground")
		if err := conformance.BuildSubject(ctx, ".", c.subject.Path); err != nil {
			return err
		}
	}
	different, failed := 0, 0
	for range c.programs {
		list, err := c.program(ctx, numbers)
		if err != nil {
			failed++
			fmt.Printf("seed %d: not compared: %v\n", c.seed, err)
		} else {
			fmt.Printf("seed %d: %d of %d cases differ\n", c.seed, len(list), c.cases)
		}
		different += len(list)
		for _, n := range list {
			if err := c.report(ctx, n); err != nil {
				return err
			}
		}
		c.seed++
	}
	if different+failed > 0 {
		return fmt.Errorf("%d cases differ, %d programs were not compared", different, failed)
	}
	return nil
}

// program runs the program of these cases both ways and lists those that differ.
func (c *command) program(ctx context.Context, cases []int) ([]int, error) {
	want, got, err := c.outcomes(ctx, cases)
	if err != nil || want.Equal(got) {
		return nil, err
	}
	return random.Differences(string(want.Stdout), string(got.Stdout)), nil
}

func (c *command) outcomes(ctx context.Context, cases []int) (want, got *conformance.Outcome, err error) {
	source, err := random.Source(c.seed, cases)
	if err != nil {
		return nil, nil, err
	}
	p := &conformance.Case{Name: "random", Files: []txtar.File{{Name: "prog.go", Data: []byte(source)}}}
	want, stable, err := c.reference.Run(ctx, p)
	switch {
	case err != nil:
		return nil, nil, err
	case want.Refused != "":
		return nil, nil, fmt.Errorf("does not compile:\n%s", want.Refused)
	case want.TimedOut || !stable:
		return nil, nil, errors.New("does not end, or not the same each time")
	}
	got, stderr, err := c.subject.Run(ctx, p)
	if err == nil && got.Exit != want.Exit {
		err = fmt.Errorf("the sandbox ended it with %d, the compiler's program with %d:\n%s", got.Exit, want.Exit, stderr[max(0, len(stderr)-1000):])
	}
	return want, got, err
}

// report prints where a case differs, alone: if it does not then, other cases have to do
// with it.
func (c *command) report(ctx context.Context, n int) error {
	want, got, err := c.outcomes(ctx, []int{n})
	if err != nil {
		return fmt.Errorf("case %d: %w", n, err)
	}
	fmt.Printf("-seed %d -case %d:\n%s", c.seed, n, conformance.Difference(want, got))
	return nil
}
