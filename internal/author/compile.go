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
			if b.Script != nil || !b.MeantToCompile() {
				continue // of scripts it was said when the article was read
			}
			key := sha256.Sum256([]byte(b.Source))
			said, err := c.compile(ctx, key, b.Source)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s:%d: %s: %w", p.File, b.Line, b.Title, err))
				continue
			}
			known[key] = said
			for _, d := range said {
				if d.Severity == diag.Error { // what vet says is for the widget and for check
					found = append(found, b.Problem(p.File, d))
				}
			}
		}
	}
	c.known = known
	return found, errors.Join(errs...)
}

// compile is what the front end says of a program, from memory where it can be.
func (c *Compiler) compile(ctx context.Context, key [sha256.Size]byte, source string) (said []diag.Diagnostic, err error) {
	if said, ok := c.known[key]; ok {
		return said, nil
	}
	err = insist(func() (err error) {
		said, err = c.ask(ctx, source)
		return err
	})
	return said, err
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
