package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"playground/internal/diag"
)

// Language is one that programs in a browser are written in.
type Language string

// The languages.
const (
	TypeScript Language = "typescript"
	JavaScript Language = "javascript"
)

// LanguageOf is what an author's word for a language means: ts and js are short
// for the two. It reports false for any other.
func LanguageOf(word string) (Language, bool) {
	switch strings.ToLower(word) {
	case "ts", "typescript":
		return TypeScript, true
	case "js", "javascript":
		return JavaScript, true
	}
	return "", false
}

// File is the name that findings and traces have for a program.
func (l Language) File() string {
	if l == JavaScript {
		return "program.js"
	}
	return "program.ts"
}

func (l Language) loader() api.Loader {
	if l == JavaScript {
		return api.LoaderJS
	}
	return api.LoaderTS
}

// Script is a program that a browser can run.
type Script struct {
	Code string `json:"code"` // the body of an async function
	// Map says where each piece of Code comes from: the mappings of a source map of
	// one source.
	Map string `json:"map"`
}

// compilerOptions are those of template=vanilla-ts that change what a program does.
const compilerOptions = `{"compilerOptions": {"useDefineForClassFields": true}}`

// target keeps fields, private names and await as they are written. What is newer
// (decorators, using) is rewritten for browsers that lack it.
const target = api.ES2022

// Compile makes a script of a program. It is no script if one of the findings is
// an error.
func Compile(l Language, source string) (Script, []diag.Diagnostic) {
	out := api.Transform(source, api.TransformOptions{
		Sourcefile: l.File(), Loader: l.loader(), Format: api.FormatESModule, Target: target, TsconfigRaw: compilerOptions,
		Sourcemap: api.SourceMapExternal, SourcesContent: api.SourcesContentExclude, LogLevel: api.LogLevelSilent, LegalComments: api.LegalCommentsInline,
	})
	found := findings(l, diag.Error, out.Errors)
	if len(found) > 0 {
		return Script{}, found
	}
	found = slices.Concat(imports(l, source), findings(l, diag.Warning, out.Warnings))
	var m struct{ Mappings string }
	if err := json.Unmarshal(out.Map, &m); err != nil {
		return Script{}, append(found, diag.Diagnostic{Severity: diag.Error, Code: "script", Message: fmt.Sprintf("the source map cannot be read: %v", err)})
	}
	return Script{Code: withoutExports(string(out.Code)), Map: m.Mappings}, found
}

// exports is the statement in which esbuild gathers all exports of a module, at its
// end.
var exports = regexp.MustCompile(`(?s)\nexport \{\n[^{}]*\};\n$`)

func withoutExports(code string) string {
	return exports.ReplaceAllString("\n"+code, "\n")[1:]
}

// errImport marks what is said of an import, among what esbuild says itself.
var errImport = errors.New("import")

// imports finds what a program imports. esbuild tells places only of what it is to
// bundle; so it is asked to, and fails at each.
func imports(l Language, source string) []diag.Diagnostic {
	if !strings.Contains(source, "import") && !strings.Contains(source, "require") && !strings.Contains(source, "from") {
		return nil
	}
	out := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: source, Sourcefile: l.File(), Loader: l.loader()},
		Bundle: true, Format: api.FormatESModule, Target: target, TsconfigRaw: compilerOptions,
		AbsWorkingDir: "/", LogLevel: api.LogLevelSilent,
		Plugins: []api.Plugin{{Name: "refuse", Setup: func(b api.PluginBuild) {
			b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
				switch a.Kind {
				case api.ResolveEntryPoint:
					return api.OnResolveResult{}, nil
				case api.ResolveJSDynamicImport, api.ResolveJSRequireCall, api.ResolveJSRequireResolve:
					// It may never be reached, or be caught.
					return api.OnResolveResult{External: true, Warnings: []api.Message{{Text: refusal(a.Path)}}}, nil
				}
				return api.OnResolveResult{}, fmt.Errorf("%w%s", errImport, a.Path)
			})
		}}},
	})
	var found []diag.Diagnostic
	for _, m := range out.Errors {
		if path, ok := strings.CutPrefix(m.Text, errImport.Error()); ok && m.PluginName != "" {
			m.Text = refusal(path)
			found = append(found, finding(l, diag.Error, m))
		}
	}
	for _, m := range out.Warnings {
		if m.PluginName != "" {
			found = append(found, finding(l, diag.Warning, m))
		}
	}
	return found
}

// refusal says what there is instead of an import.
func refusal(path string) string {
	const here = "programs here run in your browser, alone: nothing can be imported"
	if name, ok := strings.CutPrefix(path, "node:"); ok || nodeModule(path) {
		return fmt.Sprintf("%q is Node's module %s; %s. Browsers have timers, promises, streams, AbortController, structuredClone and TextEncoder without an import", path, strings.TrimPrefix(name, "node:"), here)
	}
	return fmt.Sprintf("%q cannot be imported: %s. Put what it needs into the program", path, here)
}

// nodeModule reports whether Node has a module of that name that articles import
// without node: before it.
func nodeModule(path string) bool {
	name, _, _ := strings.Cut(path, "/")
	switch name {
	case "assert", "async_hooks", "buffer", "child_process", "cluster", "crypto", "dns", "events", "fs", "http", "http2", "https",
		"net", "os", "path", "perf_hooks", "process", "readline", "stream", "timers", "tls", "url", "util", "v8", "vm", "worker_threads", "zlib":
		return true
	}
	return false
}

func findings(l Language, s diag.Severity, messages []api.Message) []diag.Diagnostic {
	var found []diag.Diagnostic
	for _, m := range messages {
		// What is converted, and to what, is no business of whoever wrote the program.
		if s == diag.Warning && strings.HasPrefix(m.Text, "Converting ") {
			continue
		}
		found = append(found, finding(l, s, m))
	}
	return found
}

func finding(l Language, s diag.Severity, m api.Message) diag.Diagnostic {
	d := diag.Diagnostic{Severity: s, Code: "syntax", Message: lower(m.Text), Range: diag.Range{File: l.File(), Line: 1, Column: 1}}
	if m.PluginName != "" {
		d.Code = "import.refused"
	}
	if at := m.Location; at != nil {
		d.Line, d.Column = at.Line, at.Column+1
		if at.Length > 0 {
			d.EndLine, d.EndColumn = at.Line, at.Column+1+at.Length
		}
	}
	return d
}

// lower begins a message as all others here begin.
func lower(text string) string {
	if text == "" || len(text) > 1 && text[1] >= 'A' && text[1] <= 'Z' {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}
