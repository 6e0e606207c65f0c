package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"playground/internal/gofront/abi"
)

func TestDebugSettings(t *testing.T) {
	const body = "package main\n\nfunc main() {}\n"
	for _, tt := range []struct{ name, source, has, hasNot string }{
		{"none", body, "", "="},
		{"line", "//go:debug panicnil=1\n" + body, "panicnil=1", "http"},
		{"after the package clause", body + "//go:debug panicnil=1\n", "", "panicnil"},
		{"default", "//go:debug default=go1.20\n//go:debug panicnil=0\n" + body, "panicnil=0,", "default"},
		{"module's language", "-- go.mod --\nmodule x\n\ngo 1.20\n-- a.go --\n" + body, "panicnil=1", "netedns0"},
		{"module's setting", "-- go.mod --\nmodule x\n\ngodebug zipinsecurepath=1\n-- a.go --\n" + body, "zipinsecurepath=1", ","},
	} {
		p, diags := newChecker(t).Check(tt.source)
		if p == nil {
			t.Errorf("%s: %s", tt.name, texts(diags))
			continue
		}
		if !strings.Contains(p.Debug, tt.has) || strings.Contains(p.Debug, tt.hasNot) {
			t.Errorf("%s: %q", tt.name, p.Debug)
		}
	}
	for source, want := range map[string]string{
		"//go:debug nosuchsetting=1\n" + body: `./prog.go:1:1: invalid //go:debug: unknown //go:debug setting "nosuchsetting"`,
		"//go:debug panicnil\n" + body:        "./prog.go:1:1: invalid //go:debug: missing key=value",
		"//go:debug default=1.20\n" + body:    "./prog.go:1:1: invalid //go:debug: value for default= must be goVERSION",
		"//go:debug x509sha1=1\n" + body:      `./prog.go:1:1: invalid //go:debug: use of removed //go:debug setting "x509sha1", removed in Go 1.24`,
		"-- a.go --\npackage main\n\nimport _ \"play/b\"\n\nfunc main() {}\n-- b/b.go --\n//go:debug panicnil=1\npackage b\n": "./b/b.go:1:1: invalid //go:debug: //go:debug directive only valid in package main",
		"-- go.mod --\nmodule x\n\ngodebug nosuch=1\n-- a.go --\n" + body:                                                     `./go.mod:3:1: unknown godebug "nosuch"`,
	} {
		if p, diags := newChecker(t).Check(source); p != nil || len(diags) != 1 || Text(diags[0]) != want {
			t.Errorf("%s\nwant %s", texts(diags), want)
		}
	}
}

// The lists of settings are those of the Go that this is built with.
func TestGodebugsAreGos(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip(err)
	}
	file := filepath.Join(strings.TrimSpace(string(root)), "src/internal/godebugs/table.go")
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	known, removed := map[string]string{}, map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.CompositeLit)
		if !ok || c.Type != nil {
			return true
		}
		v := map[string]string{}
		for _, e := range c.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if lit, ok := kv.Value.(*ast.BasicLit); ok {
					v[kv.Key.(*ast.Ident).Name] = strings.Trim(lit.Value, `"`)
				}
			}
		}
		switch {
		case v["Removed"] != "":
			removed[v["Name"]] = v["Removed"]
		case v["Changed"] != "":
			known[v["Name"]] = v["Changed"] + ":" + v["Old"]
		default:
			known[v["Name"]] = ""
		}
		return true
	})
	for _, tt := range []struct {
		want, got map[string]string
	}{{known, settingsOf(abi.Godebugs)}, {removed, settingsOf(abi.GodebugsRemoved)}} {
		if len(tt.got) != len(tt.want) {
			t.Errorf("%d settings, %s has %d", len(tt.got), file, len(tt.want))
		}
		for name, w := range tt.want {
			if got, ok := tt.got[name]; !ok || got != w {
				t.Errorf("%s is %s, want %s", strconv.Quote(name), got, w)
			}
		}
	}
}
