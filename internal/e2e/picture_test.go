package e2e

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
)

// pictureLine is what a program prints for a picture of noise, which takes more
// than one line of a terminal holds.
func pictureLine(t *testing.T, width, height int) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = byte(r.Uint32())
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return "IMAGE:" + base64.StdEncoding.EncodeToString(b.Bytes())
}

// changed is the same line after a change of the file in it.
func changed(t *testing.T, line string, change func(file []byte)) string {
	t.Helper()
	file, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "IMAGE:"))
	if err != nil {
		t.Fatal(err)
	}
	change(file)
	return "IMAGE:" + base64.StdEncoding.EncodeToString(file)
}

// pictures is what the widget shows of pictures: what each is called, and whether
// the browser could decode it.
func (w widget) pictures() []string {
	w.Helper()
	w.until("the browser has looked at all pictures", "[..."+w.js()+".querySelectorAll('.log img')].every((i) => i.complete)")
	return eval[[]string](w.tab, "[..."+w.js()+".querySelectorAll('.log img')].map((i) => `${i.alt}: ${i.naturalWidth}, ${i.getAttribute('width')}`)")
}

// A line with a PNG is a picture, however it comes; it has a name, and room
// before it is decoded. What is copied is what was printed.
func TestPicture(t *testing.T) {
	w := openPrinting(t)
	line := pictureLine(t, 120, 90)
	text := "before\n" + line + "\nafter\n"
	w.printed(text[:50], text[50:6000], text[6000:len(text)-8], text[len(text)-8:])
	got := w.pictures()
	if len(got) != 1 || got[0] != "Picture that the program printed, 120 by 90 pixels: 120, 120" {
		t.Errorf("pictures are %q", got)
	}
	if lines := strings.Join(w.output(), "|"); lines != "before||after" {
		t.Errorf("the lines are %.100q", lines)
	}
	w.script("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
	w.script("[..." + w.js() + ".querySelectorAll('.tools button')].find((b) => b.textContent === 'Copy output').click()")
	w.until("the output is copied", "window.copied !== undefined")
	if copied := eval[string](w.tab, "copied"); copied != text {
		t.Errorf("%d bytes are copied, want %d", len(copied), len(text))
	}
	// A program that clears the screen between pictures moves one.
	w.printed(strings.Repeat("\f"+pictureLine(t, 16, 16)+"\n", 40) + "end\n")
	if got := w.pictures(); len(got) != 1 {
		t.Errorf("%d pictures are left", len(got))
	}
}

// What is no picture, or one that a browser should not decode, stays the text that
// it is.
func TestNoPicture(t *testing.T) {
	w := openPrinting(t)
	small := pictureLine(t, 8, 8)
	for name, line := range map[string]string{
		"no base64":     "IMAGE:<img src=x onerror=alert(1)>",
		"no PNG":        "IMAGE:" + base64.StdEncoding.EncodeToString([]byte("<svg onload='alert(1)'/>")),
		"not all of it": small[:len(small)-24],
		"not its own":   "an " + small,
		"nothing":       "IMAGE:",
		"too large":     changed(t, small, func(file []byte) { copy(file[16:], "\x00\x10\x00\x01") }),
	} {
		if got := w.printed(line + "\n"); len(got) != 1 || got[0] != line {
			t.Errorf("%s: shown as %q", name, got)
		}
		if got := w.pictures(); len(got) != 0 {
			t.Errorf("%s: pictures are %q", name, got)
		}
	}
	// A browser says that it is none only when it has tried.
	broken := changed(t, small, func(file []byte) { copy(file[37:41], "no!!") })
	w.printed(broken + "\n")
	w.waitOutput(broken)
	// A stream for errors has none.
	if got := w.printed("stderr:" + small + "\n"); got[0] != small {
		t.Errorf("on stderr: shown as %q", got)
	}
	// Of many, so many are shown as a browser can hold, no matter how small they are as files.
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 2048, 2048))); err != nil {
		t.Fatal(err)
	}
	line := "IMAGE:" + base64.StdEncoding.EncodeToString(large.Bytes()) + "\n"
	w.printed(strings.Repeat(line, 10))
	if got := w.pictures(); len(got) != 8 {
		t.Errorf("%d pictures of 4 million pixels are shown, want 8", len(got))
	}
}
