package code

import (
	"fmt"
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// A tint is the look of one class of highlighted code.
type tint struct {
	class       string // one letter or two, on a span
	meaning     string
	light, dark string // #rrggbb
	weight      string // CSS font-weight, "" for none
	slant       bool
}

// The grounds that code stands on. The page's style sheet takes them from the
// generated one, so that contrast is checked against what is shown.
const (
	codeGroundLight = "#f7f5ef"
	codeGroundDark  = "#191d21"
	codeInkLight    = "#24292e"
	codeInkDark     = "#d8d5cd"
)

// palette is few colours on purpose: comments recede, words of the language
// stand firm, literals are seen at a glance, and the reader's own names are ink.
func palette() []tint {
	return []tint{
		{class: "c", meaning: "comment", light: "#676d72", dark: "#939a9f", slant: true},
		{class: "k", meaning: "keyword", light: "#8a1c4a", dark: "#ef9ab8", weight: "600"},
		{class: "t", meaning: "type, attribute", light: "#1d5c7a", dark: "#8cc7e6"},
		{class: "b", meaning: "built-in", light: "#1d5c7a", dark: "#8cc7e6"},
		{class: "f", meaning: "function", light: "#0b5e55", dark: "#7fd1c3"},
		{class: "s", meaning: "string", light: "#7a4a00", dark: "#e5bd7d"},
		{class: "m", meaning: "number, constant", light: "#6a3fa0", dark: "#c4a7f0"},
		{class: "gi", meaning: "inserted line", light: "#1a6334", dark: "#8fd6a3"},
		{class: "gd", meaning: "deleted line", light: "#a02222", dark: "#f2a1a1"},
		{class: "gp", meaning: "prompt", light: "#676d72", dark: "#939a9f"},
	}
}

// classOf maps chroma's many token types to the palette; "" is plain ink.
func classOf(t chroma.TokenType) string {
	switch {
	case t == chroma.KeywordType:
		return "t"
	case t == chroma.KeywordConstant:
		return "m"
	case t.InCategory(chroma.Keyword), t == chroma.NameTag:
		return "k"
	case t.InSubCategory(chroma.LiteralNumber):
		return "m"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InCategory(chroma.Comment):
		return "c"
	case t == chroma.NameFunction, t == chroma.NameFunctionMagic:
		return "f"
	case t.InSubCategory(chroma.NameBuiltin):
		return "b"
	case t == chroma.NameClass, t == chroma.NameAttribute, t == chroma.NameDecorator:
		return "t"
	case t == chroma.GenericInserted:
		return "gi"
	case t == chroma.GenericDeleted:
		return "gd"
	case t == chroma.GenericPrompt:
		return "gp"
	}
	return ""
}

// SyntaxCSS is the style sheet for highlighted code, light and dark.
func SyntaxCSS() string {
	var b strings.Builder
	b.WriteString("/* Generated from internal/render/code/palette.go by go generate; do not edit. */\n\n:root {\n")
	variable := func(name, light, dark string) {
		fmt.Fprintf(&b, "\t--code-%s: light-dark(%s, %s);\n", name, light, dark)
	}
	variable("ground", codeGroundLight, codeGroundDark)
	variable("ink", codeInkLight, codeInkDark)
	for _, t := range palette() {
		variable(t.class, t.light, t.dark)
	}
	b.WriteString("}\n\n")
	for _, t := range palette() {
		fmt.Fprintf(&b, ".chroma .%s { color: var(--code-%s);%s } /* %s */\n", t.class, t.class, t.extra(), t.meaning)
	}
	return b.String()
}

func (t tint) extra() string {
	s := ""
	if t.weight != "" {
		s += " font-weight: " + t.weight + ";"
	}
	if t.slant {
		s += " font-style: italic;"
	}
	return s
}
