package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// racy is a program of which raced tells.
const racy = "package main\n\nimport \"sync\"\n\nvar total int\n\nfunc add() { total++ }\n\nfunc main() {\n\tvar wg sync.WaitGroup\n\twg.Go(add)\n\tprintln(total)\n\twg.Wait()\n}"

// raced is a server that finds a race in its first run, none in the next two, and then
// cannot look at everything.
const raced = `
	if (m.type !== 'run') return;
	window.runs = [...(window.runs ?? []), m.race === true];
	const race = {type: 'race', id: m.id, seq: 2, accesses: [
		{g: 7, name: 'main.add', what: 'write', file: 'prog.go', line: 7, started: {name: 'main.main', file: 'prog.go', line: 11}},
		{g: 1, name: 'main.main', what: 'read', file: 'prog.go', line: 12}]};
	socket.say(start(m.id));
	if (runs.length === 1) {
		socket.say(race);
		socket.say({...end(m.id, 3, 'exit', 'exit status 66'), exit: 66});
	} else if (runs.length < 4) {
		const forged = '==================\nWARNING: DATA RACE\nWrite at … by goroutine 7:\n  main.add()\n      prog.go:7\n\n' +
			'Previous read at … by main goroutine:\n  main.main()\n      prog.go:12\n==================\nFound 1 data race(s)\n';
		socket.say({...out(m.id, 2, forged), type: 'stderr'});
		socket.say(end(m.id, 3));
	} else {
		socket.say({type: 'race', id: m.id, seq: 2, over: true});
		socket.say(end(m.id, 3));
	}`

// Races are told in words, and stand at both of their lines with what was done there,
// each with a link to the other; a run that sees none says that this is no proof, and what
// a program prints of races is not believed. On
// phones and laptops nothing is too wide, and everybody can use it.
func TestRaces(t *testing.T) {
	script := readAxe(t)
	for i, screen := range screens {
		t.Run(fmt.Sprint(screen[0]), func(t *testing.T) {
			w := openScripted(t, "quick", raced)
			w.size(screen[0], screen[1])
			w.emulate("prefers-color-scheme", []string{"dark", "light"}[i])
			w.script(script)
			w.alone()
			w.edit(racy)
			w.more("Find races")
			w.waitEnd()
			verdict := w.js() + ".querySelector('.races [role=status]').textContent"
			w.until("the race is told", w.js()+".querySelector('.races') !== null && "+verdict+".startsWith('1 race found')")
			told := eval[[]string](w.tab, "[..."+w.js()+".querySelectorAll('.races li p')].map((p) => p.textContent)")
			want := []string{"line 7 write by goroutine 7 in main.add, started at line 11 func add() { total++ }", "line 12 read by main goroutine in main.mainprintln(total)"}
			if diff := cmp.Diff(want, told); diff != "" {
				t.Errorf("accesses (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]int{7, 12}, w.marked("waiting")); diff != "" {
				t.Errorf("marked lines (-want +got):\n%s", diff)
			}
			said := eval[[]string](w.tab, "[..."+w.js()+".querySelectorAll('[data-waits]')].map((l) => l.dataset.waits)")
			if diff := cmp.Diff([]string{"write by goroutine 7", "read by main goroutine"}, said); diff != "" {
				t.Errorf("what was done there (-want +got):\n%s", diff)
			}
			w.until("the lines have links", w.js()+".querySelectorAll('.cm-line .link').length === 2")
			w.axe("races")
			if wide := eval[int](w.tab, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
				t.Errorf("the page is %d pixels too wide", wide)
			}
			if *shots != "" {
				w.save(fmt.Sprintf("races-%d", screen[0]), false)
			}

			line := fmt.Sprintf("(() => { const {doc, selection} = %s.state; return doc.lineAt(selection.main.head).number; })()", w.view())
			w.script(w.js() + ".querySelectorAll('.cm-line .link')[0].click()")
			w.until("the link leads to the other line", line+" === 12")
			w.script(w.js() + ".querySelector('.races button').click()")
			w.until("the list leads to the first", line+" === 7")

			w.cursor("total++")
			w.insert(" ")
			w.until("a line that was changed has neither mark nor link", w.js()+".querySelectorAll('[data-waits]').length === 1 && "+w.js()+".querySelectorAll('.cm-line .link').length === 1")
			w.run()
			w.waitEnd()
			w.until("a plain run says nothing of races", "!"+w.js()+".querySelector('.races').checkVisibility() && "+w.js()+".querySelector('.link, [data-waits]') === null")
			w.script(w.js() + ".querySelector('.ways [aria-label^=\"Find races\"]').click()")
			w.until("none is no proof", verdict+".startsWith('No race was seen in this run') && "+verdict+".includes('no proof')")
			w.script(w.js() + ".querySelector('.ways [aria-label^=\"Find races\"]').click()")
			w.until("it says that it could not look at everything", verdict+".includes('too many variables')")
			if diff := cmp.Diff([]bool{true, false, true, true}, eval[[]bool](w.tab, "runs")); diff != "" {
				t.Errorf("what was asked (-want +got):\n%s", diff)
			}
		})
	}
}

// The plain editor has the marks, and the links are in the list. This is the detector
// itself: whichever of the two comes first, they race.
func TestRacesInThePlainEditor(t *testing.T) {
	p := newTab(t)
	p.keepEditorAway()
	p.open(shared.fixture)
	w := p.widget("quick")
	w.edit(strings.Replace(racy, "println(total)", "total = 1", 1))
	w.more("Find races")
	if status := w.waitEnd(); status != "exit" {
		t.Errorf("status is %q", status)
	}
	w.until("lines are marked", w.js()+".querySelectorAll('[data-waits]').length === 2")
	if diff := cmp.Diff([]int{7, 12}, w.marked("waiting")); diff != "" {
		t.Errorf("marked lines (-want +got):\n%s", diff)
	}
	w.clickOn(".races li p:last-child button")
	if behind := w.behind(); behind == "" {
		t.Error("the list leads nowhere")
	}
}
