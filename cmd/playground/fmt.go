package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"playground/internal/articles"
	"playground/internal/author"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// fmtCommand formats a program as the page's Format button does, in a worker; or
// the programs of an article, whose author is trusted, as gofmt does.
type fmtCommand struct {
	File  string `arg:"" help:"The program: a Go file, a txtar archive of several, or - for standard input. Or an article, a Markdown file."`
	Write bool   `name:"write" short:"w" help:"Write the result back to the file instead of printing it."`

	moduleFlags    `embed:""`
	limitFlags     `embed:""`
	isolationFlags `embed:""`
}

// Run implements the command.
func (c *fmtCommand) Run(ctx context.Context, env environment) error {
	if c.Write && c.File == "-" {
		return fmt.Errorf("--write needs a file: standard input cannot be written back")
	}
	if articles.IsArticle(filepath.Base(c.File)) {
		return c.article(env)
	}
	source, err := readProgram(c.File, env.stdin, int64(c.Source))
	if err != nil {
		return err
	}
	box, err := oneShot(sandbox.Config{Limits: c.limits(), Modules: c.dir(), Isolation: c.Require}, env)
	if err != nil {
		return err
	}
	defer box.Close(context.WithoutCancel(ctx))
	var text bytes.Buffer
	program := sandbox.Program{Task: wire.TaskFormat, Source: source}
	run := func(sink sandbox.Sink) (sandbox.Result, error) { return box.Run(ctx, program, sink) }
	if err := runText(run, environment{stdout: &text, stderr: env.stderr}, c.File); err != nil {
		return err
	}
	if c.Write {
		return os.WriteFile(c.File, text.Bytes(), 0o644)
	}
	_, err = env.stdout.Write(text.Bytes())
	return err
}

// article formats what is in the fences of an article, and nothing else of it.
func (c *fmtCommand) article(env environment) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	formatted, findings := author.FormatText(c.File, text)
	if !c.Write {
		if _, err := env.stdout.Write(formatted); err != nil {
			return err
		}
	} else if !bytes.Equal(formatted, text) {
		if err := replaceFile(c.File, formatted); err != nil {
			return err
		}
	}
	for _, f := range findings {
		fmt.Fprintf(env.stderr, "%s:%d: %s\n", f.File, f.Line, f.Message)
	}
	if len(findings) > 0 {
		return exitStatus(1)
	}
	return nil
}
