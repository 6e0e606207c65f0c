package interp

import (
	"testing"

	"playground/internal/gofront/module"
)

func BenchmarkNew(b *testing.B) {
	library := module.Bundled()
	for b.Loop() {
		if _, err := New(library); err != nil {
			b.Fatal(err)
		}
	}
}
