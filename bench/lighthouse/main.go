//go:build linux

// Command lighthouse has Lighthouse look at the built-in article as a phone does,
// in a fresh browser each time, and prints the medians of its four scores and of
// what they are made of. It fails when a score is below -least.
//
//	npm ci --prefix bench/lighthouse --ignore-scripts
//	go run ./bench/lighthouse [-rounds 3] [-least 98]
//
// It needs a Chromium on the PATH. The processor is slowed down four times and
// the line to that of a phone, both as Lighthouse simulates them, so the machine
// must have nothing else to do.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"playground/bench/internal/server"
)

// program is where npm puts Lighthouse, seen from the top of the repository.
const program = "bench/lighthouse/node_modules/.bin/lighthouse"

// figures are the audits of which the numbers are printed.
var figures = []string{
	"first-contentful-paint", "largest-contentful-paint", "speed-index", "interactive", "total-blocking-time",
	"max-potential-fid", "cumulative-layout-shift", "total-byte-weight",
}

// categories are what Lighthouse gives a score.
var categories = []string{"performance", "accessibility", "best-practices", "seo"}

// report is what is read of Lighthouse's.
type report struct {
	Categories map[string]struct{ Score float64 } // of 1
	Audits     map[string]struct {
		NumericValue float64
		NumericUnit  string
		Details      json.RawMessage // of a form for each audit
	}
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lighthouse:", err)
		os.Exit(1)
	}
}

func run(args []string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	flags := flag.NewFlagSet("lighthouse", flag.ContinueOnError)
	rounds := flags.Int("rounds", 3, "how often it looks; medians are printed")
	least := flags.Float64("least", 98, "the least score of each category, of 100")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, err := os.Stat(program); err != nil {
		return errors.New("no Lighthouse: run npm ci --prefix bench/lighthouse --ignore-scripts at the top of the repository")
	}
	dir, err := os.MkdirTemp("", "playground-lighthouse-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	build, err := server.Make(ctx, dir, "")
	if err != nil {
		return err
	}
	s, err := server.Start(ctx, dir, build, server.Options{Args: []string{"--admin", "off"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop(10*time.Second)) }()
	reports := make([]report, max(*rounds, 1))
	for i := range reports {
		if reports[i], err = look(ctx, s.URL, filepath.Join(dir, "report.json")); err != nil {
			return err
		}
	}
	return tell(reports, *least)
}

// look has Lighthouse look at a page once.
func look(ctx context.Context, url, file string) (r report, err error) {
	browser, err := chromium()
	if err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, program, url, "--quiet", "--output=json", "--output-path="+file,
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu")
	cmd.Env = append(os.Environ(), "CHROME_PATH="+browser)
	if out, err := cmd.CombinedOutput(); err != nil {
		return r, fmt.Errorf("run Lighthouse: %w\n%s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(b, &r)
}

func chromium() (path string, err error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium on the PATH: install the package chromium")
}

// tell prints medians, and says which scores are too low.
func tell(reports []report, least float64) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	var low error
	for _, name := range categories {
		score := 100 * median(reports, func(r report) float64 { return r.Categories[name].Score })
		fmt.Fprintf(table, "%s\t%.0f\t\n", name, score)
		if math.Round(score) < least {
			low = errors.Join(low, fmt.Errorf("%s is %.0f, want at least %.0f", name, score, least))
		}
	}
	for _, name := range figures {
		value := median(reports, func(r report) float64 { return r.Audits[name].NumericValue })
		fmt.Fprintf(table, "%s\t%.6g\t %s\n", name, value, reports[0].Audits[name].NumericUnit)
	}
	fmt.Fprintf(table, "longest task\t%.0f\t millisecond\n", median(reports, longest))
	if err := table.Flush(); err != nil {
		return err
	}
	return low
}

// longest is the longest task of the page while it was loaded.
func longest(r report) (most float64) {
	var tasks struct {
		Items []struct{ Duration float64 }
	}
	if err := json.Unmarshal(r.Audits["long-tasks"].Details, &tasks); err != nil {
		return math.NaN() // none was told of
	}
	for _, task := range tasks.Items {
		most = max(most, task.Duration)
	}
	return most
}

func median(reports []report, of func(report) float64) float64 {
	var all []float64
	for _, r := range reports {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
