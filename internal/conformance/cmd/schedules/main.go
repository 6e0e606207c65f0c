// Schedules shows what the product finds by running programs in many orders, and prints
// its figures.
//
//	CGO_ENABLED=0 go run ./internal/conformance/cmd/schedules
//
// It must be run inside the module.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"playground/internal/conformance/schedules"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker"
)

func main() {
	if os.Args[0] == wire.WorkerName {
		worker.Main()
	}
	n := flag.Int("n", 20_000, "orders to try of each program, in its time")
	match := flag.String("match", "", "only programs whose names match this `regexp`")
	show := flag.Bool("show", false, "print the kernels as they are run")
	replays := flag.Int("replays", 20, "how often each program of the conformance set is run by one seed; 0 for not at all")
	exact := flag.Int("exact", 1000, "how often one order is followed again, with its timeline; 0 for not at all")
	flag.Parse()
	if err := run(context.Background(), *n, regexp.MustCompile(*match), *show, *replays, *exact); err != nil {
		fmt.Fprintln(os.Stderr, "schedules:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, n int, match *regexp.Regexp, show bool, replays, exact int) error {
	box, err := sandbox.New(sandbox.Config{Pool: -1})
	if err != nil {
		return err
	}
	defer box.Close(ctx)
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	kernels, err := schedules.GoKer(filepath.Join(strings.TrimSpace(string(root)), "src/runtime/testdata/testgoroutineleakprofile/goker"))
	if err != nil {
		return err
	}
	own, err := schedules.Own()
	if err != nil {
		return err
	}
	for _, set := range []struct {
		name     string
		programs []schedules.Program
	}{{"GoKer", kernels}, {"ours", own}} {
		if err := judge(ctx, box, set.name, set.programs, n, match, show); err != nil {
			return err
		}
	}
	if err := followed(ctx, box, own, exact); err != nil {
		return err
	}
	return replay(ctx, box, match, replays)
}

// followed follows an order of each of our buggy programs that was found, and a random one,
// so often in all that there are n replays.
func followed(ctx context.Context, box *sandbox.Sandbox, own []schedules.Program, n int) error {
	done, exact := 0, 0
	for done < n {
		for _, p := range own {
			if !p.Buggy || done >= n {
				continue
			}
			v, err := schedules.Judge(ctx, box, p, 100)
			if err != nil {
				return err
			}
			seeds := []string{"8"}
			if v.Found != nil {
				seeds = append(seeds, v.Found.Seed)
			}
			for _, seed := range seeds {
				const times = 13
				same, failed, err := schedules.Replay(ctx, box, p, seed, min(times, n-done))
				if err != nil {
					return err
				}
				if same < min(times, n-done) {
					fmt.Printf("%-28s --seed %s: %d of %d the same %s\n", p.Name, seed, same, min(times, n-done), failed)
				}
				exact, done = exact+same, done+min(times, n-done)
			}
		}
	}
	if n > 0 {
		fmt.Printf("replays: %d of %d the same, output and timeline\n", exact, done)
	}
	return nil
}

// replay follows one order of each program of the conformance set again and again.
func replay(ctx context.Context, box *sandbox.Sandbox, match *regexp.Regexp, n int) error {
	if n == 0 {
		return nil
	}
	programs, err := schedules.Conformance("internal/conformance/testdata")
	if err != nil {
		return err
	}
	tried, exact := 0, 0
	for _, p := range programs {
		if !match.MatchString(p.Name) {
			continue
		}
		same, failed, err := schedules.Replay(ctx, box, p, "7", n)
		if err != nil {
			return err
		}
		if strings.Contains(failed, "compile_error") { // of a newer Go than this
			continue
		}
		if tried++; same == n {
			exact++
			continue
		}
		fmt.Printf("%-28s %d of %d the same %s\n", p.Name, same, n, failed)
	}
	fmt.Printf("\nconformance: %d of %d programs did the same in %d replays of one seed\n", exact, tried, n)
	return nil
}

func judge(ctx context.Context, box *sandbox.Sandbox, name string, programs []schedules.Program, n int, match *regexp.Regexp, show bool) error {
	buggy, found, correct, accused, most := 0, 0, 0, 0, 0
	var slowest time.Duration
	for _, p := range programs {
		if !match.MatchString(p.Name) {
			continue
		}
		if show {
			fmt.Println(p.Source)
		}
		v, err := schedules.Judge(ctx, box, p, n)
		if err != nil {
			return err
		}
		slowest = max(slowest, v.Took)
		switch {
		case p.Buggy:
			if buggy++; v.Found != nil {
				found++
				most = max(most, len(v.Found.Switches))
			}
		default:
			if correct++; v.Found != nil {
				accused++
			}
		}
		fmt.Printf("%-28s %s\n", p.Name, line(v))
	}
	fmt.Printf("\n%s: %d of %d found, at most %d switch points; %d of %d correct ones accused; the slowest took %.1f s\n\n",
		name, found, buggy, most, accused, correct, slowest.Seconds())
	return nil
}

// line is a verdict in short.
func line(v schedules.Verdict) string {
	if v.Failed != "" {
		return "FAILED " + v.Failed
	}
	if v.Found == nil {
		return fmt.Sprintf("nothing in %d schedules, %.1f s", v.Runs, v.Took.Seconds())
	}
	return fmt.Sprintf("%s, %d of %d schedules, %d switch points, %.1f s", v.Found.Kind, v.Found.Count, v.Runs, len(v.Found.Switches), v.Took.Seconds())
}
