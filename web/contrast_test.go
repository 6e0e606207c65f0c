package web

import (
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"testing"
)

// Text of the page, light and dark, can be read on what it stands on: WCAG 2.2,
// success criterion 1.4.3, level AA. Code's own colours are checked where they
// are made.
func TestContrast(t *testing.T) {
	light, dark := colours(t)
	for _, pair := range []struct{ ink, ground string }{
		{"ink", "paper"}, {"ink-soft", "paper"}, {"accent", "paper"},
		{"ink", "code-ground"}, {"ink-soft", "code-ground"}, {"accent", "code-ground"},
		{"good", "code-ground"}, {"error", "code-ground"}, {"warning", "code-ground"}, {"signal", "code-ground"},
		{"accent-ink", "accent"}, {"accent", "accent-wash"}, {"ink", "accent-wash"},
		{"signal", "signal-wash"},
		{"ink", "error-wash"}, {"error", "error-wash"}, {"ink-soft", "error-wash"},
		{"ink", "warning-wash"}, {"warning", "warning-wash"}, {"ink-soft", "warning-wash"},
	} {
		for scheme, c := range map[string]map[string]string{"light": light, "dark": dark} {
			const enough = 4.5
			if r := contrast(t, c[pair.ink], c[pair.ground]); r < enough {
				t.Errorf("%s: %s on %s has contrast %.2f, want %.1f", scheme, pair.ink, pair.ground, r, enough)
			}
		}
	}
}

var variable = regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);`)

// colours returns the variables of the style sheets that are colours.
func colours(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	light, dark = make(map[string]string), make(map[string]string)
	for _, name := range []string{"style/journal.css", "style/syntax.css"} {
		css, err := fs.ReadFile(Static(), name)
		if err != nil {
			t.Fatal(err)
		}
		found := variable.FindAllStringSubmatch(string(css), -1)
		if len(found) < 10 {
			t.Fatalf("%s has %d colours", name, len(found))
		}
		for _, m := range found {
			light[m[1]], dark[m[1]] = m[2], m[3]
		}
	}
	return light, dark
}

// contrast is WCAG's ratio of two colours' relative luminances.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	if len(colour) != 7 {
		t.Fatalf("colour %q is not #rrggbb", colour)
	}
	n, err := strconv.ParseUint(colour[1:], 16, 24)
	if err != nil {
		t.Fatal(err)
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
