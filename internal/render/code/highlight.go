// Package code colours programs: their text as HTML with a small set of classes
// of our own, and the style sheet for those, light and dark. The text content is
// always exactly the program's.
package code

import (
	"embed"
	"html"
	"io/fs"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

//go:generate go run ./gen
//go:generate go test -run ^TestSyntaxCSS$ -update

//go:embed lexers/*.xml
var embedded embed.FS

// lexers knows the languages of the embedded files. They are read when a first
// block is highlighted, and not before: every worker is a process of this
// binary, and none of them highlights.
var lexers = sync.OnceValue(func() *chroma.LexerRegistry {
	names, err := fs.Glob(embedded, "lexers/*.xml")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	r := chroma.NewLexerRegistry()
	for _, name := range names {
		r.Register(chroma.MustNewXMLLexer(embedded, name))
	}
	return r
})

// Highlight returns source as HTML whose text content is exactly source, with
// spans of the palette's classes. A language that no lexer knows is plain.
func Highlight(lang, source string) string {
	tokens, ok := tokenise(lang, source)
	if !ok {
		return html.EscapeString(source)
	}
	var b strings.Builder
	for _, t := range tokens {
		text := html.EscapeString(t.Value)
		class := classOf(t.Type)
		if class == "" || strings.TrimSpace(t.Value) == "" {
			b.WriteString(text)
			continue
		}
		b.WriteString(`<span class="`)
		b.WriteString(class)
		b.WriteString(`">`)
		b.WriteString(text)
		b.WriteString(`</span>`)
	}
	return b.String()
}

// tokenise runs chroma's lexer for lang. It reports false when there is none,
// when it gave up, or when its tokens are not the source: some lexers add or
// fold newlines, and the text matters more than its colours.
func tokenise(lang, source string) (tokens []chroma.Token, ok bool) {
	defer func() {
		// Chroma panics when a pattern of one of its lexers runs out of time.
		if recover() != nil {
			tokens, ok = nil, false
		}
	}()
	switch lang {
	case "":
		return nil, false
	case "go", "golang":
		return goTokens(source), true
	}
	lexer := lexers().Get(lang)
	if lexer == nil {
		return nil, false
	}
	it, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root"}, source)
	if err != nil {
		return nil, false
	}
	tokens = it.Tokens()
	return tokens, sameText(tokens, source)
}

func sameText(tokens []chroma.Token, source string) bool {
	for _, t := range tokens {
		rest, found := strings.CutPrefix(source, t.Value)
		if !found {
			return false
		}
		source = rest
	}
	return source == ""
}
