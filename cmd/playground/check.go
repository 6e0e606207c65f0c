package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"playground/content"
	"playground/internal/articles"
	"playground/internal/author"
	"playground/internal/browser"
	"playground/internal/sandbox"
)

// checkCommand holds articles against what their programs do.
type checkCommand struct {
	Paths  []string `arg:"" optional:"" name:"path" help:"Articles, or folders of them; the built-in one by default."`
	Format string   `name:"format" enum:"text,json,junit,github,sarif" default:"text" placeholder:"FORMAT" help:"How the report is written: text, json, junit, github or sarif."`
	Times  int      `name:"times" default:"1" placeholder:"N" help:"Run each program N times, to find outputs that differ from run to run."`
	Orders int      `name:"schedules" placeholder:"N" help:"Try each program in up to N orders of its goroutines besides, and tell where one ends otherwise than documented."`
	Update bool     `name:"update" help:"Write what the programs print into the documented outputs of the articles."`
	Oracle bool     `name:"oracle" help:"Compare with the installed Go, and scripts with the installed Node, which run the programs on this machine without any walls."`

	moduleFlags    `embed:""`
	limitFlags     `embed:""`
	isolationFlags `embed:""`
}

// maxTimes bounds --times: what a hundred runs do not show, a thousand do not
// either.
const maxTimes = 100

// Run implements the command.
func (c *checkCommand) Run(ctx context.Context, env environment) error {
	if c.Times < 1 || c.Times > maxTimes {
		return fmt.Errorf("--times: %d is out of range: it must be from 1 to %d", c.Times, maxTimes)
	}
	if c.Orders < 0 || c.Orders > maxSchedules {
		return fmt.Errorf("--schedules=%d: from 0 to %d", c.Orders, maxSchedules)
	}
	if c.Update && len(c.Paths) == 0 {
		return errors.New("--update needs an article to write to: name its file")
	}
	posts, err := c.posts()
	if err != nil {
		return err
	}
	box, err := sandboxFor(sandbox.Config{Limits: c.limits(), Modules: c.dir(), Isolation: c.Require, Pool: runtime.NumCPU()}, env)
	if err != nil {
		return err
	}
	defer box.Close(context.WithoutCancel(ctx))
	checker := author.Checker{
		Runner: box, Times: c.Times, Orders: c.Orders,
		// Programs in articles sleep more than they compute.
		Parallel: 2 * runtime.NumCPU(),
		Render:   c.rendering(),
		Progress: progress(env.stderr),
	}
	if binary := browser.Find(); binary != "" {
		scripts := newChromium(binary, browser.Limits{Wall: c.Wall, Output: int64(c.Output)})
		defer scripts.close()
		checker.Scripts = scripts
	}
	if c.Oracle {
		if checker.Oracle, err = author.GoOracle(); err != nil {
			return err
		}
		checker.ScriptOracle = author.RunWithNode
	}
	report, err := checker.Check(ctx, posts)
	if err != nil {
		return err
	}
	if c.Update {
		return c.update(ctx, &checker, posts, report, env)
	}
	return verdict(report, author.Format(c.Format), env.stdout)
}

func verdict(r *author.Report, f author.Format, stdout io.Writer) error {
	if err := r.Write(stdout, f); err != nil {
		return err
	}
	if r.Errors() > 0 {
		return exitStatus(1)
	}
	return nil
}

// update writes the articles, and reports what is wrong with them still.
func (c *checkCommand) update(ctx context.Context, checker *author.Checker, posts []author.Post, report *author.Report, env environment) error {
	changed := false
	for i, p := range posts {
		var blocks []*author.Block
		for _, b := range report.Blocks {
			if b.File == p.Name {
				blocks = append(blocks, b)
			}
		}
		text := author.Update(p.Text, blocks)
		if bytes.Equal(text, p.Text) {
			continue
		}
		if err := replaceFile(p.Name, text); err != nil {
			return err
		}
		fmt.Fprintf(env.stderr, "%s is updated\n", p.Name)
		posts[i].Text, changed = text, true
	}
	if changed {
		var err error
		if report, err = checker.Check(ctx, posts); err != nil {
			return err
		}
	}
	return verdict(report, author.Format(c.Format), env.stdout)
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(name string, text []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".playground-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// posts reads the articles that the command line names.
func (c *checkCommand) posts() (posts []author.Post, err error) {
	if len(c.Paths) == 0 {
		text, err := content.FS.ReadFile(content.Post)
		return []author.Post{{Name: "content/" + content.Post, Text: text}}, err
	}
	for _, at := range c.Paths {
		found, err := postsAt(at)
		if err != nil {
			return nil, err
		}
		posts = append(posts, found...)
	}
	return posts, nil
}

// postsAt is the article in a file, or those of a folder.
func postsAt(at string) (posts []author.Post, err error) {
	info, err := os.Stat(at)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		p, err := postOf(at)
		return []author.Post{p}, err
	}
	content, err := openFolder(at)
	if err != nil {
		return nil, err
	}
	names, err := articlesIn(content, at)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		p, err := postOf(filepath.Join(at, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		p.Content, p.Dir = content, path.Dir(name)
		posts = append(posts, p)
	}
	return posts, nil
}

func postOf(file string) (author.Post, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return author.Post{}, err
	}
	beside, err := openFolder(filepath.Dir(file))
	return author.Post{Name: filepath.ToSlash(file), Text: text, Beside: beside, Exists: reaches(file)}, err
}

// reaches tells whether a path that an article links to leads to a file.
func reaches(article string) func(string) bool {
	return func(name string) bool {
		info, err := os.Stat(filepath.Join(filepath.Dir(article), filepath.FromSlash(name)))
		return err == nil && info.Mode().IsRegular()
	}
}

// articlesIn are the articles of a folder and its folders, as serve would find
// them.
func articlesIn(folder fs.FS, name string) ([]string, error) {
	names, err := articles.Files(folder)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("there is no article in %s: no file whose name ends in .md", name)
	}
	return names, err
}

// progress shows how far the check is, where somebody sees it.
func progress(w io.Writer) func(done, all int) {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(done, all int) {
		const width = 30
		bar := strings.Repeat("#", width*done/all)
		fmt.Fprintf(f, "\r[%-*s] %d of %d", width, bar, done, all)
		if done == all {
			fmt.Fprint(f, "\r\x1b[K")
		}
	}
}
