package races

import (
	"fmt"
	"os"
	"path"
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
