package protocol

import (
	"testing"
	"unicode/utf8"
)

// decodeAll decodes the chunks one by one.
func decodeAll(chunks ...string) string {
	var d Decoder
	var got []byte
	for _, c := range chunks {
		got = append(got, d.Decode([]byte(c))...)
	}
	return string(append(got, d.Flush()...))
}

func TestDecodeText(t *testing.T) {
	for _, tt := range []struct {
		name   string
		chunks []string
		want   string
	}{
		{"nothing", []string{""}, ""},
		{"ascii", []string{"a", "bc"}, "abc"},
		{"whole runes", []string{"é世🚀"}, "é世🚀"},
		{"two bytes cut", []string{"\xc3", "\xa9"}, "é"},
		{"three bytes cut twice", []string{"\xe4", "\xb8", "\x96"}, "世"},
		{"four bytes cut 3+1", []string{"a\xf0\x9f\x9a", "\x80b"}, "a🚀b"},
		{"empty read in between", []string{"\xe4\xb8", "", "\x96"}, "世"},
		{"NUL and controls kept", []string{"\x00\x1b[31m\r\n"}, "\x00\x1b[31m\r\n"},
		{"lone byte", []string{"a\xffb"}, "a\uFFFDb"},
		{"continuation first", []string{"\x80\x80x"}, "\uFFFD\uFFFDx"},
		{"never finished", []string{"a\xe4\xb8"}, "a\uFFFD\uFFFD"},
		{"cut, then something else", []string{"\xe4\xb8", "x"}, "\uFFFD\uFFFDx"},
		{"surrogate", []string{"\xed\xa0\x80"}, "\uFFFD\uFFFD\uFFFD"},
		{"real U+FFFD", []string{"\uFFFD"}, "\uFFFD"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := decodeAll(tt.chunks...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A line must not wait for anything: only the beginning of a rune is held.
func TestDecodeTextHoldsOnlyRuneBeginnings(t *testing.T) {
	var d Decoder
	if got := string(d.Decode([]byte("line\nß\xe4\xb8"))); got != "line\nß" {
		t.Errorf("got %q", got)
	}
}

// However the bytes are cut, the text is what a range loop makes of them.
func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("aé世🚀\x00"), uint8(1))
	f.Add([]byte("\xf0\x9f\x9a\xff\xe4\xb8"), uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		var chunks []string
		for rest := data; len(rest) > 0; {
			n := min(len(rest), int(step%7)+1)
			chunks = append(chunks, string(rest[:n]))
			rest = rest[n:]
		}
		got, want := decodeAll(chunks...), string([]rune(string(data)))
		if got != want {
			t.Errorf("%q in steps of %d: got %q, want %q", data, step%7+1, got, want)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%q is not valid", got)
		}
	})
}

func TestCutText(t *testing.T) {
	for _, tt := range []struct {
		text       string
		n          int
		head, tail string
	}{
		{"abc", 3, "abc", ""},
		{"abcd", 3, "abc", "d"},
		{"a世", 3, "a", "世"},
		{"世世", 3, "世", "世"},
		{"aa🚀", 5, "aa", "🚀"},
	} {
		head, tail := Cut([]byte(tt.text), tt.n)
		if string(head) != tt.head || string(tail) != tt.tail {
			t.Errorf("Cut(%q, %d) = %q, %q", tt.text, tt.n, head, tail)
		}
	}
}
