package code

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
)

func TestGoTokensAreTheSource(t *testing.T) {
	for _, source := range []string{
		"", "\n", "x", "\ufeffpackage main\n", "package main\r\n\r\n// c\r\nvar s = `a\r\nb`\r\n",
		"/* never closed", "\"never closed", "`never closed", "'", "// at the end", "//\n", "/**/", "\x00\xff",
		"func f[T any](x T) T { return x }", "a, b := <-c, 0x1p-2i", "%$#@!? ü 世界 \u2028",
	} {
		var b strings.Builder
		for _, tok := range goTokens(source) {
			b.WriteString(tok.Value)
		}
		if b.String() != source {
			t.Errorf("%q became %q", source, b.String())
		}
	}
}

func FuzzGoTokensAreTheSource(f *testing.F) {
	f.Add("package main\r\n/* \r */ func `\r`")
	f.Fuzz(func(t *testing.T, source string) {
		if !sameText(goTokens(source), source) {
			t.Errorf("%q is not kept", source)
		}
	})
}

func TestGoClasses(t *testing.T) {
	got := Highlight("go", "func f(n int) { return append(nil, `s`, 1) } // c")
	want := `<span class="k">func</span> <span class="f">f</span>(n <span class="t">int</span>) { <span class="k">return</span> ` +
		`<span class="b">append</span>(<span class="m">nil</span>, <span class="s">` + "`s`" + `</span>, <span class="m">1</span>) } <span class="c">// c</span>`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEveryLexerWorks(t *testing.T) {
	names := lexers().Names(false)
	if len(names) < 35 {
		t.Fatalf("%d languages: %v", len(names), names)
	}
	for _, name := range names {
		lexer := lexers().Get(name)
		it, err := chroma.Coalesce(lexer).Tokenise(nil, "a = \"b\" # c\n<script>x</script> 1\n")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		it.Tokens()
	}
}

// Every worker is a process of the binary that this package is part of.
func TestNothingIsReadAtStart(t *testing.T) {
	if os.Getenv("CODE_TEST_CHILD") != "" {
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "CODE_TEST_CHILD=1", "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range regexp.MustCompile(`init (\S*(?:chroma|internal/render)\S*) .* (\d+) bytes`).FindAllStringSubmatch(string(out), -1) {
		if n, _ := strconv.Atoi(line[2]); n > 64<<10 {
			t.Errorf("package %s allocates %d bytes when the process starts", line[1], n)
		}
	}
}
