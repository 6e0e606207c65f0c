package conformance

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
)

// Runner compares cases, several at a time.
type Runner struct {
	Subject *Subject
	// Reference is asked for cases without a recorded outcome, and for all if
	// Fresh is set.
	Reference *Reference
	Fresh     bool
	// Parallel is the number of cases at a time. Default: one for each CPU.
	Parallel int
	// Done, if set, is called with each verdict as it is reached, one at a time.
	Done func(Verdict)
}

// Run compares all cases and returns the verdicts in their order. It stops at
// the first error that is not a program's.
func (r *Runner) Run(ctx context.Context, cases []*Case) ([]Verdict, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	verdicts := make([]Verdict, len(cases))
	next := make(chan int)
	var wg sync.WaitGroup
	var done sync.Mutex
	for range r.parallel() {
		wg.Go(func() {
			for i := range next {
				v, err := r.compare(ctx, cases[i])
				if err != nil {
					cancel(err)
					return
				}
				verdicts[i] = v
				if r.Done != nil {
					done.Lock()
					r.Done(v)
					done.Unlock()
				}
			}
		})
	}
	for i := 0; i < len(cases) && ctx.Err() == nil; i++ {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	wg.Wait()
	return verdicts, context.Cause(ctx)
}

func (r *Runner) parallel() int {
	if r.Parallel > 0 {
		return r.Parallel
	}
	return runtime.NumCPU()
}

func (r *Runner) compare(ctx context.Context, c *Case) (Verdict, error) {
	want := c.Want
	if want == nil || r.Fresh {
		if r.Reference == nil {
			return Verdict{}, fmt.Errorf("%s: no recorded outcome; record one", c.Name)
		}
		o, stable, err := r.Reference.Run(ctx, c)
		switch {
		case err != nil:
			return Verdict{}, err
		case o.Refused != "":
			return Verdict{Case: c, Kind: NotCompiled, Want: o, Cause: cause(firstLine(o.Refused))}, nil
		case o.TimedOut:
			return Verdict{Case: c, Kind: TooSlow, Want: o}, nil
		case !stable:
			return Verdict{Case: c, Kind: Unstable, Want: o}, nil
		}
		want = o
	}
	got, stderr, err := r.Subject.Run(ctx, c)
	if err != nil {
		return Verdict{}, err
	}
	return judge(c, want, got, stderr), nil
}

// Record asks the reference for the outcome of every case that has none, or of
// all if Fresh is set, and returns the cases that changed. oldest is the release
// whose outcomes are for all; those of Release are kept where they differ. A program that does
// not compile, or whose outcome is not stable, cannot be a recorded case: the
// error names them all.
func (r *Runner) Record(ctx context.Context, cases []*Case, oldest string) ([]*Case, error) {
	var changed []*Case
	var errs []error
	for _, c := range cases {
		if c.Want != nil && !r.Fresh {
			continue
		}
		o, stable, err := r.Reference.Run(ctx, c)
		switch {
		case err != nil:
			errs = append(errs, err)
		case o.Refused != "":
			errs = append(errs, fmt.Errorf("%s: does not compile:\n%s", c.Name, o.Refused))
		case !stable || o.TimedOut:
			errs = append(errs, fmt.Errorf("%s: two runs of the compiled program differ, or it does not end", c.Name))
		default:
			c.record(o, oldest)
			changed = append(changed, c)
		}
	}
	return changed, errors.Join(errs...)
}
