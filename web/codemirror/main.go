package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	dir := flag.String("dir", "web/codemirror", "this `directory`, with its node_modules")
	to := flag.String("o", "web/static/vendor", "`directory` to write to; what is in it goes")
	flag.Parse()
	files, err := bundle(*dir)
	if err == nil {
		err = replace(*to, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "codemirror:", err)
		os.Exit(1)
	}
}

// bundle returns the files of the vendor directory by name.
func bundle(dir string) (map[string][]byte, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	for entry, plugin := range map[string]api.Plugin{
		"codemirror.js": {Name: "sheets", Setup: adoptSheets},
		"javascript.js": {Name: "shared", Setup: share},
	} {
		if files[entry], err = build(dir, entry, plugin); err != nil {
			return nil, err
		}
	}
	files["LICENSES.txt"], err = licences(dir)
	return files, err
}

func build(dir, entry string, plugin api.Plugin) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"entry/" + entry}, AbsWorkingDir: dir, Outdir: dir, EntryNames: "[name]",
		Bundle: true, Format: api.FormatESModule, Target: api.ES2022,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent,
		Plugins: []api.Plugin{plugin},
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("%s; were the packages installed? npm ci --prefix web/codemirror --ignore-scripts", result.Errors[0].Text)
	}
	return result.OutputFiles[0].Contents, nil
}

// share makes a language take from the editor's bundle, which is loaded already,
// what both are made of: two copies of its classes would not know each other.
func share(b api.PluginBuild) {
	b.OnResolve(api.OnResolveOptions{Filter: `^@(codemirror|lezer)/`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		if strings.HasSuffix(a.Path, "/lang-javascript") || strings.HasSuffix(a.Path, "/javascript") {
			return api.OnResolveResult{}, nil // by itself
		}
		return api.OnResolveResult{Path: "./codemirror.js", External: true}, nil
	})
}

// adoptSheets makes style-mod give its rules to the document as a constructed
// style sheet, as it does in shadow trees. The element that it would make
// otherwise is one that the page's content security policy refuses.
func adoptSheets(b api.PluginBuild) {
	b.OnLoad(api.OnLoadOptions{Filter: `style-mod\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		const before, after = "if (!root.head && root.adoptedStyleSheets", "if (root.adoptedStyleSheets"
		text, err := os.ReadFile(a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		if strings.Count(string(text), before) != 1 {
			return api.OnLoadResult{}, fmt.Errorf("%s does not have %q once", a.Path, before)
		}
		adopted := strings.Replace(string(text), before, after, 1)
		return api.OnLoadResult{Contents: &adopted, Loader: api.LoaderJS}, nil
	})
}

// licences are those of every package that is installed, one after the other.
func licences(dir string) ([]byte, error) {
	var paths []string
	for _, pattern := range []string{"*/LICENSE*", "@*/*/LICENSE*"} {
		found, err := filepath.Glob(filepath.Join(dir, "node_modules", pattern))
		if err != nil {
			return nil, err
		}
		paths = append(paths, found...)
	}
	if len(paths) == 0 {
		return nil, errors.New("no licence was found")
	}
	slices.Sort(paths)
	var b strings.Builder
	b.WriteString("The files beside this one are made of these npm packages.\n")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(filepath.Join(dir, "node_modules"), filepath.Dir(path))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "\n== %s\n\n%s\n", filepath.ToSlash(name), strings.TrimSpace(string(text)))
	}
	return []byte(b.String()), nil
}

// replace makes files all that is in dir.
func replace(dir string, files map[string][]byte) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
