package check

import (
	"playground/internal/gofront/module"

	"os"
	"runtime"
	"testing"
)

func BenchmarkCheck(b *testing.B) {
	c := newChecker(b)
	sources := map[string]string{"hello": "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello\")\n}\n"}
	for _, name := range []string{"pipeline", "generic", "state"} {
		text, err := os.ReadFile("testdata/valid/" + name + ".go.txt")
		if err != nil {
			b.Fatal(err)
		}
		sources[name] = string(text)
	}
	for name, src := range sources {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if p, d := c.Check(src); p == nil {
					b.Fatal(texts(d))
				}
			}
		})
		b.Run(name+"/vet", func(b *testing.B) {
			p, _ := c.Check(src)
			for b.Loop() {
				c.Vet(p)
			}
		})
	}
}

// BenchmarkNew reports what a warm Checker costs in time and in live memory.
func BenchmarkNew(b *testing.B) {
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		c, err := New(&module.Library{})
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(c)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-live")
}

// BenchmarkTwins is checking every twin once, which is done while warming.
func BenchmarkTwins(b *testing.B) {
	for b.Loop() {
		c := newChecker(b)
		for _, path := range []string{"cmp", "iter", "maps", "slices", "sync", "sync/atomic"} {
			if _, ok, err := c.Twin(path); !ok || err != nil {
				b.Fatal(path, err)
			}
		}
	}
}
