package web

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tree has what every set of static files must have, and files.
func tree(files map[string]string) fstest.MapFS {
	t := make(fstest.MapFS)
	for _, name := range styles {
		t[name] = &fstest.MapFile{}
	}
	t[entry] = &fstest.MapFile{}
	for name, text := range files {
		t[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return t
}

// Any change of a file changes the version, and so does a file's name.
func TestVersion(t *testing.T) {
	version := func(files map[string]string) string {
		_, v, err := Assets(tree(files))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	seen := make(map[string]bool)
	for _, files := range []map[string]string{
		{"a.js": "x"}, {"a.js": "y"}, {"b.js": "x"}, {"a.js": "x", "b.js": ""}, {}, {entry: "// x"}, {styles[0]: "/* x */"},
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

// Everything is served as it was written, and all scripts but the one that comes
// before everything, and those that are loaded later, are in the bundle.
func TestBundlesHoldEverything(t *testing.T) {
	files, _, err := Assets(Static())
	if err != nil {
		t.Fatal(err)
	}
	later := map[string]bool{"output/terminal.js": true}
	for name := range later {
		if !strings.Contains(string(files[scriptBundle]), "import('./"+name+"')") {
			t.Errorf("nothing loads %s", name)
		}
	}
	for _, name := range scripts(t) {
		text, err := fs.ReadFile(Static(), name)
		if err != nil {
			t.Fatal(err)
		}
		if string(files[name]) != string(text) {
			t.Errorf("%s is not served as it was written", name)
		}
		if name != "early.js" && !later[name] && !strings.Contains(string(files[scriptBundle]), "// "+name+"\n") {
			t.Errorf("%s is in no bundle", name)
		}
	}
	var sheets []string
	for name := range maps.Keys(files) {
		if path.Ext(name) == ".css" && name != styleBundle {
			sheets = append(sheets, name)
		}
	}
	slices.Sort(sheets)
	if want := slices.Sorted(slices.Values(styles)); !slices.Equal(sheets, want) {
		t.Errorf("the style sheets are %v, those in the bundle %v", sheets, want)
	}
}

func TestBundleOfModules(t *testing.T) {
	files, _, err := Assets(tree(map[string]string{
		entry: "// Entry.\n\nimport {one, Two as Three} from './a/b.js';\nimport {one as first} from './c.js';\n\none(first, Three);\n",
		"a/b.js": "import {one as uno} from '../c.js';\n/**\n * What\n * it does.\n */\nexport function one() {\n  return uno; // kept\n}\nimport('./later.js');\n" +
			"/* short */\nexport class Two {}\n",
		"c.js":    "export const one = 'http://x';\nconst unseen = `a ${one}`;\nexport async function* lines() {}\n",
		styles[0]: "/* head\n*/\na {\n  b: c; /* d */\n}\n\ne { f: g }\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	const script = `// c.js
const $c = (() => {
const one = 'http://x';
const unseen = ` + "`a ${one}`" + `;
async function* lines() {}
return {one, lines};
})();
// a/b.js
const $a_b = (() => {
const {one: uno} = $c;
function one() {
return uno; // kept
}
import('./a/later.js');
class Two {}
return {one, Two};
})();
// playground.js
const $playground = (() => {
const {one, Two: Three} = $a_b;
const {one: first} = $c;
one(first, Three);
return {};
})();
`
	if got := string(files[scriptBundle]); got != script {
		t.Errorf("bundle is\n%s\nwant\n%s", got, script)
	}
	if got, want := string(files[styleBundle])[:24], "a {\nb: c;\n}\ne { f: g }\n\n"; got != want {
		t.Errorf("style sheet is %q, want %q", got, want)
	}
}

// What would be bundled wrongly is refused, with its place.
func TestBundleRefuses(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"playground.js:2: not a form":                 {entry: "x\nexport default 1"},
		"playground.js:1: not a form":                 {entry: "import * as a from './a.js';"},
		"playground.js:1: no module a.js":             {entry: "import {a} from './a.js';"},
		"a.js:1: playground.js is imported by what":   {entry: "import {a} from './a.js';", "a.js": "import {b} from './playground.js';"},
		"a.js:2: a template over lines":               {entry: "import {a} from './a.js';", "a.js": "\nconst a = `b"},
		"playground.js:1: not a form of import or ex": {entry: "export {a} from './a.js';"},
	} {
		_, _, err := Assets(tree(files))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", files, err, want)
		}
	}
	incomplete := tree(nil)
	delete(incomplete, styles[1])
	if _, _, err := Assets(incomplete); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("no %s", styles[1])) {
		t.Errorf("without a style sheet: %v", err)
	}
}
