package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "write screenshots to this directory")

// TestShots writes pictures of the built-in article for people to look at. It
// checks nothing, and does nothing without -shots.
func TestShots(t *testing.T) {
	if *shots == "" {
		t.Skip("no -shots")
	}
	if err := os.MkdirAll(*shots, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 768, 1280} {
			t.Run(fmt.Sprintf("%s-%d", scheme, width), func(t *testing.T) { shoot(t, scheme, width) })
			t.Run(fmt.Sprintf("connection-%s-%d", scheme, width), func(t *testing.T) { shootConnection(t, scheme, width) })
			t.Run(fmt.Sprintf("afterwards-%s-%d", scheme, width), func(t *testing.T) { shootAfterwards(t, scheme, width) })
			t.Run(fmt.Sprintf("files-%s-%d", scheme, width), func(t *testing.T) { shootFiles(t, scheme, width) })
		}
	}
	t.Run("others", shootOthers)
}

// save writes a picture of what is in the window, or of the whole page.
func (p *tab) save(name string, whole bool) {
	p.Helper()
	var png []byte
	if whole {
		png = get(p, chromedp.FullScreenshot(100))
	} else {
		png = get(p, chromedp.CaptureScreenshot())
	}
	p.write(name+".png", png)
}

func (p *tab) write(name string, data []byte) {
	p.Helper()
	if err := os.WriteFile(filepath.Join(*shots, name), data, 0o644); err != nil {
		p.Fatal(err)
	}
}

// shoot goes through the states of a widget.
func shoot(t *testing.T, scheme string, width int64) {
	p := newTab(t)
	p.emulate("prefers-color-scheme", scheme)
	p.size(width, 800)
	p.open(shared.post)
	save := func(name string) { p.save(fmt.Sprintf("%s-%s-%d", name, scheme, width), false) }
	save("top")
	w := p.widget(eval[string](p, "document.querySelector('code-runner').id"))
	w.script(w.js() + ".querySelector('.bar').scrollIntoView({block: 'center'})")
	press(w)
	w.until("it has printed some", w.js()+".querySelectorAll('.out').length > 5")
	save("running")
	w.waitEnd()
	save("ended")
	for name, source := range map[string]string{"error": brokenProgram, "panic": panickingProgram} {
		w.edit(source)
		press(w)
		w.waitEnd()
		w.script(w.js() + ".scrollIntoView({block: 'start'})")
		save(name)
	}
	p.script(`document.querySelector('.callout-takeaway').scrollIntoView({block: 'center'})`)
	save("callout")
}

// shootConnection goes through the states that a server and a network put a
// widget into.
func shootConnection(t *testing.T, scheme string, width int64) {
	w := openScripted(t, "asking", "if (m.type === 'run') { window.socket = socket; window.id = m.id; }")
	w.emulate("prefers-color-scheme", scheme)
	w.size(width, 800)
	save := func(name string) {
		w.script(w.js() + ".querySelector('.bar').scrollIntoView({block: 'center'})")
		w.save(fmt.Sprintf("connection-%s-%s-%d", name, scheme, width), false)
	}
	begin := func(name string, messages ...string) {
		w.begin(messages...)
		w.do(chromedp.Sleep(100 * time.Millisecond)) // a frame, to draw them
		save(name)
	}
	const asked = "out(id, 2, 'Who are you? ')"
	const meter = "{type: 'meter', id, t: 412345, cpu: 3000, memory: 5 << 20, output: 13}"
	begin("queued", "{type: 'queued', id, position: 12}")
	begin("reading", "start(id)", asked, "{type: 'reading', id, seq: 3, t: 9000}", meter)
	w.do(chromedp.WaitVisible(w.sel(".input input")), chromedp.Focus(w.sel(".input input")))
	w.insert("Ada Lovelace")
	w.press(enter)
	w.script("socket.say(out(id, 4, 'Hello, Ada Lovelace.\\nWho are you? '))")
	w.script(w.js() + ".querySelector('.trace').open = true")
	save("answered")
	w.script("socket.cut(1012)")
	save("away")
	w.script("socket.cut(1012)")
	begin("busy", "{type: 'error', id, code: 'busy', retryAfterMs: 4000, message: 'busy: 16 programs are running and 64 are waiting; try again in a moment'}")
	for _, status := range []string{"starved", "server_stopped", "breach", "thread_limit"} {
		begin(status, "start(id)", asked, fmt.Sprintf("end(id, 3, %q, %q)", status, reasons[status]))
	}
	w.script("Date.now = () => 0")
	begin("gone", "start(id)", asked, "{type: 'error', id, code: 'gone', message: ''}")
}

