package asset

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"playground/web"
)

// tree has what every set of static files must have, and files.
func tree(files map[string]string) fstest.MapFS {
	t := make(fstest.MapFS)
	for _, name := range styles() {
		t[name] = &fstest.MapFile{}
	}
	for _, name := range []string{entry, "embed/embed.js", "embed/widget.js", "style/embed.css"} {
		t[name] = &fstest.MapFile{}
	}
	for name, text := range files {
		t[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return t
}

// Any change of a file changes the version, and so does a file's name.
func TestVersion(t *testing.T) {
	version := func(files map[string]string) string {
		_, v, err := Bundle(tree(files))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	seen := make(map[string]bool)
	for _, files := range []map[string]string{
		{"a.js": "x"}, {"a.js": "y"}, {"b.js": "x"}, {"a.js": "x", "b.js": ""}, {}, {entry: "// x"}, {styles()[0]: "/* x */"},
	} {
		v := version(files)
		if len(v) != 12 || seen[v] {
			t.Errorf("version of %v is %q", files, v)
		}
		seen[v] = true
	}
	if !seen[version(map[string]string{"a.js": "x"})] {
		t.Error("the same files have two versions")
	}
}

// Everything is served as it was written, and the style bundle has every sheet.
func TestEverythingIsServed(t *testing.T) {
	files, _, err := Bundle(web.Static())
	if err != nil {
		t.Fatal(err)
	}
	var sheets []string
	err = fs.WalkDir(web.Static(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(web.Static(), name)
		if string(files[name]) != string(text) {
			t.Errorf("%s is not served as it was written", name)
		}
		if path.Dir(name) == "style" && name != "style/embed.css" {
			sheets = append(sheets, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(sheets)
	if want := slices.Sorted(slices.Values(styles())); !slices.Equal(sheets, want) {
		t.Errorf("the style sheets are %v, those in the bundle %v", sheets, want)
	}
}

// Modules are put together in the order in which they are needed, sheets in that
// of the cascade, and both without what only their readers need.
func TestBundles(t *testing.T) {
	files, _, err := Bundle(tree(map[string]string{
		entry:        "import {one} from './a/b.js';\n\none();\n",
		"a/later.js": "export const later = 1",
		"a/b.js":     "// A comment.\nimport('./later.js');\nimport {two} from '../c.js';\nexport function one() { console.log(two) }\n",
		"c.js":       "export const two = 'http://x';\nconsole.log('first');\n",
		styles()[0]:  "/* head */\na { color: #ff0000 }\n",
		styles()[1]:  "a { color: blue }\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	script, style := string(files[ScriptBundle]), string(files[StyleBundle])
	if !strings.Contains(script, `import("./a/later.js")`) || strings.Contains(script, "import {") || strings.Contains(script, "comment") || !strings.Contains(script, "first") || strings.Index(script, "first") > strings.LastIndex(script, "()") {
		t.Errorf("script: %s", script)
	}
	if style != "a{color:red}a{color:#00f}\n" {
		t.Errorf("style: %s", style)
	}
}

// A mistake in a file is told with its place.
func TestBundleMistakes(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"playground.js:2:11: Exp":   {entry: "let a;\nlet a = 1 1;"},
		"playground.js:1:":          {entry: "import {a} from './none.js';"},
		"style/prose.css:":          {"style/prose.css": "a { color: red"},
		"No matching export":        {entry: "import {b} from './a.js'; b()", "a.js": "export const a = 1"},
		"there is no ../outside.js": {entry: "import '../outside.js'"},
	} {
		if _, _, err := Bundle(tree(files)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", files, err, want)
		}
	}
}
