package author

import (
	"context"
	_ "embed"

	"playground/internal/expect"
	"playground/internal/script"
)

// consult holds the sandbox, or the browser, against the installed Go or Node.
func (c *Checker) consult(ctx context.Context, b *Block) {
	if len(b.Runs) == 0 || b.Broken() {
		return
	}
	ran := b.Runs[0]
	if ran.Ends == expect.Leak {
		ran.Ends = expect.OK // compiled Go does not tell
	}
	if b.LooksForRaces() {
		return // what is told of a race has addresses, and Go's own detector needs a C compiler
	}
	switch {
	case b.Script == nil && c.Oracle != nil:
		want, err := c.Oracle(ctx, &b.Block)
		b.held("Go", b.comparable(want), ran, err)
	case b.Script != nil && c.ScriptOracle != nil:
		want, ran, err := c.steadied(ctx, b)
		b.held("Node", comparableScript(want), ran, err)
	}
}

// held reports where a run is other than another one.
func (b *Block) held(name string, want expect.Output, ran expect.Ran, err error) {
	if err != nil {
		b.found(Finding{Line: b.Block.Line, Severity: Warning, Kind: "oracle", Message: "not compared with the installed " + name + ": " + err.Error()})
		return
	}
	for _, d := range want.Compare(ran) {
		b.found(Finding{Line: b.Block.Line, Severity: Error, Kind: "oracle", Message: "other than the installed " + name + ": " + d.What, Want: d.Want, Got: d.Got})
	}
}

// comparable is what of another run has to be the same in ours. Of a program whose
// output is not documented that is the end only: what most of them print is times.
func (b *Block) comparable(want expect.Ran) expect.Output {
	documented := b.documented()
	if documented.Mode == expect.Exact || documented.Mode == expect.Unordered {
		documented.Text = want.Printed
	}
	documented.Ends = want.Ends
	return documented
}

// steady fixes what differs from run to run: random numbers and the clock, which
// goes on to the next timer when nothing else is left to do.
//
//go:embed steady.js
var steady string

// steadied runs a script in Node and in the browser, each with the same random
// numbers and with a clock that leaps, so that all that it prints can be compared:
// the order of tasks, microtasks and timers is the same in both.
func (c *Checker) steadied(ctx context.Context, b *Block) (want, ran expect.Ran, err error) {
	block := b.Block
	block.Script = &script.Script{Code: steady + b.Script.Code}
	if want, err = c.ScriptOracle(ctx, &block); err != nil {
		return want, ran, err
	}
	ran, _, err = c.Scripts.RunScript(ctx, &block)
	return want, ran, err
}

// comparableScript is all of it, but for the words in which each tells of an error
// that nobody caught, or of an await that never ends.
func comparableScript(want expect.Ran) expect.Output {
	if want.Ends != expect.OK {
		return expect.Output{Mode: expect.Any, Ends: want.Ends}
	}
	return expect.Output{Mode: expect.Exact, Text: want.Printed, Ends: want.Ends}
}
