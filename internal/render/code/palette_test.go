package code

import (
	"flag"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/alecthomas/chroma/v2"
)

var update = flag.Bool("update", false, "write the style sheet")

const syntaxCSS = "../../../web/static/style/syntax.css"

// The style sheet that is served is the palette's.
func TestSyntaxCSS(t *testing.T) {
	want := SyntaxCSS()
	if *update {
		if err := os.WriteFile(syntaxCSS, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(syntaxCSS)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the palette says: run go generate ./internal/render/code", syntaxCSS)
	}
}

// Every colour of code can be read on its ground: WCAG 2.2, success criterion
// 1.4.3, level AA.
func TestPaletteContrast(t *testing.T) {
	const enough = 4.5
	check := func(what, ink, ground string) {
		if c := contrast(t, ink, ground); c < enough {
			t.Errorf("%s: %s on %s has contrast %.2f, want %.1f", what, ink, ground, c, enough)
		}
	}
	check("ink, light", codeInkLight, codeGroundLight)
	check("ink, dark", codeInkDark, codeGroundDark)
	for _, p := range palette() {
		check(p.meaning+", light", p.light, codeGroundLight)
		check(p.meaning+", dark", p.dark, codeGroundDark)
		check(p.meaning+", on paper", p.light, "#ffffff")
	}
}

// Every class that highlighting can give a token is in the palette.
func TestClassesAreInPalette(t *testing.T) {
	known := map[string]bool{"": true}
	for _, p := range palette() {
		known[p.class] = true
	}
	for token := range chroma.StandardTypes {
		if c := classOf(token); !known[c] {
			t.Errorf("%v has class %q, which the palette does not know", token, c)
		}
	}
}

// contrast is WCAG's ratio of two colours' relative luminances.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour[1:], 16, 24)
	if err != nil || len(colour) != 7 {
		t.Fatalf("colour %q is not #rrggbb", colour)
	}
	linear := func(c uint64) float64 {
		v := float64(c&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
