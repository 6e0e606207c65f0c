// Package docs has a sentence or two on every symbol of the standard library
// that programs may use, for whoever writes one.
//
// They are written by internal/gofront/stdlib/gen from the toolchain's source:
// a zip archive with an entry per package, of lines "Symbol\ttext", where a
// method's symbol is Type.Method, and one of all packages, named packages. It is
// read in place, an entry when it is first asked for.
package docs

import (
	"archive/zip"
	_ "embed"
	"go/doc"
	"io"
	"strings"
)

//go:embed docs.zip
var archive string

// Docs reads documentation. It is for one goroutine.
type Docs struct {
	packages map[string]map[string]string // the text of each symbol
}

// New returns Docs that have read nothing yet.
func New() *Docs { return &Docs{map[string]map[string]string{}} }

// Package returns what there is on the package at path, or "".
func (d *Docs) Package(path string) string { return d.Of("packages", path) }

// Of returns what there is on a symbol of the package at path, or "".
func (d *Docs) Of(path, symbol string) string {
	p, ok := d.packages[path]
	if !ok {
		p = read(path)
		d.packages[path] = p
	}
	return p[symbol]
}

func read(path string) map[string]string {
	z, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil // a test reads all of it
	}
	f, err := z.Open(path)
	if err != nil {
		return nil // no package of the library
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil
	}
	p := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		name, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		p[name] = text
	}
	return p
}

// Synopsis is the first sentence of a comment, on one line.
func Synopsis(comment string) string {
	return new(doc.Package).Synopsis(comment)
}
