package asset

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// The bundles, beside the files that they are made of.
const (
	ScriptBundle = "bundle.js"
	StyleBundle  = "bundle.css"
	// EmbedScript is what other sites name; EmbedWidget and EmbedStyle are what it
	// loads when a reader touches a program there.
	EmbedScript = "embed.js"
	EmbedWidget = "embed-widget.js"
	EmbedStyle  = "embed.css"
)

// entry is the module that the script bundle begins at.
const entry = "playground.js"

// styles are the sheets of the style bundle, in the order of the cascade.
func styles() []string {
	return []string{"style/journal.css", "style/prose.css", "style/syntax.css", "style/runner.css", "style/findings.css", "style/output.css"}
}

// Bundle returns what is served as static files, by their names: every file of
// static as it was written, and the bundles that pages name, minified. version
// are 12 hexadecimal digits that change when any of it does.
func Bundle(static fs.FS) (files map[string][]byte, version string, err error) {
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
	var sheets strings.Builder
	for _, name := range styles() {
		fmt.Fprintf(&sheets, "@import %q;\n", "./"+name)
	}
	if err := addFrame(files); err != nil {
		return nil, "", err
	}
	for bundle, source := range map[string]string{
		ScriptBundle: "import './" + entry + "';", StyleBundle: sheets.String(),
		EmbedScript: "import './embed/embed.js';", EmbedWidget: "export * from './embed/widget.js';",
		EmbedStyle: sheets.String() + "@import \"./style/embed.css\";\n",
	} {
		if files[bundle], err = build(files, bundle, source, api.FormatESModule); err != nil {
			return nil, "", err
		}
	}
	files[EmbedStyle] = inShadow(files[EmbedStyle])
	return files, Version(files), nil
}

// inShadow is a sheet for a shadow tree, whose root is its host.
func inShadow(sheet []byte) []byte {
	return []byte(strings.NewReplacer(":root", ":host", "[data-theme=light]{", ":host([data-theme=light]){", "[data-theme=dark]{", ":host([data-theme=dark]){").Replace(string(sheet)))
}

// Version are 12 hexadecimal digits that change when any of the files does.
func Version(files map[string][]byte) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%s %d\n", name, len(files[name]))
		sum.Write(files[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// build puts what source imports into one file. It reads nothing but files.
func build(files map[string][]byte, bundle, source string, format api.Format) ([]byte, error) {
	loader := api.LoaderJS
	if path.Ext(bundle) == ".css" {
		loader = api.LoaderCSS
	}
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: source, Sourcefile: bundle, Loader: loader},
		Bundle: true, Format: format, Target: api.ES2022,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent,
		Plugins: []api.Plugin{{Name: "embedded", Setup: func(b api.PluginBuild) { serve(b, files, loader) }}},
	})
	var errs []error
	for _, m := range append(result.Errors, result.Warnings...) {
		at := bundle
		if m.Location != nil {
			at = fmt.Sprintf("%s:%d:%d", strings.TrimPrefix(m.Location.File, "embedded:"), m.Location.Line, m.Location.Column+1)
		}
		errs = append(errs, fmt.Errorf("%s: %s", at, m.Text))
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("bundle the static files: %w", errors.Join(errs...))
	}
	return result.OutputFiles[0].Contents, nil
}

// serve lets esbuild find files by the paths with which they name each other.
func serve(b api.PluginBuild, files map[string][]byte, loader api.Loader) {
	const space = "embedded"
	b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		name := path.Join(path.Dir(a.Importer), a.Path)
		if _, ok := files[name]; !ok {
			return api.OnResolveResult{}, fmt.Errorf("there is no %s", name)
		}
		if a.Kind == api.ResolveJSDynamicImport {
			// What is loaded later is loaded as it was written, from where it is.
			return api.OnResolveResult{Path: "./" + name, External: true}, nil
		}
		return api.OnResolveResult{Path: name, Namespace: space}, nil
	})
	b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: space}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		text := string(files[a.Path])
		return api.OnLoadResult{Contents: &text, Loader: loader}, nil
	})
}
