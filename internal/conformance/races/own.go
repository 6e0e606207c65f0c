package races

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"playground/internal/conformance"
	"playground/internal/render"
)

// racy are those of the conformance set of which Go's detector tells a race as well.
var racy = []string{"time/tickers_in_bubble"}

// Own are the programs of the conformance set below a directory.
func Own(dir string) ([]Program, error) {
	cases, err := conformance.ReadCases(os.DirFS(dir), nil)
	if err != nil {
		return nil, err
	}
	var list []Program
	for _, c := range cases {
		name := strings.TrimSuffix(c.Name, path.Ext(c.Name))
		list = append(list, Program{Name: name, Source: string(c.Source()), Args: c.Args, Stdin: string(c.Stdin), Racy: slices.Contains(racy, name)})
	}
	return list, nil
}

//go:embed testdata
var kinds embed.FS

// kind is the name of one of them, where it begins.
var kind = regexp.MustCompile(`(?m)^\t"(\w+)": +func`)

// Kinds are small programs of the kinds that articles, books and users of the race detector
// tell of: below testdata/racy with races that Go's detector finds as well, or would if
// the library that they are in were compiled for it, below testdata/correct without.
func Kinds() ([]Program, error) {
	var list []Program
	err := fs.WalkDir(kinds, "testdata", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(kinds, name)
		set := path.Base(path.Dir(name))
		for _, m := range kind.FindAllSubmatch(src, -1) {
			list = append(list, Program{Name: set + "/" + string(m[1]), Source: string(src), Args: []string{string(m[1])}, Racy: set == "racy"})
		}
		return err
	})
	return list, err
}

// Article are the programs of an article that a server runs.
func Article(file string) ([]Program, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	article, err := render.Render(path.Base(file), text, render.Options{})
	if err != nil {
		return nil, err
	}
	var list []Program
	for _, b := range article.Blocks {
		if b.Script != nil {
			continue
		}
		p := Program{Name: path.Base(file) + "#" + b.ID, Source: b.Source, Args: b.Args}
		if b.Stdin != nil {
			p.Stdin = *b.Stdin
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: no programs", file)
	}
	return list, nil
}
