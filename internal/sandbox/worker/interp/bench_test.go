package interp

import (
	"os"
	"path/filepath"
	"testing"

	"playground/internal/gofront/module"
	"playground/internal/sandbox/wire"
)

// BenchmarkStages measures what a warm worker does before a program's first
// statement, by stage. Set GOFRONT_BENCH to a program, or it is a small one.
func BenchmarkStages(b *testing.B) {
	src := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"
	if f := os.Getenv("GOFRONT_BENCH"); f != "" {
		text, err := os.ReadFile(filepath.Clean(f))
		if err != nil {
			b.Fatal(err)
		}
		src = string(text)
	}
	m, err := New(&module.Library{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if p, _ := m.checker.Check(src); p == nil {
				b.Fatal("refused")
			}
		}
	})
	p, _ := m.checker.Check(src)
	b.Run("lower", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.lower(p); err != nil {
				b.Fatal(err)
			}
		}
	})
	prog, err := m.lower(p)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			m.in = newInterpreter()
			if _, err := m.compile(prog); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("interpreter", func(b *testing.B) {
		for b.Loop() {
			newInterpreter()
		}
	})
}

var _ wire.Job
