// Races looks for data races in programs of which it is known whether they have any, and
// prints its figures.
//
//	CGO_ENABLED=0 go run ./internal/conformance/cmd/races       # the Go distribution's tests
//	CGO_ENABLED=0 go run ./internal/conformance/cmd/races -own  # our own programs
//
// It must be run inside the module.
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"playground/internal/conformance"
	"playground/internal/conformance/races"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker"
)

func main() {
	if os.Args[0] == wire.WorkerName {
		worker.Main()
	}
	own := flag.Bool("own", false, "run our own programs instead: the conformance set, the article, and those of kinds that others tell of")
	match := flag.String("match", "", "only programs whose names match this `regexp`")
	show := flag.Bool("show", false, "print the programs as they are run, and all reports")
	flag.Parse()
	if err := run(context.Background(), *own, regexp.MustCompile(*match), *show); err != nil {
		fmt.Fprintln(os.Stderr, "races:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, own bool, match *regexp.Regexp, show bool) error {
	box, err := sandbox.New(sandbox.Config{Pool: -1, Limits: races.Limits()})
	if err != nil {
		return err
	}
	defer box.Close(ctx)
	programs, err := read(own)
	if err != nil {
		return err
	}
	c := counts{left: map[string]int{}}
	for _, p := range programs {
		if !match.MatchString(p.Name) {
			continue
		}
		if show {
			fmt.Printf("%s\n%s\n", p.Name, p.Source)
		}
		if p.Left != "" {
			c.left[p.Left]++
			continue
		}
		v, err := races.Judge(ctx, box, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		c.add(p, v, show)
	}
	c.print()
	return nil
}

func read(own bool) ([]races.Program, error) {
	if own {
		programs, err := races.Own(conformance.OwnDir)
		if err != nil {
			return nil, err
		}
		kinds, err := races.Kinds()
		if err != nil {
			return nil, err
		}
		post, err := races.Article("content/post.md")
		return slices.Concat(programs, kinds, post), err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	return races.Goroot(filepath.Join(strings.TrimSpace(string(root)), "src/runtime/race/testdata"))
}

// counts are the figures.
type counts struct {
	racy, found, correct, accused, failed, right int
	left                                         map[string]int // by the rule
}

// add counts a verdict, and prints it if it is not the one that the name says.
func (c *counts) add(p races.Program, v races.Verdict, show bool) {
	what := ""
	if p.Racy {
		c.racy++
	} else {
		c.correct++
	}
	switch {
	case v.Failed != "":
		c.failed++
		what = "no verdict: " + v.Failed
	case p.Racy && v.Found:
		c.found++
		c.right++
	case p.Racy:
		what = "missed"
	case v.Found:
		c.accused++
		what = "accused"
	default:
		c.right++
	}
	if what == "" && !show {
		return
	}
	fmt.Printf("%-44s %s\n", p.Name, what)
	for _, r := range v.Reports {
		fmt.Printf("    %s\n", r)
	}
}

func (c *counts) print() {
	all := c.racy + c.correct
	fmt.Printf("\n%d of %d judged rightly (%.1f %%): %d of %d races found, %d of %d correct programs accused, %d without a verdict\n",
		c.right, all, 100*float64(c.right)/float64(max(all, 1)), c.found, c.racy, c.accused, c.correct, c.failed)
	for _, why := range slices.Sorted(maps.Keys(c.left)) {
		fmt.Printf("left out: %d, %s\n", c.left[why], why)
	}
}
