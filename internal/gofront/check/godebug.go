package check

import (
	"fmt"
	"go/ast"
	"go/version"
	"maps"
	"slices"
	"strconv"
	"strings"

	"playground/internal/diag"
	"playground/internal/gofront/abi"
)

// debugSettings is what GODEBUG is for the program unless its environment says
// otherwise, as the go command writes it into a binary: what has changed since
// the module's language, the module's own settings, and those of //go:debug
// lines.
func (p *Program) debugSettings(a *archive) (string, []diag.Diagnostic) {
	settings := maps.Clone(a.debug)
	if settings == nil {
		settings = map[string]string{}
	}
	var diags []diag.Diagnostic
	for _, pkg := range p.Packages {
		for _, f := range pkg.Files {
			diags = append(diags, pkg.debugLines(f, p.Mode, settings)...)
		}
	}
	language := a.language
	if v, ok := settings["default"]; ok {
		language = v
		delete(settings, "default")
	}
	for name, changed := range settingsOf(abi.Godebugs) {
		if release, old, _ := strings.Cut(changed, ":"); changed != "" && version.Compare(language, "go1."+release) < 0 {
			if _, set := settings[name]; !set {
				settings[name] = old
			}
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		list = append(list, name+"="+settings[name])
	}
	return strings.Join(list, ","), diags
}

// debugLines reads a file's //go:debug lines, which stand before its package
// clause. A program has them in package main, tests in any.
func (p *Package) debugLines(f *ast.File, mode Mode, settings map[string]string) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, group := range f.Comments {
		for _, c := range group.List {
			text, ok := strings.CutPrefix(c.Text, "//go:debug")
			if !ok || c.Pos() > f.Package || text != "" && strings.Trim(text[:1], " \t") != "" {
				continue
			}
			name, value, found := strings.Cut(strings.TrimSpace(text), "=")
			err := checkSetting("//go:debug setting", name, value)
			switch {
			case !found:
				err = fmt.Errorf("missing key=value")
			case mode == ModeMain && p.Path != "main":
				err = fmt.Errorf("//go:debug directive only valid in package main")
			}
			if err != nil {
				diags = append(diags, p.diagnostic(c, "source.debug", "invalid //go:debug: "+err.Error()))
				continue
			}
			settings[name] = value
		}
	}
	return diags
}

// checkSetting says what is wrong with a setting, in the go command's words.
func checkSetting(verb, name, value string) error {
	switch {
	case strings.ContainsAny(name, " \t"):
		return fmt.Errorf("key contains space")
	case strings.ContainsAny(value, " \t"):
		return fmt.Errorf("value contains space")
	case strings.Contains(name, ","):
		return fmt.Errorf("key contains comma")
	case strings.Contains(value, ","):
		return fmt.Errorf("value contains comma")
	case name == "default" && !version.IsValid(value):
		return fmt.Errorf("value for default= must be goVERSION")
	case name == "default" && version.Compare(version.Lang(value), abi.Language) > 0:
		return fmt.Errorf("default=%s too new (toolchain is %s)", value, abi.Language)
	case name == "default":
		return nil
	case name == "fips140":
		return fmt.Errorf("%s %q is read when a process starts, and programs here get one that has", verb, name)
	}
	if _, known := settingsOf(abi.Godebugs)[name]; known {
		return nil
	}
	if release, removed := settingsOf(abi.GodebugsRemoved)[name]; removed {
		return fmt.Errorf("use of removed %s %q, removed in Go 1.%s", verb, name, release)
	}
	return fmt.Errorf("unknown %s %s", verb, strconv.Quote(name))
}

// settingsOf reads a list of package abi's.
func settingsOf(list string) map[string]string {
	m := map[string]string{}
	for _, f := range strings.Fields(list) {
		name, rest, _ := strings.Cut(f, "=")
		m[name] = rest
	}
	return m
}
