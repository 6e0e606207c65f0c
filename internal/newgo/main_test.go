package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// place is a row of the table in docs/new-go.md.
var place = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

func places(t *testing.T) []string {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join(root, "docs/new-go.md"))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, m := range place.FindAllStringSubmatch(string(doc), -1) {
		paths = append(paths, m[1])
	}
	if len(paths) < 10 {
		t.Fatalf("docs/new-go.md lists %d places", len(paths))
	}
	return paths
}

func TestPlacesExist(t *testing.T) {
	for _, p := range places(t) {
		if _, err := os.Stat(filepath.Join(root, p)); err != nil {
			t.Errorf("docs/new-go.md lists a place that is not there: %v", err)
		}
	}
}

// bound finds what names a Go release: constraints, versions, base images.
var bound = regexp.MustCompile(`(?m)//go:build .*\bgo1\.|"go1\.\d|golang:1\.|GOTOOLCHAIN=go1|^go 1\.`)

// Whatever names a release, but for tests, is below a place that the page lists.
func TestPlacesAreComplete(t *testing.T) {
	listed := places(t)
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "vendor" || name == "internal/newgo"):
			return fs.SkipDir
		case d.IsDir(), strings.HasSuffix(name, "_test.go"), !source(name):
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		below := slices.ContainsFunc(listed, func(p string) bool { return name == p || strings.HasPrefix(name, p+"/") })
		if m := bound.Find(text); m != nil && !below {
			t.Errorf("%s names a Go release (%s) and is not in docs/new-go.md", name, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func source(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".go" || ext == ".s" || ext == ".mod" || filepath.Base(name) == "Dockerfile" || name == ".ci/run"
}

func TestAddRelease(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("internal/gofront/abi/go126.go", "//go:build !go1.27\n")
	write("internal/gofront/abi/go127.go", "//go:build go1.27\n\nconst Language = \"go1.27\"\n")
	write("internal/gofront/stdlib/exports_go127.go", "//go:build go1.27\n\n//go:embed export/go1.27.zip\n")
	write("internal/gofront/stdlib/table/zgo127.go", "// x\n\n//go:build go1.27\n")
	newest, err := newestRelease(dir)
	if err != nil || newest != "go1.27" {
		t.Fatalf("newest release: %s, %v", newest, err)
	}
	if err := addRelease(new(bytes.Buffer), dir, newest, "go1.28"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"internal/gofront/abi/go126.go":            "//go:build !go1.27\n",
		"internal/gofront/abi/go127.go":            "//go:build go1.27 && !go1.28\n\nconst Language = \"go1.27\"\n",
		"internal/gofront/abi/go128.go":            "//go:build go1.28\n\nconst Language = \"go1.28\"\n",
		"internal/gofront/stdlib/exports_go128.go": "//go:build go1.28\n\n//go:embed export/go1.28.zip\n",
		"internal/gofront/stdlib/table/zgo127.go":  "// x\n\n//go:build go1.27 && !go1.28\n",
	} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "internal/gofront/stdlib/table/zgo128.go")); err == nil {
		t.Error("a generated table was copied")
	}
}

func TestUnknownPackages(t *testing.T) {
	std := []string{"fmt", "internal/abi", "crypto/internal/x", "vendor/golang.org/x/net", "os/exec", "brandnew"}
	if got := unknown(std, []string{"fmt", "os/exec"}); !slices.Equal(got, []string{"brandnew"}) {
		t.Errorf("%q", got)
	}
}

func TestAllEqual(t *testing.T) {
	for row, want := range map[string]bool{
		"own programs  335    335       335    100.0  334": true,
		"own programs  335    335       333    99.4  332":  false,
		"own programs  0      0         0      0.0    0":   false,
		"": false,
	} {
		if allEqual(row) != want {
			t.Errorf("%q: %v", row, !want)
		}
	}
}
