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
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"entry/codemirror.js"}, AbsWorkingDir: dir, Outdir: dir, EntryNames: "[name]",
		Bundle: true, Format: api.FormatESModule, Target: api.ES2022,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent,
		Plugins: []api.Plugin{{Name: "sheets", Setup: adoptSheets}},
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("%s; were the packages installed? npm ci --prefix web/codemirror --ignore-scripts", result.Errors[0].Text)
	}
	files := make(map[string][]byte)
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	files["LICENSES.txt"], err = licences(dir)
	return files, err
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
