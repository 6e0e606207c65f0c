//go:build linux

// Command assist measures how long a reader who writes a program waits for what
// could stand behind a dot: at places of the built-in article's programs, one
// question after the other over one websocket, through a server of this tree.
//
//	CGO_ENABLED=0 go run ./bench/assist [-n 200]
//
// Warm are all questions but the first, for which a connection is made.
package main

import (
	"context"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
	"playground/content"
	"playground/internal/render"
)

// promised is how long the first answer may take, warm.
const promised = 80 * time.Millisecond

// pause is between two questions: nobody types faster than ten names a second.
const pause = 100 * time.Millisecond

func main() {
	n := flag.Int("n", 200, "questions that are asked")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, *n); err != nil {
		fmt.Fprintln(os.Stderr, "assist:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, n int) error {
	all, err := questions()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "playground-assist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	build, err := server.Make(ctx, dir, "")
	if err != nil {
		return err
	}
	s, err := server.Start(ctx, dir, build, server.Options{Form: server.Here})
	if err != nil {
		return err
	}
	defer s.Stop(10 * time.Second)
	r := reader.New(reader.Client{URL: s.URL})
	defer r.Close()
	var took []time.Duration
	for i := range n {
		q := all[i*len(all)/n%len(all)]
		run := r.Run(ctx, q)
		if run.Ended() != "ok" || !strings.Contains(run.Stdout.String(), `"completions"`) {
			return fmt.Errorf("%s at %d: ended %s, and answered %.200q", q.Name, q.At, run.Ended(), run.Stdout.String())
		}
		took = append(took, run.First)
		time.Sleep(pause)
	}
	return report(took)
}

// questions are about the places behind the dots of the article's programs.
func questions() (all []reader.Program, err error) {
	text, err := content.FS.ReadFile(content.Post)
	if err != nil {
		return nil, err
	}
	post, err := render.Render(content.Post, text, render.Options{})
	if err != nil {
		return nil, err
	}
	for _, b := range post.Blocks {
		for _, at := range dots(b.Source) {
			all = append(all, reader.Program{Name: b.ID, Source: b.Source, Task: "assist", At: at})
		}
	}
	return all, nil
}

// dots are the offsets behind those that select something of a name.
func dots(source string) (at []int) {
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, []byte(source), nil, 0)
	for before := token.ILLEGAL; ; {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			return at
		}
		if tok == token.PERIOD && before == token.IDENT {
			at = append(at, file.Offset(pos)+1)
		}
		before = tok
	}
}

func report(took []time.Duration) error {
	first, warm := took[0], slices.Sorted(slices.Values(took[1:]))
	if len(warm) == 0 {
		return fmt.Errorf("one question, of a connection that was not warm, took %v: ask more", first.Round(time.Millisecond))
	}
	part := func(p float64) time.Duration { return warm[int(p*float64(len(warm)-1))].Round(100 * time.Microsecond) }
	within, _ := slices.BinarySearch(warm, promised+1)
	fmt.Printf("first question   %v\n", first.Round(100*time.Microsecond))
	fmt.Printf("%d more, warm   median %v, 90 %% %v, 99 %% %v, slowest %v\n", len(warm), part(.5), part(.9), part(.99), part(1))
	fmt.Printf("within %v     %.1f %%\n", promised, 100*float64(within)/float64(len(warm)))
	if part(.9) > promised {
		return fmt.Errorf("one in ten waits for more than %v", promised)
	}
	return nil
}
