package author

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"playground/internal/articles"
	"playground/internal/diag"
	"playground/internal/render"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// Compiler compiles the programs of articles before readers meet them, each text
// once. It is for one goroutine at a time.
type Compiler struct {
	Runner Runner

	known map[[sha256.Size]byte][]diag.Diagnostic // by the program's text
}

// Compile says which programs of the articles do not compile though they should,
// each finding at its line of the article. It forgets programs that are in none of
// them. Its error means that some could not be compiled now; the findings are
// those about the others.
func (c *Compiler) Compile(ctx context.Context, posts []*articles.Post) (found render.Errors, err error) {
	known := make(map[[sha256.Size]byte][]diag.Diagnostic)
	var errs []error
	for _, p := range posts {
		for _, b := range p.Blocks {
			if b.Script != nil || b.Expected != nil && b.Expected.Ends == "compile-error" {
				continue // known since the article was read; or as its author says
			}
			key := sha256.Sum256([]byte(b.Source))
			said, err := c.compile(ctx, key, b.Source)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s:%d: %s: %w", p.File, b.Line, b.Title, err))
				continue
			}
			known[key] = said
			found = append(found, inBlock(p.File, b, said)...)
		}
	}
	c.known = known
	return found, errors.Join(errs...)
}

// compile is what the front end says of a program, from memory where it can be.
func (c *Compiler) compile(ctx context.Context, key [sha256.Size]byte, source string) ([]diag.Diagnostic, error) {
	if said, ok := c.known[key]; ok {
		return said, nil
	}
	for range tries - 1 {
		if said, err := c.ask(ctx, source); !errors.Is(err, errBusy) {
			return said, err
		}
	}
	return c.ask(ctx, source)
}

// ask has a worker compile the program: no text of an author's meets the front end
// in the server's own process.
func (c *Compiler) ask(ctx context.Context, source string) (said []diag.Diagnostic, err error) {
	program := sandbox.Program{Task: wire.TaskCheck, Source: source}
	res, err := c.Runner.Run(ctx, program, func(_ context.Context, e sandbox.Event) error {
		if d, ok := e.(sandbox.Diagnosed); ok {
			said = append(said, d.Diagnostic)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if res.Status == sandbox.StatusOK || res.Status == sandbox.StatusCompileError {
		return said, nil
	}
	// Whatever else the worker ended with is no word about the program.
	if _, err := endOf(res); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("compiling it ended with %s", res.Status)
}

// inBlock puts findings that keep a program from running at their lines of the
// article. What vet says is for the widget and for check.
func inBlock(file string, b render.Block, said []diag.Diagnostic) (found render.Errors) {
	for _, d := range said {
		if d.Severity == diag.Error {
			found = append(found, &render.Error{File: file, Line: b.InArticle(d.Line),
				Message: fmt.Sprintf("runner block %s: column %d: %s", b.ID, d.Column, d.Message)})
		}
	}
	return found
}
