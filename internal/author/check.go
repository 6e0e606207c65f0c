package author

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"playground/internal/diag"
	"playground/internal/expect"
	"playground/internal/protocol"
	"playground/internal/render"
	"playground/internal/sandbox"
)

// Runner runs programs; a *sandbox.Sandbox is one.
type Runner interface {
	Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error)
}

// Oracle runs a program as the installed Go does.
type Oracle func(ctx context.Context, b *render.Block) (expect.Ran, error)

// Checker checks articles. Its fields are set before its first use.
type Checker struct {
	Runner Runner
	// Scripts, if not nil, runs the programs that are no sandbox's. Without it they
	// are listed as not run.
	Scripts ScriptRunner
	Render  render.Options
	// Times is how often each program is run; at least once.
	Times int
	// Orders, if not zero, is in how many orders of its goroutines each program is tried
	// besides, as far as there is time for it.
	Orders int
	// Parallel is how many programs run at once; at least one.
	Parallel int
	// Oracle, if not nil, runs each program as well, and the sandbox is held
	// against it; and ScriptOracle each that browsers run (RunWithNode is one).
	Oracle, ScriptOracle Oracle
	// Progress, if not nil, is told after each run how many of all are done. It is
	// called by one goroutine at a time.
	Progress func(done, all int)
}

// Post is an article as its file has it.
type Post struct {
	Name string // for messages: its path
	Text []byte
	// Beside is the folder of the article's file, out of which no picture and no
	// template may be; nil where it has none, and then nothing is said of files.
	Beside fs.FS
	// Content is the folder of articles that it is part of, and Dir its folder in that;
	// Beside where there is none.
	Content fs.FS
	Dir     string
	// Exists reports whether a link to that path, relative to the article, leads to
	// a file; it may be in another folder. Nothing is said of links where it is nil.
	Exists func(name string) bool
}

// Block is a program of an article, and what came of it.
type Block struct {
	File string
	render.Block
	// Runs are what the runs did, in no order.
	Runs []expect.Ran
	// Took is the time of the longest.
	Took     time.Duration
	Findings []Finding
}

// Check checks articles and runs their programs. Its error means that something
// could not be run; what is wrong with the articles is in the report.
func (c *Checker) Check(ctx context.Context, posts []Post) (*Report, error) {
	report := &Report{}
	read := map[string]*render.Article{}
	for _, p := range posts {
		read[path.Clean(p.Name)] = c.read(p, report)
	}
	report.anchors(read)
	jobs := make(chan func(), 1)
	var workers sync.WaitGroup
	for range max(1, c.Parallel) {
		workers.Go(func() {
			for job := range jobs {
				job()
			}
		})
	}
	var (
		mu   sync.Mutex
		errs []error
		done int
	)
	all := len(report.Blocks) * max(1, c.Times)
	for _, b := range report.Blocks {
		if b.Script != nil && c.Scripts == nil && !b.Broken() {
			b.notRun()
			all -= max(1, c.Times)
			continue
		}
		for range max(1, c.Times) {
			jobs <- func() {
				ran, found, took, err := c.run(ctx, b)
				mu.Lock()
				defer mu.Unlock()
				done++
				if err != nil {
					errs = append(errs, fmt.Errorf("%s:%d: %s: %w", b.File, b.Line, b.Title, err))
				} else {
					b.add(ran, found, took)
				}
				if c.Progress != nil {
					c.Progress(done, all)
				}
			}
		}
	}
	close(jobs)
	workers.Wait()
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, b := range report.Blocks { // one after the other: each has as long as its limits say
		b.judge()
		if err := c.inOrders(ctx, b); err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", b.File, b.Line, b.Title, err)
		}
		c.consult(ctx, b)
	}
	return report, nil
}

// anchors reports links to places that another of the articles does not have.
func (r *Report) anchors(read map[string]*render.Article) {
	for name, article := range read {
		if article == nil {
			continue
		}
		for _, l := range article.Links {
			to := read[path.Join(path.Dir(name), l.Path)]
			if to != nil && l.Anchor != "" && to.Anchor(l.Anchor) == "" {
				r.Findings = append(r.Findings, Finding{File: name, Line: l.Line, Severity: Warning, Kind: "file",
					Message: fmt.Sprintf("nothing in %s has the anchor %q%s", l.Path, l.Anchor, to.AnchorHint(l.Anchor))})
			}
		}
	}
}

