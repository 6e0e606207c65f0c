package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The bundles, beside the files that they are made of.
const (
	scriptBundle = "bundle.js"
	styleBundle  = "bundle.css"
)

// entry is the module that the script bundle begins at.
const entry = "playground.js"

// styles are the sheets of the style bundle, in the order of the cascade.
var styles = []string{"style/journal.css", "style/prose.css", "style/syntax.css", "style/runner.css", "style/output.css"}

// Assets returns what is served as static files, by their names: every file of
// static as it was written, and the two bundles that pages name. version are 12
// hexadecimal digits that change when any of it does.
func Assets(static fs.FS) (files map[string][]byte, version string, err error) {
	files = make(map[string][]byte)
	err = fs.WalkDir(static, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(static, name)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("read the static files: %w", err)
	}
	script, err := bundleScripts(files)
	if err != nil {
		return nil, "", err
	}
	style, err := bundleStyles(files)
	if err != nil {
		return nil, "", err
	}
	files[scriptBundle], files[styleBundle] = script, style
	return files, versionOf(files), nil
}

func versionOf(files map[string][]byte) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%s %d\n", name, len(files[name]))
		sum.Write(files[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// module is a script in the bundle: a function that is called once and returns
// what the module exports.
type module struct {
	name string
	code []string // lines
}

// bundler collects modules, each after those that it imports.
type bundler struct {
	files   map[string][]byte
	modules []module
	done    map[string]bool // false while its imports are collected

	// The forms of import and export that the scripts use, and all others. They
	// are no variables of the package: workers, which are this binary, would
	// compile them too.
	importLine, exportLine, modular, importCall *regexp.Regexp
}

// bundleScripts puts the modules that entry needs into one file, each in a
// scope of its own: one request instead of two dozen, which matters where a
// request takes long. Comments stay behind; the files are there to be read.
func bundleScripts(files map[string][]byte) ([]byte, error) {
	b := bundler{
		files: files, done: make(map[string]bool),
		importLine: regexp.MustCompile(`^import (\{[\w, ]+\}) from '(\.{1,2}/[\w./-]+)';$`),
		exportLine: regexp.MustCompile(`^export ((?:async )?(?:class|function\*?|const) (\w+).*)$`),
		importCall: regexp.MustCompile(`\bimport\('(\.{1,2}/[\w./-]+)'\)`),
		modular:    regexp.MustCompile(`^\s*(?:import[\s{*'"]|export\b)`),
	}
	if err := b.add(entry); err != nil {
		return nil, fmt.Errorf("bundle the scripts: %w", err)
	}
	var out strings.Builder
	for _, m := range b.modules {
		fmt.Fprintf(&out, "// %s\n%s\n", m.name, strings.Join(m.code, "\n"))
	}
	return []byte(out.String()), nil
}

func (b *bundler) add(name string) error {
	if done, seen := b.done[name]; seen {
		if !done {
			return fmt.Errorf("%s is imported by what it imports", name)
		}
		return nil
	}
	text, ok := b.files[name]
	if !ok {
		return fmt.Errorf("no module %s", name)
	}
	b.done[name] = false
	m := module{name: name, code: []string{"const " + exportsOf(name) + " = (() => {"}}
	var exports []string
	for number, line := range strings.Split(string(text), "\n") {
		if strings.Count(line, "`")%2 != 0 {
			return fmt.Errorf("%s:%d: a template over lines would lose its indentation", name, number+1)
		}
		if found := b.importLine.FindStringSubmatch(line); found != nil {
			from := path.Join(path.Dir(name), found[2])
			if err := b.add(from); err != nil {
				return fmt.Errorf("%s:%d: %w", name, number+1, err)
			}
			line = "const " + strings.ReplaceAll(found[1], " as ", ": ") + " = " + exportsOf(from) + ";"
		} else if found := b.exportLine.FindStringSubmatch(line); found != nil {
			exports = append(exports, found[2])
			line = found[1]
		} else if b.modular.MatchString(line) {
			return fmt.Errorf("%s:%d: not a form of import or export that bundles can have: %s", name, number+1, line)
		}
		// What is loaded later is loaded as it was written, from where it is.
		line = b.importCall.ReplaceAllStringFunc(line, func(call string) string {
			return "import('./" + path.Join(path.Dir(name), b.importCall.FindStringSubmatch(call)[1]) + "')"
		})
		m.code = append(m.code, line)
	}
	m.code = append(withoutComments(m.code), "return {"+strings.Join(exports, ", ")+"};", "})();")
	b.modules = append(b.modules, m)
	b.done[name] = true
	return nil
}

// exportsOf is the name of a module's exports in the bundle.
func exportsOf(name string) string {
	return "$" + strings.NewReplacer("/", "_", "-", "_").Replace(strings.TrimSuffix(name, ".js"))
}

// withoutComments leaves out what is a comment from its first character on,
// empty lines, and indentation.
func withoutComments(lines []string) []string {
	var kept []string
	inside := false
	for _, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case inside:
			inside = !strings.HasSuffix(line, "*/")
		case strings.HasPrefix(line, "/*"):
			inside = !strings.HasSuffix(line, "*/")
		case line != "" && !strings.HasPrefix(line, "//"):
			kept = append(kept, line)
		}
	}
	return kept
}

// bundleStyles puts the style sheets into one, without comments and indentation.
func bundleStyles(files map[string][]byte) ([]byte, error) {
	comment, space := regexp.MustCompile(`(?s)/\*.*?\*/`), regexp.MustCompile(`\s*\n\s*`)
	var out strings.Builder
	for _, name := range styles {
		text, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("bundle the style sheets: no %s", name)
		}
		plain := comment.ReplaceAllString(string(text), "")
		out.WriteString(strings.TrimSpace(space.ReplaceAllString(plain, "\n")) + "\n")
	}
	return []byte(out.String()), nil
}
