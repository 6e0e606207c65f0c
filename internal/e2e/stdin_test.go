package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// A program that waits for input when its page is loaded again still gets it.
func TestInputAfterReload(t *testing.T) {
	w := openFixture(t, "asking")
	w.run()
	w.until("there is a line to type on", w.js()+".querySelector('.input').checkVisibility()")
	w.reload()
	w.ready()
	w.until("there is a line to type on again", w.js()+".querySelector('.input').checkVisibility()")
	w.focus(".input input")
	w.insert("Ada")
	w.press(enter)
	w.waitOutput("Hello, Ada.")
	w.stop()
	if status := w.waitEnd(); status != "killed" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
}

// Lines that are pasted stay lines; the last is left to be finished.
func TestPastedInput(t *testing.T) {
	w := openScripted(t, "asking", `
		if (m.type === 'run') for (const message of [start(m.id), {type: 'reading', id: m.id, seq: 2, t: 1}]) socket.say(message);`)
	w.run()
	w.until("there is a line to type on", w.js()+".querySelector('.input').checkVisibility()")
	w.script(`(() => {
		const data = new DataTransfer();
		data.setData('text', 'one\r\ntwo\nthr');
		const field = ` + w.js() + `.querySelector('.input input');
		field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
	})()`)
	if got := eval[[]string](w.tab, "sent.filter((m) => m.type === 'stdin').map((m) => m.body)"); !cmp.Equal(got, []string{"one\ntwo\n"}) {
		t.Errorf("sent %q", got)
	}
	if rest := eval[string](w.tab, w.js()+".querySelector('.input input').value"); rest != "thr" {
		t.Errorf("%q is left in the field, want %q", rest, "thr")
	}
}

// What was typed on a connection that was dead already is said again by the next,
// under the same numbers: the server takes each part once.
func TestTypedInputIsSaidAgain(t *testing.T) {
	w := openScripted(t, "asking", `
		window.die = () => socket.cut(1006);
		if (m.type === 'run') for (const message of [start(m.id), {type: 'reading', id: m.id, seq: 2, t: 1}]) socket.say(message);`)
	w.run()
	w.until("there is a line to type on", w.js()+".querySelector('.input').checkVisibility()")
	w.focus(".input input")
	for _, name := range []string{"Ada", "Grace"} {
		w.insert(name)
		w.press(enter)
	}
	w.until("both are sent", "sent.filter((m) => m.type === 'stdin').length === 2")
	w.script("die()")
	w.until("both are sent again", "sent.filter((m) => m.type === 'stdin').length === 4")
	got := eval[[]string](w.tab, "sent.filter((m) => m.type === 'stdin').map((m) => `${m.part} ${m.body}`)")
	if diff := cmp.Diff([]string{"1 Ada\n", "2 Grace\n", "1 Ada\n", "2 Grace\n"}, got); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if n := eval[int](w.tab, "new Set(sent.filter((m) => m.type === 'stdin').map((m) => m.writer)).size"); n != 1 {
		t.Errorf("they are of %d writers", n)
	}
	if eval[bool](w.tab, "sent.findIndex((m) => m.type === 'resume') > sent.findLastIndex((m) => m.type === 'stdin')") {
		t.Error("they were sent before the run was taken up")
	}
}

// Whoever types into the program meanwhile is not interrupted.
func TestInputKeepsFocus(t *testing.T) {
	w := openScripted(t, "asking", `
		if (m.type !== 'run') return;
		socket.say(start(m.id));
		window.read = () => socket.say({type: 'reading', id: m.id, seq: 2, t: 1});`)
	w.cursor("package")
	w.press(enter, chromedp.ModifierCtrl)
	w.waitState("running")
	w.press(keyX)
	w.script("read()")
	w.until("there is a line to type on", w.js()+".querySelector('.input').checkVisibility()")
	if f := w.focused(); !strings.Contains(f, "cm-content") {
		t.Errorf("the focus is on %q, want the editor", f)
	}
}

// Only programs that may read get an input that stays open: the others keep
// the end of file, and Go's word on deadlocks.
func TestReadsInput(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	for source, want := range map[string]bool{
		"bufio.NewScanner(os.Stdin)":       true,
		"fmt.Scan(&n)":                     true,
		"fmt.Scanln(&a, &b)":               true,
		"io.Copy(os.Stdout, os . Stdin)":   true,
		"fmt.Sscan(s, &n)":                 false,
		"fmt.Fscan(r, &n)":                 false,
		"fmt.Println(\"os.Stdin\")":        false,
		"// reads os.Stdin":                false,
		"/* fmt.Scan\n */ var x = 1":       false,
		"var s = `\nos.Stdin\n` // quoted": false,
		"os.Stdout.Write(b)":               false,
		"fmt.Scanner":                      false,
	} {
		if got := module[bool](p, "output/input.js", "m.readsInput("+quote(source)+")"); got != want {
			t.Errorf("%q: %v, want %v", source, got, want)
		}
	}
}