// read takes an article apart and reports what is wrong with its text. It is nil for
// one that cannot be published.
func (c *Checker) read(p Post, r *Report) *render.Article {
	r.Files++
	options := c.Render
	options.Beside, options.Content, options.Dir = p.Beside, p.Content, p.Dir
	article, err := render.Render(p.Name, p.Text, options)
	var bad render.Errors
	if errors.As(err, &bad) {
		r.article(bad, Error)
		return nil
	}
	if err != nil {
		r.Findings = append(r.Findings, Finding{File: p.Name, Line: 1, Severity: Error, Kind: "article", Message: err.Error()})
		return nil
	}
	r.article(article.Warnings, Warning)
	for _, f := range article.Files {
		if p.Beside != nil && !isFile(p.Beside, f.Path) {
			r.Findings = append(r.Findings, Finding{File: p.Name, Line: f.Line, Severity: Error, Kind: "file",
				Message: fmt.Sprintf("there is no file %s beside the article", f.Path)})
		}
	}
	for _, l := range article.Links {
		if p.Exists != nil && !p.Exists(l.Path) {
			r.Findings = append(r.Findings, Finding{File: p.Name, Line: l.Line, Severity: Error, Kind: "file",
				Message: fmt.Sprintf("there is no article %s to link to", l.Path)})
		}
	}
	for _, b := range article.Blocks {
		r.Blocks = append(r.Blocks, &Block{File: p.Name, Block: b})
	}
	return article
}

func isFile(folder fs.FS, name string) bool {
	info, err := fs.Stat(folder, name)
	return err == nil && info.Mode().IsRegular()
}

// tries is how often a program is started that the machine was too busy to run.
const tries = 5

// insist does what a machine may be too busy for at first.
func insist(do func() error) (err error) {
	for range tries {
		if err = do(); !errors.Is(err, errBusy) {
			break
		}
	}
	return err
}

// errBusy is a run that says nothing about its program.
var errBusy = errors.New("the machine is too busy to run it")

// run runs a block's program once, on a machine that may be too busy at first. The
// findings are about its text.
func (c *Checker) run(ctx context.Context, b *Block) (ran expect.Ran, found []diag.Diagnostic, took time.Duration, err error) {
	err = insist(func() (err error) {
		ran, found, took, err = c.try(ctx, b)
		return err
	})
	return ran, found, took, err
}

func (c *Checker) try(ctx context.Context, b *Block) (ran expect.Ran, found []diag.Diagnostic, took time.Duration, err error) {
	if b.Script != nil {
		ran, took, err = c.runScript(ctx, b)
		return ran, b.Block.Findings, took, err
	}
	var printed strings.Builder
	program := programOf(&b.Block)
	res, err := c.Runner.Run(ctx, program, func(_ context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Output:
			printed.Write(e.Data)
		case sandbox.Diagnosed:
			found = append(found, e.Diagnostic)
		}
		return nil
	})
	if err != nil {
		return expect.Ran{}, nil, 0, err
	}
	end, err := endOf(res)
	if err != nil {
		return expect.Ran{}, nil, 0, err
	}
	if program.Race && end == racy && strings.Contains(printed.String(), raceReport) {
		end = expect.Race
	}
	if end == expect.OK && len(res.Leaks) > 0 && b.documented().Ends == expect.Leak {
		end = expect.Leak // readers are told so; most articles need not
	}
	if res.Status == sandbox.StatusCompileError {
		for _, d := range found {
			fmt.Fprintln(&printed, place(d)+d.Message)
		}
	}
	return expect.Ran{Printed: printed.String(), Ends: end}, found, res.WallTime, nil
}

// racy is the end of a program in which Go's race detector found something, and
// raceReport begins what it then says.
const (
	racy       = "exit:66"
	raceReport = "WARNING: DATA RACE\n"
)

// programOf is what a reader's page would run of a block.
func programOf(b *render.Block) sandbox.Program {
	p := sandbox.Program{Source: b.Source, Args: b.Args, Procs: b.Procs, Race: b.LooksForRaces(), Limits: sandbox.Limits{WallTime: b.Wall, CPUTime: b.CPU, Memory: b.Memory}}
	if b.Stdin != nil {
		p.Stdin = *b.Stdin
	}
	return p
}

func place(d diag.Diagnostic) string {
	if d.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d: ", d.File, d.Line, d.Column)
}

