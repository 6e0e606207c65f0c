package schedules

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"playground/internal/sandbox"
)

// chance is what makes a program's output a matter of luck: clocks, random numbers and
// seeds, networks, addresses.
var chance = regexp.MustCompile(`"(time|math/rand|math/rand/v2|crypto/.*|hash/maphash|net|net/.*|runtime.*|os/signal|testing.*)"|%p`)

// parallel is what only programs with goroutines have.
var parallel = regexp.MustCompile(`(?m)^\s*go |"sync|"context"|\bchan\b|\bselect\b`)

// Conformance are the programs below a directory, of one file each, that have goroutines
// and leave nothing to chance.
func Conformance(dir string) ([]Program, error) {
	var list []Program
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".txtar" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		src, alone := source(txtar.Parse(text))
		if alone && bytes.Contains(src, []byte("\nfunc main()")) && !chance.Match(src) && parallel.Match(src) {
			list = append(list, Program{Name: strings.TrimPrefix(name, dir+"/"), Source: string(src)})
		}
		return nil
	})
	return list, err
}

// source is a program's one file, if it is alone.
func source(a *txtar.Archive) (src []byte, alone bool) {
	files := 0
	for _, f := range a.Files {
		if filepath.Ext(f.Name) == ".go" {
			src = f.Data
			files++
		}
	}
	return src, files == 1
}

// Replay follows one order of a program n times, and returns how many times output and
// events were the first one's, or why that cannot be said.
func Replay(ctx context.Context, box Box, p Program, seed string, n int) (same int, failed string, err error) {
	var first *said
	for range n {
		s, failed, err := listen(ctx, box, sandbox.Program{Source: p.Source, Schedule: seed, Observe: true})
		if err != nil || failed != "" {
			return same, failed, err
		}
		if first == nil {
			first = s
		}
		if bytes.Equal(s.stdout.Bytes(), first.stdout.Bytes()) && slices.Equal(s.events, first.events) {
			same++
		}
	}
	return same, "", nil
}
