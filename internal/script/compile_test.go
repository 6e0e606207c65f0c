package script

import (
	"fmt"
	"strings"
	"testing"

	"playground/internal/diag"
)

func TestTypesAreTakenAway(t *testing.T) {
	s, found := Compile(TypeScript, "type T = number;\nconst x: T = 1 satisfies T;\nenum E { A }\nawait x;\nconsole.log(x as any, E.A);\n")
	if len(found) > 0 {
		t.Fatalf("findings: %v", found)
	}
	for _, gone := range []string{"type T", ": T", "satisfies", "as any"} {
		if strings.Contains(s.Code, gone) {
			t.Errorf("%q is left in\n%s", gone, s.Code)
		}
	}
	if !strings.Contains(s.Code, "await x;") || s.Map == "" {
		t.Errorf("code %q, map %q", s.Code, s.Map)
	}
}

// A field's initialiser does not see a constructor's parameter: the field stays a
// field and is initialised before the body assigns the parameter.
func TestFieldsAreDefined(t *testing.T) {
	s, found := Compile(TypeScript, "class A {\n  x = this.p;\n  y: number;\n  constructor(private p: number) {}\n}\n")
	if len(found) > 0 {
		t.Fatalf("findings: %v", found)
	}
	for _, kept := range []string{"\n  x = this.p;", "\n  y;", "this.p = p;"} {
		if !strings.Contains(s.Code, kept) {
			t.Errorf("no %q in\n%s", kept, s.Code)
		}
	}
}

func TestExportsMeanNothing(t *testing.T) {
	s, found := Compile(TypeScript, "export const a = `\nexport {\n  b };\n`;\nexport default class {}\nexport function f() {}\n")
	if len(found) > 0 {
		t.Fatalf("findings: %v", found)
	}
	if strings.Count(s.Code, "export") != 1 || !strings.Contains(s.Code, "`\nexport {\n  b };\n`") {
		t.Errorf("code:\n%s", s.Code)
	}
}

// Each finding has the line and the column, in bytes, of the text as it was
// written.
func TestFindings(t *testing.T) {
	for _, c := range []struct {
		language Language
		source   string
		want     []string // severity line:column of each, and a part of its message
	}{
		{TypeScript, "let a = 1;\nlet é: = 3;\n", []string{"error 2:9 unexpected"}},
		{JavaScript, "let a: number = 1;\n", []string{"error 1:6 expected"}},
		{TypeScript, "import type { T } from 'types';\nlet x: T;\n", nil},
		{TypeScript, "import { readFile } from \"node:fs\";\nreadFile('x');\n", []string{`error 1:26 "node:fs" is Node's module fs`}},
		{JavaScript, "import fs from \"fs\";\nimport _ from \"lodash\";\nfs(_);\n", []string{`error 1:16 "fs" is Node's`, `error 2:15 "lodash" cannot be imported`}},
		{JavaScript, "export * from \"x\";\n", []string{`error 1:15 "x" cannot`}},
		{TypeScript, "const fs = await import(\"node:fs\");\n", []string{"warning 1:25"}},
		{JavaScript, "const fs = require(\"fs\");\n", []string{"warning 1:20"}},
		{JavaScript, "console.log('import nothing from nowhere');\n", nil},
		{TypeScript, "", nil},
	} {
		_, found := Compile(c.language, c.source)
		if len(found) != len(c.want) {
			t.Errorf("%q: %d findings, want %d: %v", c.source, len(found), len(c.want), found)
			continue
		}
		for i, d := range found {
			got := fmt.Sprintf("%s %d:%d %s", d.Severity, d.Line, d.Column, d.Message)
			if !strings.HasPrefix(got, c.want[i]) || d.File != c.language.File() {
				t.Errorf("%q: %s in %s, want %s…", c.source, got, d.File, c.want[i])
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	for word, want := range map[string]Language{"ts": TypeScript, "TypeScript": TypeScript, "js": JavaScript, "javascript": JavaScript, "go": "", "tsx": ""} {
		if l, ok := LanguageOf(word); l != want || ok != (want != "") {
			t.Errorf("LanguageOf(%q) = %q, %v", word, l, ok)
		}
	}
}

func FuzzCompile(f *testing.F) {
	f.Add("const x: number = 1; export { x }", true)
	f.Add("import x from 'y'; await x\n\x00\xff`${", false)
	f.Fuzz(func(t *testing.T, source string, typed bool) {
		l := JavaScript
		if typed {
			l = TypeScript
		}
		s, found := Compile(l, source)
		for _, d := range found {
			if d.Line < 1 || d.Column < 1 || d.Message == "" {
				t.Errorf("finding without a place or words: %+v", d)
			}
			if d.Severity == diag.Error {
				return
			}
		}
		if s.Map == "" && strings.TrimSpace(s.Code) != "" && !strings.HasPrefix(strings.TrimSpace(s.Code), "/") {
			t.Errorf("code without a map: %q", s.Code)
		}
	})
}
