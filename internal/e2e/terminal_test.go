package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// printed runs a scripted program that prints pieces to stdout, or, where a
// piece begins with "stderr:", to stderr, and returns the lines that are shown.
func (w widget) printed(pieces ...string) []string {
	w.Helper()
	b, err := json.Marshal(pieces)
	if err != nil {
		w.Fatal(err)
	}
	w.script("window.pieces = " + string(b))
	w.run()
	if status := w.waitEnd(); status != "ok" {
		w.Fatalf("status is %q: %s", status, w.text(".status"))
	}
	return w.output()
}

func openPrinting(t *testing.T) widget {
	t.Helper()
	return openScripted(t, "quick", `if (m.type === 'run') {
		socket.say(start(m.id));
		let seq = 1;
		for (const piece of pieces) {
			const type = piece.startsWith('stderr:') ? 'stderr' : 'stdout';
			socket.say({type, id: m.id, seq: ++seq, t: seq * 1000, body: piece.replace(/^stderr:/, '')});
		}
		socket.say(end(m.id, ++seq));
	}`)
}

// What moves the cursor does as it does in a terminal, wherever the pieces of
// output are cut; what a page must not obey is shown.
func TestTerminal(t *testing.T) {
	w := openPrinting(t)
	for _, test := range []struct {
		name   string
		pieces []string
		want   []string
	}{
		{"lines", []string{"a\nb", "c\n\nd"}, []string{"a", "bc", "", "d"}},
		{"streams in turn", []string{"out ", "stderr:err\n", "put\n", "stderr:more"}, []string{"out ", "err", "put", "more"}},
		{"windows' line ends", []string{"a\r\nb\r", "\nc"}, []string{"a", "b", "c"}},
		{"a progress bar", []string{"  0%\r 50%", "\r100%\ndone\n"}, []string{"100%", "done"}},
		{"written over in part", []string{"abcdef\rXY\n"}, []string{"XYcdef"}},
		{"backspace", []string{"ab\b\bc", "\b\b\b\bd\n"}, []string{"db"}},
		{"characters, not units", []string{"😀😀\rx\n"}, []string{"x😀"}},
		{"erase to the end", []string{"a long line\rok\x1b[K\n"}, []string{"ok"}},
		{"erase the line", []string{"a long line\r\x1b[2Kok\n"}, []string{"ok"}},
		{"up and over", []string{"one\ntwo\nthree\n\x1b[2A\x1b[2Ktwice\n\x1b[Bend\n"}, []string{"one", "twice", "three", "end"}},
		{"up beyond the first", []string{"a\n\x1b[9Ab\n"}, []string{"b"}},
		{"erase below", []string{"a\nb\nc\n\x1b[2A\x1b[Jd\n"}, []string{"a", "d"}},
		{"clear the screen", []string{"a\nb\n\x1b[2J\x1b[Hc\n"}, []string{"c"}},
		{"form feed", []string{"a\nb\n\fc"}, []string{"c"}},
		{"a sequence in pieces", []string{"a\x1b", "[3", "1mb\x1b[", "0m\n"}, []string{"ab"}},
		{"one that never ends", []string{"a\x1b[31"}, []string{"a"}},
		{"one that is not known", []string{"\x1b[5n\x1bZ"}, []string{"\u241b[5n\u241bZ"}},
		{"colours of all kinds", []string{"\x1b[1;31ma\x1b[38;5;196mb\x1b[48;2;1;2;3mc\x1b[m\n"}, []string{"abc"}},
		{"controls are shown", []string{"\x00\x07\x7f\v"}, []string{"\u2400\u2407\u2421\u240b"}},
		{"old controls are shown", []string{"\u0085\u009b31m"}, []string{"⟨U+0085⟩⟨U+009B⟩31m"}},
		{"what hides is shown", []string{"a\u3164\U000e0041b"}, []string{"a⟨U+3164⟩⟨U+E0041⟩b"}},
		{"what joins emoji is obeyed", []string{"👩\u200d💻❤\ufe0f"}, []string{"👩\u200d💻❤\ufe0f"}},
		{"text is not turned around", []string{"a\u202eb\u2066c\u200bd\u2028e\n"}, []string{"a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d⟨U+2028⟩e"}},
		{"markup is text", []string{"<img src=x onerror=alert(1)>\x1b[1m<b>"}, []string{"<img src=x onerror=alert(1)><b>"}},
		{"a link", []string{"\x1b]8;;https://example.com/x\x1b\\here\x1b]8;;\x07.\n"}, []string{"here (example.com)."}},
		{"a link that no browser follows", []string{"\x1b]8;;https://[\x07here\x1b]8;;\x07\n"}, []string{"here"}},
		{"a link to where it does not seem to lead", []string{"\x1b]8;;https://good.example@\u202eevil.example/\x07here\x1b]8;;\x07\n"}, []string{"here"}},
		{"no link", []string{"\x1b]8;;javascript:alert(1)\x07here\x1b]8;;\x07\n"}, []string{"here"}},
		{"written over far to the right", []string{"a\x1b[3999Gbcd\n"}, []string{"a" + strings.Repeat(" ", 3997) + "bc", "d"}},
		{"a long line, written over", []string{strings.Repeat("x", 4001) + "\rz\x1b[Ay\n"}, []string{"xy" + strings.Repeat("x", 3998), "z"}},
		{"a character at a long line's end", []string{strings.Repeat("x", 3999) + "😀y"}, []string{strings.Repeat("x", 3999) + "😀", "y"}},
		{"erase to the left", []string{"abc\rX\x1b[1Kd\n"}, []string{" dc"}},
		{"a long line", []string{strings.Repeat("x", 4001)}, []string{strings.Repeat("x", 4000), "x"}},
	} {
		if diff := cmp.Diff(test.want, w.printed(test.pieces...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Styles are told by classes, links lead where they say.
func TestTerminalStyles(t *testing.T) {
	w := openPrinting(t)
	w.printed("\x1b[1;31mred\x1b[22mthin\x1b[0mplain \x1b[38;5;21mblue\x1b[39;7minverse\x1b[m\n" +
		"\x1b]8;;https://example.com/x\x07a\x1b]8;;\x07 \x1b]8;;javascript:alert(1)\x07b\x1b]8;;\x07\n")
	got := eval[[]string](w.tab, w.js()+`.querySelector('.lines').innerHTML.split('<div').slice(1).map((line) => line.replace(/^[^>]*>/, ''))`)
	want := []string{
		`<span class="text"><span class="ansi bold ink-1">red</span><span class="ansi ink-1">thin</span>plain ` +
			`<span class="ansi" style="color: rgb(0, 0, 255);">blue</span><span class="ansi inverse">inverse</span></span></div>`,
		`<span class="text"><a href="https://example.com/x" target="_blank" rel="noopener noreferrer nofollow" title="https://example.com/x" class="ansi">` +
			`a<span class="link-host"> (example.com)</span></a> b</span></div>`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// A place that a panic names is a button that goes to its line; what only looks
// like one, of no file of the program, is text.
func TestPlacesInOutput(t *testing.T) {
	w := openPrinting(t)
	w.printed("stderr:panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\tpro", "stderr:g.go:6 +0x1d\n./prog.go:5:6: x\nother.go:6 12:30:45 10.0.0.1:80\n")
	buttons := eval[[]string](w.tab, fmt.Sprintf("[...%s.querySelectorAll('.log button')].map((b) => b.textContent)", w.js()))
	if diff := cmp.Diff([]string{"prog.go:6", "./prog.go:5:6"}, buttons); diff != "" {
		t.Fatalf("places (-want +got):\n%s", diff)
	}
	for i, want := range []string{"\tfmt.Println", "main() {"} {
		w.script(fmt.Sprintf("%s.querySelectorAll('.log button')[%d].click()", w.js(), i))
		behind := w.behind()
		if !strings.HasPrefix(behind, want) {
			t.Errorf("%s: the cursor is before %.20q, want %q", buttons[i], behind, want)
		}
		if mark := w.marked("place"); len(mark) != 1 || mark[0] != 6-i {
			t.Errorf("%s: marked are %v", buttons[i], mark)
		}
	}
}
