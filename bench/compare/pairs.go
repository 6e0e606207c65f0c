package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pairs says whether two builds run programs in the same time. Each round runs each
// program once by each of them, one directly after the other and the order turned around
// each time, so that whatever else the machine does meets both; what is looked at is the
// ratio of such a pair, and of many pairs the median. How far chance may have moved that
// is told by the interval that has the true median in 95 of 100 cases.
func pairs(ctx context.Context, top, dir string, builds []*build, rounds int, only string) error {
	match, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	for _, b := range builds {
		b.dir = filepath.Join(dir, b.name)
		if _, err := command(ctx, b.tree, "go", "build", "-o", b.dir+"/", "./cmd/playground"); err != nil {
			return err
		}
	}
	files, err := fs.Glob(os.DirFS(top), "bench/speed/testdata/*.go")
	if err != nil {
		return err
	}
	files = slices.DeleteFunc(files, func(file string) bool { return !match.MatchString(filepath.Base(file)) })
	if len(files) == 0 {
		return errors.New("no program has such a name")
	}
	ratios := map[string][]float64{}
	var means []float64 // of the rounds
	for round := range rounds {
		var sum float64
		for i, file := range files {
			r, err := pair(ctx, builds, filepath.Join(top, file), (round+i)%2 == 1)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			ratios[file] = append(ratios[file], r)
			sum += math.Log(r)
		}
		means = append(means, math.Exp(sum/float64(len(files))))
	}
	fmt.Printf("%-14s %8s   %s\n", "new/old", "median", "95 % interval")
	for _, file := range files {
		printMedian(strings.TrimSuffix(filepath.Base(file), ".go"), ratios[file])
	}
	printMedian("geometric mean", means)
	return nil
}

// pair is how much longer the new build takes for a program than the old one.
func pair(ctx context.Context, builds []*build, file string, newFirst bool) (float64, error) {
	var ns [2]float64
	for i := range ns {
		k := i
		if newFirst {
			k = 1 - i
		}
		out, err := command(ctx, "", filepath.Join(builds[k].dir, "playground"), "run", file)
		if err != nil {
			return 0, err
		}
		f := strings.Fields(out)
		if len(f) != 2 {
			return 0, fmt.Errorf("printed %q", out)
		}
		if ns[k], err = strconv.ParseFloat(f[1], 64); err != nil {
			return 0, err
		}
	}
	return ns[1] / ns[0], nil
}

func printMedian(name string, v []float64) {
	low, high := interval(v)
	fmt.Printf("%-14s %8.3f   %.3f to %.3f (%d pairs)\n", name, median(v), low, high, len(v))
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}

// interval has the true median with a probability of at least 95 %, whatever the
// distribution is: each value is above the median as likely as below, so how many lie
// below is binomial. Of fewer than six values it has all.
func interval(v []float64) (low, high float64) {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	k, below := 0, 0.0 // how many may be left out at each end, and how likely fewer are below
	for term := math.Pow(0.5, float64(n)); below+term <= 0.025; k++ {
		below += term
		term *= float64(n-k) / float64(k+1)
	}
	k = max(k-1, 0)
	return v[k], v[n-1-k]
}