// endOf says in an author's words how a run ended. What is neither the program's
// doing nor a limit's is an error.
func endOf(res sandbox.Result) (expect.End, error) {
	switch res.Status {
	case sandbox.StatusOK:
		return expect.OK, nil
	case sandbox.StatusExit:
		return expect.End(fmt.Sprintf("exit:%d", res.ExitCode)), nil
	case sandbox.StatusPanic:
		return "panic", nil
	case sandbox.StatusDeadlock:
		return "deadlock", nil
	case sandbox.StatusCompileError:
		return "compile-error", nil
	case sandbox.StatusCPULimit:
		return "cpu", nil
	case sandbox.StatusWallLimit:
		return "wall", nil
	case sandbox.StatusMemoryLimit:
		return "memory", nil
	case sandbox.StatusOutputLimit:
		return "output", nil
	case sandbox.StatusThreadLimit:
		return "threads", nil
	}
	if res.Status == sandbox.StatusStarved || res.Status == sandbox.StatusEvicted {
		return "", fmt.Errorf("%w: %s", errBusy, protocol.Reason(res))
	}
	return "", errors.New(protocol.Reason(res))
}

// add keeps what a run did, and what was said of the program's text the first
// time.
func (b *Block) add(ran expect.Ran, found []diag.Diagnostic, took time.Duration) {
	if len(b.Runs) == 0 {
		for _, d := range found {
			b.text(d)
		}
	}
	b.Runs = append(b.Runs, ran)
	b.Took = max(b.Took, took)
}

// text reports what the front end said, at the line of the article. An error is
// one only where the block was to compile.
func (b *Block) text(d diag.Diagnostic) {
	severity := Warning
	if d.Severity == diag.Error {
		if !b.MeantToCompile() {
			return
		}
		severity = Error
	}
	line, column, message := b.Locate(d)
	b.found(Finding{Line: line, Column: column, Severity: severity, Kind: "compile", Message: message})
}

// documented is what the author says of the block: by default that it ends well.
func (b *Block) documented() expect.Output {
	if b.Expected == nil {
		return expect.Output{Mode: expect.Any}
	}
	return b.Expected.Output
}

func (b *Block) found(f Finding) {
	f.File, f.Block = b.File, b.ID
	b.Findings = append(b.Findings, f)
}

// judge compares the runs with the documentation, and with each other.
func (b *Block) judge() {
	different, first := 0, []expect.Difference(nil)
	for _, ran := range b.Runs {
		if d := b.documented().Compare(ran); d != nil {
			if different++; first == nil {
				first = d
			}
		}
	}
	switch {
	case different > 0 && b.failedToCompile():
		// The compiler's words say it better.
	case different == len(b.Runs):
		b.differs(first, "")
	case different > 0:
		b.differs(first, fmt.Sprintf(" in %d of %d runs", different, len(b.Runs)))
	default:
		b.steady()
	}
}

func (b *Block) failedToCompile() bool {
	for _, f := range b.Findings {
		if f.Kind == "compile" && f.Severity == Error {
			return true
		}
	}
	return false
}

func (b *Block) differs(differences []expect.Difference, often string) {
	for _, d := range differences {
		line, kind := b.place(d)
		b.found(Finding{Line: line, Severity: Error, Kind: kind, Message: d.What + often, Want: d.Want, Got: d.Got})
	}
}

// place is the line of the article that a difference is told at, and what it is in.
func (b *Block) place(d expect.Difference) (line int, kind string) {
	e := b.Expected
	switch {
	case d.Line == 0 && strings.HasPrefix(d.What, "it ended"):
		return b.Block.Line, "ends"
	case e != nil && e.Line > 0:
		return e.Line + d.Line, "output"
	}
	return b.Block.Line, "output"
}

// steady warns of a program that prints something else each time where nothing is
// documented: what a reader sees is not what the author saw.
func (b *Block) steady() {
	if b.Expected != nil && b.Expected.Line > 0 {
		return
	}
	seen := map[string]bool{}
	for _, ran := range b.Runs {
		seen[string(ran.Ends)+"\n"+strings.Join(expect.Lines(ran.Printed), "\n")] = true
	}
	if len(seen) > 1 {
		b.found(Finding{Line: b.Block.Line, Severity: Warning, Kind: "unstable",
			Message: fmt.Sprintf("%d runs printed %d different outputs", len(b.Runs), len(seen))})
	}
}
