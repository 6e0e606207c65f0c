package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"testing"

	"github.com/andybalholm/brotli"

	"playground/web"
)

// vendored are the committed files by name.
func vendored(t *testing.T) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	names, err := fs.Glob(web.Static(), "vendor/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if files[path.Base(name)], err = fs.ReadFile(web.Static(), name); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// What is committed is what the lockfile gives, byte for byte.
func TestVendorIsTheLockfiles(t *testing.T) {
	if _, err := os.Stat("node_modules"); os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skip("no packages: npm ci --prefix web/codemirror --ignore-scripts")
	}
	want, err := bundle(".")
	if err != nil {
		t.Fatal(err)
	}
	got := vendored(t)
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s is not what the lockfile gives: go run ./web/codemirror", name)
		}
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("%s is left over: go run ./web/codemirror", name)
		}
	}
}

// most is how many bytes the editor may have on the line.
const most = 150 << 10

func TestWeight(t *testing.T) {
	var sum int
	for name, content := range vendored(t) {
		if path.Ext(name) != ".js" {
			continue
		}
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		_, _ = w.Write(content) // a buffer takes everything
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%-24s %6d bytes, %6d compressed", name, len(content), b.Len())
		sum += b.Len()
	}
	if sum > most {
		t.Errorf("%d bytes compressed, at most %d", sum, most)
	}
	t.Logf("%d in all", sum)
}