// shootAfterwards goes through what can be done with an edited program and its runs.
func shootAfterwards(t *testing.T, scheme string, width int64) {
	w := openFixture(t, "lanes")
	w.emulate("prefers-color-scheme", scheme)
	w.size(width, 800)
	save := func(name string) {
		w.script(w.js() + ".scrollIntoView({block: 'start', behavior: 'instant'})")
		w.do(chromedp.Sleep(200 * time.Millisecond)) // a style sheet, a frame
		w.save(fmt.Sprintf("%s-%s-%d", name, scheme, width), false)
	}
	w.edit(strings.Replace(w.source(), "range 3", "range 5", 1))
	w.showChanges()
	save("changes")
	w.script(w.js() + ".querySelector('.show-changes').click()")
	for range 2 {
		press(w)
		w.waitEnd()
	}
	w.openView("Replay")
	save("replay")
	w.openView("Compare")
	save("compare")
	w.more("Run 10 times")
	w.until("all runs have ended", w.js()+".querySelectorAll('.repeat tbody tr').length > 0")
	save("repeat")
}

// shootFiles takes a program of several files, with a finding in one.
func shootFiles(t *testing.T, scheme string, width int64) {
	w := openSeveral(t)
	w.emulate("prefers-color-scheme", scheme)
	w.size(width, 800)
	w.chooseFile("double.go")
	w.tabs("prog.go [double.go] go.mod")
	w.cursor("return 2")
	w.insert("x")
	w.until("the file is marked", w.js()+".querySelector('[role=tab][data-found=error]') !== null")
	w.script(w.js() + ".scrollIntoView({block: 'start', behavior: 'instant'})")
	w.save(fmt.Sprintf("files-%s-%d", scheme, width), false)
	w.strip("Add a file")
	w.name("double.go")
	w.do(chromedp.Sleep(100 * time.Millisecond)) // a frame
	w.save(fmt.Sprintf("naming-%s-%d", scheme, width), false)
}

// reasons are about as long as the server's.
var reasons = map[string]string{
	"starved":        "the server was too busy to run it; your program is not to blame, run it again",
	"server_stopped": "stopped because the server was restarted; run it again",
	"breach":         "stopped: the program wrote over what its worker reports with",
	"thread_limit":   "stopped: limit of 256 threads reached",
}

const brokenProgram = `package main

import "fmt"

func main() {
	fmt.Println(undefined)
	var n int = "one"
}
`

const panickingProgram = `package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("to stdout")
	fmt.Fprintln(os.Stderr, "to stderr")
	var m map[string]int
	m["x"]++
}
`

// press runs a widget without the mouse: after a picture of a scaled page the
// browser takes the mouse to be elsewhere.
func press(w widget) {
	w.script(w.js() + ".querySelector('button.run').click()")
}

// shootOthers takes what is not a matter of scheme and width.
func shootOthers(t *testing.T) {
	p := newTab(t)
	p.size(1280, 800)
	p.emulate("forced-colors", "active")
	p.open(shared.fixture)
	w := p.widget("broken")
	press(w)
	w.waitEnd()
	w.script(w.js() + ".scrollIntoView({block: 'start'})")
	p.save("forced-colors", false)

	p.emulate("forced-colors", "none")
	p.open(shared.post)
	p.write("print.pdf", get(p, chromedp.PrintToPDF()))
	p.save("whole", true)

	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.do(chromedp.Navigate(shared.fixture + "#slow"))
	p.save("without-javascript", false)
}
