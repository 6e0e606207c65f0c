package interp

import (
	"fmt"

	"playground/internal/diag"
	"playground/internal/sandbox/wire"
)

// common are the packages that most programs import, the commonest first.
func common() []string {
	return []string{"fmt", "sync", "time", "errors", "strings", "context", "sync/atomic", "slices", "sort"}
}

// WarmUp decodes the packages that most programs import, and checks those of the
// operator's modules, one after the other, while more says that there is time for
// another: one takes a millisecond at most. It is for a worker that waits anyway.
//
// An error means that no program could be run.
func (m *Machine) WarmUp(more func() bool) error {
	for _, path := range common() {
		if !more() {
			return nil
		}
		if _, err := m.checker.Importer().Import(path); err != nil {
			return fmt.Errorf("warm up: %w", err)
		}
	}
	m.checker.WarmUp(more)
	return nil
}

// rehearsal has something of most that articles' programs have.
const rehearsal = `package main

import (
	"fmt"
	"sync"
	"time"
)

type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counter) add(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if name == "" {
		return fmt.Errorf("no name")
	}
	c.n[name]++
	return nil
}

func main() {
	c := &counter{n: map[string]int{}}
	results := make(chan int, 3)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			if err := c.add(fmt.Sprint(i)); err != nil {
				return
			}
			results <- i
		})
	}
	wg.Wait()
	close(results)
	sum := 0
	for r := range results {
		sum += r
	}
	select {
	case <-time.After(time.Millisecond):
	default:
	}
	fmt.Println("sum", sum)
}
`

// Rehearse takes a program of our own through every stage but the last, while more
// says that there is time: so the pages of code and constants that most programs need
// are mapped, and most others are not. It leaves no trace that a program could see.
//
// An error means that no program could be run.
func (m *Machine) Rehearse(more func() bool) error {
	if !more() {
		return nil
	}
	r := &Machine{checker: m.checker, host: newHost(m.checker), in: newInterpreter()}
	var said diag.Diagnostic
	p := r.check(wire.Job{Source: rehearsal}, func(report wire.Report) { said = *report.Diagnostic })
	if p == nil {
		return fmt.Errorf("rehearse: %s", said.Message)
	}
	prog, err := r.lower(p)
	if err == nil && more() {
		_, err = r.compile(prog)
	}
	if err != nil {
		return fmt.Errorf("rehearse: %w", err)
	}
	return nil
}
