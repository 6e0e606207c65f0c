package author

import (
	"context"
	"fmt"
	"strings"
	"time"

	"playground/internal/expect"
	"playground/internal/render"
)

// ScriptRunner runs programs in TypeScript and JavaScript as a reader's browser
// does.
type ScriptRunner interface {
	// RunScript runs a block's program once. How it ended is in an author's words.
	RunScript(ctx context.Context, b *render.Block) (expect.Ran, time.Duration, error)
}

// runScript is run for a program that no sandbox runs.
func (c *Checker) runScript(ctx context.Context, b *Block) (expect.Ran, time.Duration, error) {
	if b.Broken() {
		var printed strings.Builder
		for _, d := range b.Block.Findings {
			fmt.Fprintln(&printed, place(d)+d.Message)
		}
		return expect.Ran{Printed: printed.String(), Ends: "compile-error"}, 0, nil
	}
	return c.Scripts.RunScript(ctx, &b.Block)
}

// notRun says that a program was left out, and why.
func (b *Block) notRun() {
	b.found(Finding{Line: b.Block.Line, Severity: Warning, Kind: "not-run",
		Message: fmt.Sprintf("not run: programs in %s need a Chromium, and there is none on the PATH", b.Lang)})
}
