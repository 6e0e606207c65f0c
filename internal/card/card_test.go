package card

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"
)

var write = flag.String("write", "", "write the first card to this file, to be looked at")

func drawn(t *testing.T, c Card) image.Image {
	t.Helper()
	data, err := Draw(c)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size != image.Pt(Width, Height) {
		t.Errorf("%+v is %v", c, size)
	}
	if len(data) > 100<<10 {
		t.Errorf("%d bytes for %+v", len(data), c)
	}
	return img
}

// inked counts the points of a card that are not as on an empty one.
func inked(t *testing.T, c Card) (n int) {
	t.Helper()
	img, empty := drawn(t, c), drawn(t, Card{})
	for y := range Height {
		for x := range Width {
			if img.At(x, y) != empty.At(x, y) {
				n++
			}
		}
	}
	return n
}

func example() Card {
	return Card{
		Title: "Correct under stress: a field guide for Go services",
		Text:  "Seven ways in which a fast Go service goes wrong once it is busy, and what to do about each.",
		Lines: []string{"t=0ms   worker 1 took job 1", "t=120ms worker 2 took job 2"},
		Foot:  "example.org",
	}
}

func TestDraw(t *testing.T) {
	c := example()
	if *write != "" {
		data, err := Draw(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(*write, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	whole := inked(t, c)
	for name, drop := range map[string]func(*Card){
		"title": func(c *Card) { c.Title = "" }, "text": func(c *Card) { c.Text = "" },
		"lines": func(c *Card) { c.Lines = nil }, "foot": func(c *Card) { c.Foot = "" },
	} {
		less := example()
		drop(&less)
		if n := inked(t, less); n >= whole || n == 0 {
			t.Errorf("without the %s %d points are inked, %d with it", name, n, whole)
		}
	}
}

func TestSameCardSameBytes(t *testing.T) {
	a, err := Draw(example())
	if err != nil {
		t.Fatal(err)
	}
	b, err := Draw(example())
	if err != nil || !bytes.Equal(a, b) {
		t.Error("two drawings differ:", err)
	}
}

// Whatever is to be written, it stays within the margins.
func TestLongTextsStayInside(t *testing.T) {
	long := strings.Repeat("Wide ", 200) + strings.Repeat("W", 10_000)
	img := drawn(t, Card{Title: long, Text: long, Lines: []string{long, "\x1b[31m" + long, "\t\t\t" + long}, Foot: long})
	empty := drawn(t, Card{})
	for y := range Height {
		for x := Width - margin/2; x < Width; x++ {
			if img.At(x, y) != empty.At(x, y) {
				t.Fatalf("something is written at %d,%d", x, y)
			}
		}
	}
}

func TestForeignScriptsLeaveNoBoxes(t *testing.T) {
	if n := inked(t, Card{Title: "負荷の下で正しく動く"}); n != 0 {
		t.Errorf("%d points are inked", n)
	}
	if n := inked(t, Card{Title: "Под нагрузкой"}); n == 0 {
		t.Error("Cyrillic is left out")
	}
}
