package protocol

import "unicode/utf8"

// Decoder turns the bytes of one output stream, however they were cut by
// the reads, into valid UTF-8. A rune that a read cut in two is held back
// until its other half comes; each byte that belongs to no rune becomes U+FFFD,
// as in a range loop over a string.
type Decoder struct {
	held    [utf8.UTFMax - 1]byte
	n       int // bytes in held
	scratch []byte
}

// Decode returns the text that p completes. It may share memory with p and
// with the result of the call before.
func (d *Decoder) Decode(p []byte) []byte {
	if d.n > 0 {
		d.scratch = append(append(d.scratch[:0], d.held[:d.n]...), p...)
		p = d.scratch
	}
	whole := len(p) - unfinished(p)
	d.n = copy(d.held[:], p[whole:])
	p = p[:whole]
	if utf8.Valid(p) {
		return p
	}
	return appendValid(make([]byte, 0, len(p)+len(p)/2), p)
}

// Flush returns what stands for a rune whose other half never came.
func (d *Decoder) Flush() []byte {
	text := appendValid(nil, d.held[:d.n])
	d.n = 0
	return text
}

// unfinished returns how many bytes at the end of p may be the beginning of a
// rune that goes on in the next read.
func unfinished(p []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(p); n++ {
		tail := p[len(p)-n:]
		if !utf8.RuneStart(tail[0]) {
			continue
		}
		if utf8.FullRune(tail) {
			return 0
		}
		return n
	}
	return 0
}

func appendValid(dst, p []byte) []byte {
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		dst = utf8.AppendRune(dst, r)
		p = p[n:]
	}
	return dst
}

// Cut splits text, which is valid, after at most n bytes, between runes.
func Cut(text []byte, n int) (head, tail []byte) {
	if len(text) <= n {
		return text, nil
	}
	for !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n], text[n:]
}
