//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

// The honest reader.
const (
	pace  = 500 * time.Millisecond // between two hellos
	hello = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"
)

// attack is the scenario.
func attack(ctx context.Context, o options) error {
	dir, sides, clean, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer clean()
	fmt.Printf("hello twice a second beside ten attackers for %v; form %s\n", o.length, o.form)
	var dead error
	for _, b := range sides {
		for _, same := range []bool{false, true} {
			if o.same && !same {
				continue
			}
			err := attackOn(ctx, dir, b, o, same)
			if b.Commit == "" {
				dead = errors.Join(dead, err)
			} else if err != nil {
				fmt.Println("  ", err)
			}
			reader.Sleep(ctx, o.settle)
		}
	}
	return dead
}

// attackOn attacks one build: from many addresses, or all from the reader's.
func attackOn(ctx context.Context, dir string, b *server.Build, o options, same bool) error {
	s, err := server.Start(ctx, dir, b, server.Options{Form: o.form, Args: trust(b, o.form)})
	if err != nil {
		return err
	}
	defer s.Stop(20 * time.Second)
	honest := reader.New(client(s, b, o.form, 0))
	defer honest.Close()
	calm := greet(ctx, honest, 5*time.Second)
	fmt.Printf("\n%s, %s\n  before the attack %s\n", sideName(b), addresses(same), calm)
	stop, err := loose(ctx, s, b, o, same)
	if err != nil {
		return err
	}
	reader.Sleep(ctx, 3*time.Second) // all of them at work
	back, err := goFirst()
	if err != nil {
		fmt.Println("  ", err)
	}
	defer back()
	anew := make(chan greeting, 1)
	go func() { anew <- greetAnew(ctx, client(s, b, o.form, 0), o.length) }()
	watching, enough := context.WithCancel(ctx)
	defer enough()
	seen := watch(watching, s.URL)
	result := greet(ctx, honest, o.length)
	enough()
	healthy := <-seen
	newcomers := <-anew
	rss, _ := s.RSS()
	threads, _ := s.Threads()
	back()
	stop()
	fmt.Printf("  beside them       %s\n  new sessions      %s\n  its health        %s\n  server: %s, %d threads, alive %v\n", result, newcomers, healthy, mib(rss), threads, s.Alive())
	if !s.Alive() {
		return fmt.Errorf("the server died; its last words:\n%s", s.LastWords())
	}
	reader.Sleep(ctx, 2*time.Second)
	fmt.Printf("  after the attack  %s\n", greet(ctx, honest, 5*time.Second))
	if len(result.faults) > 0 {
		return fmt.Errorf("faults in histories: %q", result.faults[:min(5, len(result.faults))])
	}
	return healthy.err()
}

func sideName(b *server.Build) string {
	if b.Commit == "" {
		return "this tree"
	}
	return b.Commit
}

func addresses(same bool) string {
	if same {
		return "all from the reader's own address"
	}
	return "each from an address of its own"
}

// greeting is what came of the honest reader's hellos.
type greeting struct {
	first  []time.Duration
	other  map[string]int // refusals, and how those ended that did not end well
	faults []string
}

func (g greeting) String() string { return spread(g.first) + "; else: " + counts(g.other) }

// greetAnew runs hello in one new session after the other for d.
func greetAnew(ctx context.Context, c reader.Client, d time.Duration) greeting {
	g := greeting{other: map[string]int{}}
	for end := time.Now().Add(d); time.Now().Before(end) && ctx.Err() == nil; reader.Sleep(ctx, pace) {
		r := reader.New(c)
		g.note(r.Click(ctx, reader.Program{Name: "hello", Source: hello}, time.Minute))
		r.Close()
	}
	return g
}

// greet runs hello every pace for d. A hello that is late is late: the next
// one begins after it, at once.
func greet(ctx context.Context, r *reader.Reader, d time.Duration) greeting {
	g := greeting{other: map[string]int{}}
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for end := time.Now().Add(d); time.Now().Before(end) && ctx.Err() == nil; <-ticker.C {
		g.note(r.Click(ctx, reader.Program{Name: "hello", Source: hello}, 30*time.Second))
	}
	return g
}

// note adds a hello.
func (g *greeting) note(click *reader.Click) {
	for code, n := range click.Refusals {
		g.other["refused "+code] += n
	}
	if click.Through("ok") {
		g.first = append(g.first, click.First)
	} else {
		g.other[ended(click)]++
	}
	g.faults = append(g.faults, click.Faults...)
}

// ended says how a hello ended that should have ended well.
func ended(c *reader.Click) string {
	s := c.Ended()
	if c.Last == nil {
		s = fmt.Sprintf("%s (%v)", s, c.Trouble)
	}
	if c.First > 0 {
		s += " after " + brief(c.First) + " to its output"
	}
	return s
}

// loose starts the attackers as a process of their own, so that they do not
// hold up the honest reader's; it is of lower priority, because real ones would
// not be on the server's machine. The function that it returns ends them.
func loose(ctx context.Context, s *server.Server, b *server.Build, o options, same bool) (func(), error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-attackers", s.URL, "-old", b.Commit, "-form", string(o.form), "-only", o.only,
		"-for", (o.length + time.Minute).String(), fmt.Sprintf("-same=%v", same), "attackers")
	cmd.Stderr = os.Stderr
	// Where the kernel groups what it schedules by session, the priority of the
	// session's group is what counts, and a server in a container is in another.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	syscall.Setpriority(syscall.PRIO_PROCESS, cmd.Process.Pid, 5)
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/autogroup", cmd.Process.Pid), []byte("5"), 0)
	return func() {
		cmd.Process.Kill()
		cmd.Wait()
	}, nil
}
