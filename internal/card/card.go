package card

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Width and Height are a card's, in pixels.
const (
	Width  = 1200
	Height = 630
)

// Card is what a card says. Every field may be empty.
type Card struct {
	Title string
	Text  string   // a sentence or two below the title
	Lines []string // of code or of output, below that; as many as there is room for
	Foot  string   // the last line: whose card it is
}

// The colours are the page's own, of its light theme.
var (
	paper  = color.RGBA{0xfd, 0xfc, 0xf9, 0xff}
	grid   = color.RGBA{0xec, 0xef, 0xec, 0xff}
	ink    = color.RGBA{0x1f, 0x24, 0x28, 0xff}
	soft   = color.RGBA{0x56, 0x5d, 0x63, 0xff}
	accent = color.RGBA{0x0b, 0x55, 0x63, 0xff}
	wash   = color.RGBA{0xee, 0xf4, 0xf4, 0xff}
)

// What stands where.
const (
	margin = 72
	rule   = 24 // of the squared paper
	band   = 12 // the accent at the left edge
	footAt = Height - 48
)

// fonts are parsed once.
var fonts = sync.OnceValues(func() (f struct{ bold, regular, mono *opentype.Font }, err error) {
	for _, face := range []struct {
		font **opentype.Font
		data []byte
	}{{&f.bold, gobold.TTF}, {&f.regular, goregular.TTF}, {&f.mono, gomono.TTF}} {
		if *face.font, err = opentype.Parse(face.data); err != nil {
			return f, fmt.Errorf("read a font of the binary: %w", err)
		}
	}
	return f, nil
})

// Draw returns c as a PNG.
func Draw(c Card) ([]byte, error) {
	own, err := fonts()
	if err != nil {
		return nil, err
	}
	p := &painter{image: image.NewPaletted(image.Rect(0, 0, Width, Height), shades())}
	p.ground()
	y := margin + 40
	y = p.paragraph(own.bold, titleSize(c.Title), accent, c.Title, y, 3)
	y = p.paragraph(own.regular, 32, soft, c.Text, y+16, 3)
	p.listing(own.mono, c.Lines, y+24)
	p.paragraph(own.mono, 24, soft, c.Foot, footAt, 1)
	if p.err != nil {
		return nil, p.err
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, p.image); err != nil {
		return nil, fmt.Errorf("encode a card: %w", err)
	}
	return out.Bytes(), nil
}

// shades are the colours of a card with those between them that edges of
// letters have. A palette makes a card a third as large.
func shades() color.Palette {
	const steps = 24
	p := color.Palette{paper, grid, wash}
	for _, on := range []color.RGBA{paper, wash} {
		for _, of := range []color.RGBA{ink, soft, accent} {
			for i := 1; i <= steps; i++ {
				p = append(p, between(on, of, i, steps))
			}
		}
	}
	return p
}

// between is the colour i of n steps from a to b.
func between(a, b color.RGBA, i, n int) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*(n-i) + int(y)*i) / n) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}

// titleSize lets short titles be large.
func titleSize(title string) float64 {
	switch n := len([]rune(title)); {
	case n <= 40:
		return 72
	case n <= 80:
		return 60
	}
	return 50
}

// painter draws on a card from the top down.
type painter struct {
	image *image.Paletted
	err   error
}

func (p *painter) fill(r image.Rectangle, c color.Color) {
	draw.Draw(p.image, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// ground is squared paper.
func (p *painter) ground() {
	p.fill(p.image.Bounds(), paper)
	for x := rule; x < Width; x += rule {
		p.fill(image.Rect(x, 0, x+1, Height), grid)
	}
	for y := rule; y < Height; y += rule {
		p.fill(image.Rect(0, y, Width, y+1), grid)
	}
	// What is written stands on paper without lines.
	p.fill(image.Rect(margin/2, margin/2, Width-margin/2, Height-margin/4), paper)
	p.fill(image.Rect(0, 0, band, Height), accent)
}

// paragraph writes text in at most so many lines, and returns where the next may
// stand. The base of the first line is at y.
func (p *painter) paragraph(f *opentype.Font, size float64, c color.Color, text string, y, lines int) int {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || p.err != nil || !speaks(f, text) {
		return y
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		p.err = fmt.Errorf("scale a font: %w", err)
		return y
	}
	defer face.Close()
	step := int(size * 1.25)
	for _, line := range wrap(face, text, Width-2*margin, lines) {
		p.write(face, c, line, margin, y)
		y += step
	}
	return y
}

// listing writes lines of code as far as there is room, on a ground of its own.
func (p *painter) listing(f *opentype.Font, lines []string, y int) {
	const size, step, pad = 24, 32, 20
	room := (footAt - 48 - y - 2*pad) / step
	if len(lines) == 0 || room < 1 || p.err != nil {
		return
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		p.err = fmt.Errorf("scale a font: %w", err)
		return
	}
	defer face.Close()
	lines = lines[:min(len(lines), room)]
	p.fill(image.Rect(margin, y, Width-margin, y+len(lines)*step+2*pad), wash)
	for i, line := range lines {
		line = strings.ReplaceAll(printable(line), "\t", "    ")
		p.write(face, ink, cut(face, line, Width-2*margin-2*pad), margin+pad, y+pad+size+i*step)
	}
}

func (p *painter) write(face font.Face, c color.Color, text string, x, y int) {
	d := font.Drawer{Dst: p.image, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

// wrap breaks text between words. What is too long for the lines ends in an
// ellipsis.
func wrap(face font.Face, text string, width, most int) (lines []string) {
	words := strings.Split(text, " ")
	for len(words) > 0 {
		if len(lines) == most-1 {
			return append(lines, cut(face, strings.Join(words, " "), width))
		}
		n := 1
		for n < len(words) && measure(face, strings.Join(words[:n+1], " ")) <= width {
			n++
		}
		lines = append(lines, cut(face, strings.Join(words[:n], " "), width))
		words = words[n:]
	}
	return lines
}

// cut shortens text to a width.
func cut(face font.Face, text string, width int) string {
	if measure(face, text) <= width {
		return text
	}
	letters := []rune(text)
	// No letter is narrower than a pixel, and what is not shown is not measured.
	letters = letters[:min(len(letters), width)]
	for len(letters) > 0 && measure(face, string(letters)+"…") > width {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " ") + "…"
}

func measure(face font.Face, text string) int { return font.MeasureString(face, text).Ceil() }

// printable is text without what moves a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}

// speaks reports whether a font has most letters of a text.
func speaks(f *opentype.Font, text string) bool {
	var b sfnt.Buffer
	has, lacks := 0, 0
	for _, r := range text {
		if i, err := f.GlyphIndex(&b, r); err == nil && i != 0 {
			has++
		} else {
			lacks++
		}
	}
	return has > lacks
}
