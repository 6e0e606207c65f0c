//go:build linux

// Command page measures what a reader far away waits for: the built-in article
// in a real browser, over a line with a round trip of -rtt and -mbps, with
// nothing in the cache, and that of an older commit beside it, in turns on the
// same machine. It needs a Chromium on the PATH.
//
//	go run ./bench/page [-old COMMIT] [-rtt 150ms] [-mbps 1.6] [-cpu 4]
//
// Interactive is when the last widget of the article takes a click; painted
// when the first text is seen. Bytes are those of the wire, headers included.
// Tasks are the longest time for which the page could not answer, and shifts
// how far what was painted moved (CLS).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/chromedp/chromedp"

	"playground/bench/internal/server"
)

// options are the command's flags.
type options struct {
	old    string
	rounds int
	line   line
	cpu    float64
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	flags := flag.NewFlagSet("page", flag.ContinueOnError)
	flags.StringVar(&o.old, "old", "", "also measure the build of this `commit`")
	flags.IntVar(&o.rounds, "rounds", 9, "visits of each build; medians are printed")
	flags.DurationVar(&o.line.rtt, "rtt", 150*time.Millisecond, "round trip time of the line")
	flags.Float64Var(&o.line.mbps, "mbps", 1.6, "what the line carries to the reader, in Mbit/s")
	flags.Float64Var(&o.cpu, "cpu", 1, "how many times slower the reader's processor is than this one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "playground-page-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sides, stopServers, err := serve(ctx, dir, o.old)
	defer stopServers()
	if err != nil {
		return err
	}
	browser, stopBrowser, err := launch(ctx, filepath.Join(dir, "profile"))
	if err != nil {
		return err
	}
	defer stopBrowser()
	if err := visits(browser, sides, o); err != nil {
		return err
	}
	return report(sides, o)
}

// side is a server and what its visitors met.
type side struct {
	name, url string
	visits    []visit
}

// serve builds and starts what is to be measured; stop is never nil.
func serve(ctx context.Context, dir, old string) (sides []*side, stop func(), err error) {
	var servers []*server.Server
	stop = func() {
		for _, s := range servers {
			if err := s.Stop(10 * time.Second); err != nil {
				fmt.Fprintln(os.Stderr, "page: stop a server:", err)
			}
		}
	}
	commits := []string{""}
	if old != "" {
		commits = []string{old, ""}
	}
	for _, commit := range commits {
		build, err := server.Make(ctx, dir, commit)
		if err != nil {
			return nil, stop, err
		}
		s, err := server.Start(ctx, dir, build, server.Options{Args: []string{"--admin", "off"}})
		if err != nil {
			return nil, stop, err
		}
		servers = append(servers, s)
		name := "this tree"
		if commit != "" {
			name = commit
		}
		sides = append(sides, &side{name: name, url: s.URL + "/"})
	}
	return sides, stop, nil
}

// launch starts the browser.
func launch(ctx context.Context, profile string) (context.Context, func(), error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, nil, errors.New("no Chromium on the PATH: install the package chromium")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(profile),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, flags...)
	browser, closeBrowser := chromedp.NewContext(allocator)
	stop := func() {
		closeBrowser()
		stopAllocator()
	}
	if err := chromedp.Do(browser); err != nil {
		stop()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return browser, stop, nil
}

// visits lets the same reader visit all sides in turns. The first visit of each
// is to a server that has not been asked before, and is not counted.
func visits(browser context.Context, sides []*side, o options) error {
	for round := range o.rounds + 1 {
		for _, s := range sides {
			v, err := see(browser, s.url, o.line, o.cpu)
			if err != nil {
				return fmt.Errorf("visit %s: %w", s.name, err)
			}
			if round > 0 {
				s.visits = append(s.visits, v)
			}
		}
	}
	return nil
}

func report(sides []*side, o options) error {
	fmt.Printf("round trip %v, %.1f Mbit/s, processor %gx slower; medians of %d visits with nothing cached\n\n", o.line.rtt, o.line.mbps, o.cpu, o.rounds)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	for _, f := range figures {
		fmt.Fprintf(w, "\t%s", f.name)
	}
	for _, s := range sides {
		fmt.Fprintf(w, "\n%s", s.name)
		for _, f := range figures {
			fmt.Fprintf(w, "\t"+f.format, s.median(f.name)*f.scale)
		}
	}
	fmt.Fprintln(w)
	if err := w.Flush(); err != nil {
		return err
	}
	if len(sides) == 2 {
		fmt.Printf("\ninteractive after %.0f %% of the time of %s\n",
			100*sides[1].median("interactive")/sides[0].median("interactive"), sides[0].name)
	}
	return nil
}

func (s *side) median(figure string) float64 {
	var all []float64
	for _, v := range s.visits {
		all = append(all, v[figure])
	}
	slices.Sort(all)
	return all[len(all)/2]
}
