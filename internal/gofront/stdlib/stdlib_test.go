package stdlib

import (
	"go/token"
	"testing"
)

func TestImportAll(t *testing.T) {
	imp, err := NewImporter(token.NewFileSet())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(Packages(), Host) {
		p, err := imp.Import(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if p.Path() != path || !p.Complete() {
			t.Errorf("%s: got %s, complete %v", path, p.Path(), p.Complete())
		}
	}
}

func BenchmarkImportHTTP(b *testing.B) {
	for b.Loop() {
		imp, _ := NewImporter(token.NewFileSet())
		if _, err := imp.Import("net/http"); err != nil {
			b.Fatal(err)
		}
	}
}
func BenchmarkImportFmt(b *testing.B) {
	for b.Loop() {
		imp, _ := NewImporter(token.NewFileSet())
		if _, err := imp.Import("fmt"); err != nil {
			b.Fatal(err)
		}
	}
}
