package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// room is a row of docs/design.md's first table: packages, and what they may
// import that others may not. A pattern that ends in "/..." is a tree.
type room struct {
	packages, grants []string
}

// ban is a row of its second table.
type ban struct {
	packages, never []string
}

func rooms(t *testing.T) (all []room) {
	t.Helper()
	for _, cells := range readTable(t, "docs/design.md", "Package", "Owns", "Only importer of") {
		all = append(all, room{full(code(cells[0])), full(code(cells[2]))})
	}
	return all
}

func bans(t *testing.T) (all []ban) {
	t.Helper()
	for _, cells := range readTable(t, "docs/design.md", "Package", "Never reaches") {
		all = append(all, ban{full(code(cells[0])), full(code(cells[1]))})
	}
	return all
}

// full completes the table's short names to import paths: ours are named without
// the module.
func full(patterns []string) []string {
	for i, p := range patterns {
		switch first, _, _ := strings.Cut(p, "/"); first {
		case "bench", "cmd", "content", "internal", "web":
			patterns[i] = module + "/" + p
		}
	}
	return patterns
}

// TestEveryPackageHasARow: the table names every package, and nothing else.
func TestEveryPackageHasARow(t *testing.T) {
	all, used := rooms(t), map[string]bool{}
	for _, p := range list(t) {
		r, pattern := roomOf(all, p.ImportPath)
		if r == nil {
			t.Errorf("docs/design.md has no row for %s: say in its table what it owns", p.ImportPath)
		}
		used[pattern] = true
	}
	for _, r := range all {
		for _, pattern := range r.packages {
			if !used[pattern] {
				t.Errorf("docs/design.md has a row for %s, which is no package, or whose packages all have rows of their own", pattern)
			}
		}
	}
}

// TestReservedImports: what the table grants to some, nobody else imports, and
// nothing foreign is imported that it does not grant.
func TestReservedImports(t *testing.T) {
	all, used := rooms(t), map[string]bool{}
	for _, p := range list(t) {
		r, pattern := roomOf(all, p.ImportPath)
		for _, imported := range p.Imports {
			grant := reserved(all, imported)
			switch {
			case grant == "" && !foreign(imported):
			case grant != "" && within(p.ImportPath, grant):
			case r == nil || !slices.Contains(r.grants, grant):
				t.Errorf("%s imports %s, which docs/design.md does not grant it", p.ImportPath, imported)
			default:
				used[pattern+" "+grant] = true
			}
		}
	}
	for _, r := range all {
		for _, grant := range r.grants {
			if !slices.ContainsFunc(r.packages, func(p string) bool { return used[p+" "+grant] }) {
				t.Errorf("docs/design.md grants %s to %v, where nobody imports it", grant, r.packages)
			}
		}
	}
}

// TestNeverReached: what a package must not reach, it does not reach through
// others either.
func TestNeverReached(t *testing.T) {
	packages := list(t)
	for _, b := range bans(t) {
		for _, name := range b.packages {
			i := slices.IndexFunc(packages, func(p pkg) bool { return p.ImportPath == name })
			if i < 0 {
				t.Errorf("docs/design.md bans imports of %s, which is no package", name)
				continue
			}
			for _, dep := range packages[i].Deps {
				if dep != packages[i].ImportPath && banned(dep, b.never) {
					t.Errorf("%s reaches %s", name, dep)
				}
			}
		}
	}
}

// TestReadmeMap: what README's map names is there.
func TestReadmeMap(t *testing.T) {
	for _, cells := range readTable(t, "README.md", "Path", "What it is") {
		for _, path := range code(cells[0]) {
			if _, err := os.Stat(root + "/" + path); err != nil {
				t.Errorf("README.md's map names %s: %v", path, err)
			}
		}
	}
}

// roomOf returns the row of a package and the pattern in it that fits: the
// longest, so that a package's own row comes before its tree's.
func roomOf(all []room, name string) (found *room, pattern string) {
	for i := range all {
		for _, p := range all[i].packages {
			if matches(name, p) && len(p) > len(pattern) {
				found, pattern = &all[i], p
			}
		}
	}
	return found, pattern
}

// reserved returns the grant that an import falls under.
func reserved(all []room, imported string) (grant string) {
	for _, r := range all {
		for _, g := range r.grants {
			if within(imported, g) && len(g) > len(grant) {
				grant = g
			}
		}
	}
	return grant
}

// banned reports whether a package fits one of the patterns; "..." fits all
// but the standard library.
func banned(dep string, never []string) bool {
	return slices.ContainsFunc(never, func(p string) bool {
		return matches(dep, p) || p == "..." && (foreign(dep) || within(dep, module))
	})
}

// foreign reports whether an import path is neither ours nor the standard
// library's, whose first elements have no dot. What the library itself has
// vendored is its own.
func foreign(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func matches(name, pattern string) bool {
	tree, ok := strings.CutSuffix(pattern, "/...")
	return name == pattern || ok && within(name, tree)
}

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath    string
	Imports, Deps []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", module+"/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
