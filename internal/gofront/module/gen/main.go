// Command gen writes the modules that are built in, from the versions pinned
// here. It is run by go generate and asks the module cache, which asks the
// module proxy.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
)

// pin is a module at a version, with the packages of it that are taken.
type pin struct {
	module, version string
	packages        []string
}

// pins are the modules that articles use. Of x/exp these are the packages that
// are neither tools nor bound to a system, and that the standard library does
// not have under the same name and better, but for those that so much written
// code imports.
var pins = []pin{
	{"golang.org/x/exp", "v0.0.0-20261113113407-e3970619a1a4", []string{"constraints", "ebnf", "maps", "rand", "slices", "stats", "utf8string"}},
	{"golang.org/x/sync", "v0.25.0", []string{"errgroup", "semaphore", "singleflight", "syncmap"}},
	{"golang.org/x/time", "v0.16.0", []string{"rate"}},
}

func main() {
	log.SetFlags(0)
	if err := run("bundle.txtar"); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run(out string) error {
	ar := &txtar.Archive{Comment: []byte("Written by go generate; do not edit. Each module's licence is beside its packages.\n\n")}
	for _, p := range pins {
		m, err := download(p)
		if err != nil {
			return err
		}
		ar.Comment = fmt.Appendf(ar.Comment, "%s %s %s %s\n", p.module, p.version, m.language, m.Sum)
		if err := add(ar, p, m.Dir); err != nil {
			return err
		}
	}
	ar.Comment = append(ar.Comment, '\n')
	return os.WriteFile(out, txtar.Format(ar), 0o666)
}

type downloaded struct {
	Dir, GoMod, Sum, Error string
	language               string
}

func download(p pin) (m downloaded, err error) {
	text, err := exec.Command("go", "mod", "download", "-json", p.module+"@"+p.version).Output()
	if err = errors.Join(err, json.Unmarshal(text, &m)); err != nil {
		return m, fmt.Errorf("download %s: %w %s", p.module, err, m.Error)
	}
	mod, err := os.ReadFile(m.GoMod)
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(mod)) {
		if v, ok := strings.CutPrefix(line, "go "); ok {
			m.language = version.Lang("go" + strings.TrimSpace(v))
		}
	}
	return m, nil
}

// add takes the licence and the packages' files, without their tests.
func add(ar *txtar.Archive, p pin, dir string) error {
	files := []string{"LICENSE"}
	for _, name := range p.packages {
		found, err := filepath.Glob(filepath.Join(dir, name, "*.go"))
		if err != nil {
			return err
		}
		for _, f := range found {
			if !strings.HasSuffix(f, "_test.go") {
				files = append(files, name+"/"+filepath.Base(f))
			}
		}
	}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		ar.Files = append(ar.Files, txtar.File{Name: p.module + "/" + name, Data: data})
	}
	return nil
}
