package stdlib

import (
	"embed"
	"go/build/constraint"
	"go/version"
	"path"
	"strings"

	"playground/internal/gofront/abi"
)

// twins holds the source of the generic parts, one directory per package.
//
//go:embed twin/*/*.go
var twins embed.FS

// twinDir is the directory of a path's twin, or empty.
func twinDir(path string) string {
	switch path {
	case "cmp", "errors", "iter", "maps", "reflect", "runtime", "slices", "sync", "unique", "weak":
		return path
	case "crypto/hkdf":
		return "hkdf"
	case "crypto/pbkdf2":
		return "pbkdf2"
	case "database/sql":
		return "sql"
	case "encoding/json/jsontext":
		return "jsontext"
	case "encoding/json/v2":
		return "json"
	case "hash/maphash":
		return "maphash"
	case "math/rand/v2":
		return "rand"
	case "sync/atomic":
		return "atomic"
	}
	return ""
}

// Twin returns Go source for the generic functions and types of the package at
// importPath, by file name, and whether it has any. A twin is checked and
// lowered like a reader's file. It imports the real package for what is not
// generic, real packages for other packages' generics (which have twins too),
// and Host.
func Twin(importPath string) (files map[string]string, ok bool) {
	dir := twinDir(importPath)
	if dir == "" {
		return nil, false
	}
	dir = path.Join("twin", dir)
	entries, err := twins.ReadDir(dir)
	if err != nil {
		return nil, false
	}
	files = make(map[string]string, len(entries))
	for _, e := range entries {
		src, err := twins.ReadFile(path.Join(dir, e.Name()))
		if err != nil {
			return nil, false
		}
		if built(string(src)) {
			files[e.Name()] = string(src)
		}
	}
	return files, len(files) > 0
}

// built says whether the release that this is built with has what is in a
// twin's file: the constraint, if any, is the file's first line.
func built(src string) bool {
	line, _, _ := strings.Cut(src, "\n")
	expr, err := constraint.Parse(line)
	return err != nil || expr.Eval(func(tag string) bool { return version.Compare(tag, abi.Language) <= 0 })
}
