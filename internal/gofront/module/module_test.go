package module

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// The modules that are built in bring their licences, and a language that they
// are checked as.
func TestBundled(t *testing.T) {
	l := Bundled()
	for _, want := range []string{"golang.org/x/exp/constraints", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore", "golang.org/x/sync/singleflight", "golang.org/x/time/rate"} {
		if p, ok := l.Package(want); !ok || len(p.Files) == 0 {
			t.Errorf("%s is not there", want)
		}
	}
	files := txtar.Parse(bundle).Files
	for _, p := range l.Paths() {
		pkg, _ := l.Package(p)
		m := pkg.Module
		if !strings.HasPrefix(m.Version, "v") || !strings.HasPrefix(m.Go, "go1.") || !strings.HasPrefix(m.Sum, "h1:") {
			t.Errorf("%s: %+v", p, m)
		}
		if !slices.ContainsFunc(files, func(f txtar.File) bool { return f.Name == m.Path+"/LICENSE" && len(f.Data) > 500 }) {
			t.Errorf("%s has no licence", m.Path)
		}
		if want := m.Path + "@" + m.Version + strings.TrimPrefix(p, m.Path); path.Dir(pkg.Files[0].Name) != want {
			t.Errorf("%s: file %s, want it in %s", p, pkg.Files[0].Name, want)
		}
	}
}

// folder writes an archive's files below a new directory.
func folder(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const vendored = `
-- modules.txt --
# example.test/a v1.2.3
## explicit; go 1.21.0
example.test/a
example.test/a/internal/x
# example.test/b v0.1.0 => ../b
## explicit
example.test/b
# golang.org/x/sync v0.1.0
golang.org/x/sync/errgroup
-- example.test/a/a.go --
package a
-- example.test/a/a_test.go --
package a
-- example.test/a/a_windows.go --
package a
-- example.test/a/asm.go --
//go:build !purego

package a
-- example.test/a/go.go --
//go:build purego || !amd64

package a
-- example.test/a/internal/x/x.go --
package x
-- example.test/b/b.go --
package b
-- golang.org/x/sync/errgroup/errgroup.go --
package errgroup
`

func TestRead(t *testing.T) {
	l, err := Read(folder(t, vendored))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.Paths(), " "); got != "example.test/a example.test/b golang.org/x/sync/errgroup" {
		t.Error(got)
	}
	a, _ := l.Package("example.test/a")
	if names := []string{a.Files[0].Name, a.Files[1].Name}; len(a.Files) != 2 || !slices.Equal(names, []string{"example.test/a@v1.2.3/a.go", "example.test/a@v1.2.3/go.go"}) {
		t.Errorf("%+v", a.Files)
	}
	b, _ := l.Package("example.test/b")
	if _, ok := l.Package("example.test/a/internal/x"); !ok || a.Module.Go != "go1.21" || b.Module.Go != "go1.16" {
		t.Errorf("%t %+v %+v", ok, a.Module, b.Module)
	}

	// A folder's module takes the place of the one that is built in, whole.
	bundled := Bundled()
	all := bundled.With(l)
	if p, _ := all.Package("golang.org/x/sync/errgroup"); p.Module.Version != "v0.1.0" {
		t.Error(p.Module)
	}
	_, old := all.Package("golang.org/x/sync/semaphore")
	_, other := all.Package("golang.org/x/time/rate")
	if old || !other || !slices.Equal(all.Warm(), l.Paths()) || bundled.Warm() != nil {
		t.Error(old, other, all.Warm())
	}
}

// Of packages that need memory or the system on Linux, what they have for platforms
// without is taken; where all need the same, the promised files.
func TestReadChoosesFilesThatNeedLeast(t *testing.T) {
	l, err := Read(folder(t, `
-- modules.txt --
# example.test/m v1.0.0
example.test/m/engine
example.test/m/browser
example.test/m/never
example.test/m/cpu
-- example.test/m/engine/all.go --
package engine
-- example.test/m/engine/fast.go --
//go:build !appengine

package engine

import "unsafe"
-- example.test/m/engine/slow.go --
//go:build appengine

package engine
-- example.test/m/browser/term_unix.go --
//go:build unix

package browser

import "golang.org/x/sys/unix"
-- example.test/m/browser/term_js.go --
package browser
-- example.test/m/never/never_linux.go --
package never

import "golang.org/x/sys/unix"
-- example.test/m/never/never_js.go --
package never

import "syscall/js"
-- example.test/m/cpu/cpu_amd64.go --
package cpu

func id() int
-- example.test/m/cpu/cpu_amd64.s --
-- example.test/m/cpu/cpu_other.go --
//go:build !amd64

package cpu

import "unsafe"
`))
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]string{"engine": "all.go slow.go", "browser": "term_js.go", "never": "never_linux.go", "cpu": "cpu_other.go"} {
		pkg, ok := l.Package("example.test/m/" + p)
		if !ok {
			t.Fatalf("%s is not there", p)
		}
		var got []string
		for _, f := range pkg.Files {
			got = append(got, path.Base(f.Name))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s; want %s", p, got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ archive, want string }{
		"no list":         {"-- a.go --\npackage a\n", `name the vendor folder that "go mod vendor" made`},
		"empty list":      {"-- modules.txt --\n", "lists no packages"},
		"missing package": {"-- modules.txt --\n# a.test/b v1.0.0\na.test/b\n", "modules.txt lists a.test/b, but: "},
		"no module":       {"-- modules.txt --\na.test/b\n", "modules.txt:1: package a.test/b belongs to no module"},
		"outside":         {"-- modules.txt --\n# a.test/b v1.0.0\n../b\n", `"../b" is no import path`},
		"too large":       {"-- modules.txt --\n# a.test/b v1.0.0\na.test/b\n-- a.test/b/b.go --\npackage b\n//" + strings.Repeat("x", MaxText), "holds more than 8 MiB of Go text"},
	} {
		if _, err := Read(folder(t, tt.archive)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", name, err, tt.want)
		}
	}
}

// BenchmarkBundled is what every worker pays for the modules that are built in.
func BenchmarkBundled(b *testing.B) {
	for b.Loop() {
		Bundled().Package("golang.org/x/sync/errgroup")
	}
}
