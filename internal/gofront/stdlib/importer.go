package stdlib

import (
	"archive/zip"
	"fmt"
	"go/token"
	"go/types"
	"strings"
	"sync"
	_ "unsafe" // for go:linkname

	"golang.org/x/tools/go/gcexportdata"
)

// Importer gives go/types the standard library's packages, decoding each when
// it is first asked for. It is for one goroutine.
type Importer struct {
	fset    *token.FileSet
	archive map[string]*zip.File
	pkgs    map[string]*types.Package
}

// The reader of export data makes one table of line starts for the files of all that it
// reads, half a mebibyte that every worker would keep. Objects without positions need
// none: in its place it finds memory that nobody ever writes to, so that there is none.
//
//go:linkname fakeLines golang.org/x/tools/internal/gcimporter.fakeLines
var fakeLines []int

//go:linkname fakeLinesOnce golang.org/x/tools/internal/gcimporter.fakeLinesOnce
var fakeLinesOnce sync.Once

var noLines [1 << 16]int

// NewImporter returns an importer that has decoded nothing yet. Objects that
// it yields have no positions.
func NewImporter(fset *token.FileSet) (*Importer, error) {
	fakeLinesOnce.Do(func() { fakeLines = noLines[:] })
	z, err := zip.NewReader(strings.NewReader(exports), int64(len(exports)))
	if err != nil {
		return nil, fmt.Errorf("read embedded export data: %w", err)
	}
	i := &Importer{fset, make(map[string]*zip.File, len(z.File)), map[string]*types.Package{}}
	for _, f := range z.File {
		i.archive[f.Name] = f
	}
	return i, nil
}

// Import implements types.Importer. It knows the allowed packages, and the
// twins' host package; whether a program may import one is not its question.
func (i *Importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := i.pkgs[path]; p != nil && p.Complete() {
		return p, nil
	}
	f := i.archive[path]
	if f == nil {
		return nil, fmt.Errorf("package %s is not in std", path)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("package %s: %w", path, err)
	}
	defer r.Close()
	p, err := gcexportdata.Read(r, i.fset, i.pkgs, path)
	if err != nil {
		return nil, fmt.Errorf("package %s: %w", path, err)
	}
	return p, nil
}

// Has reports whether Import knows the package at path.
func (i *Importer) Has(path string) bool { return i.archive[path] != nil || path == "unsafe" }
