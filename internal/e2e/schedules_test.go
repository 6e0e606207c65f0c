package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// explored opens what else could happen to a program, and waits for the outcomes.
func explored(t *testing.T, scheme string, width int64) widget {
	w := openFixture(t, "overdrawn")
	w.emulate("prefers-color-scheme", scheme)
	w.size(width, 900)
	w.run()
	w.waitEnd()
	w.script(w.js() + `.querySelector('button[aria-label^="What else could happen?"]').click()`)
	w.until("there are outcomes", w.js()+".querySelectorAll('.outcomes tbody tr').length === 2")
	w.script(w.js() + ".scrollIntoView({block: 'start'})")
	return w
}

// shot keeps a picture, if somebody wants to see it.
func (w widget) shot(name, scheme string, width int64) {
	if *shots != "" {
		w.save(fmt.Sprintf("schedules-%s-%s-%d", name, scheme, width), false)
	}
}

// Outcomes are a table; each opens what it printed and its timeline, two beside each other,
// and the places where somebody was stopped are marked in the program, in the timeline, and
// lead to their lines.
func TestOutcomes(t *testing.T) {
	for i, scheme := range []string{"light", "dark"} {
		for k, width := range []int64{360, 1280} {
			if i != k && *shots == "" {
				continue // either differs from the other in colours or in width alone
			}
			t.Run(fmt.Sprintf("%s-%d", scheme, width), func(t *testing.T) {
				w := explored(t, scheme, width)
				table := w.text(".outcomes")
				for _, part := range []string{"ends", "balance 0", "balance -100", "seed 0", "%"} {
					if !strings.Contains(table, part) {
						t.Errorf("no %q in the table: %s", part, table)
					}
				}
				w.shot("table", scheme, width)
				w.script(w.js() + ".querySelectorAll('.outcomes tbody button')[1].click()")
				w.until("the order was run", w.js()+".querySelector('.side .printed')?.textContent === 'balance -100\\n'")
				w.until("there is its timeline", w.js()+".querySelector('.side .said')?.textContent.startsWith('3 goroutines')")
				if got := w.text(".switches"); !strings.Contains(got, "was stopped before sync.(*Mutex).Lock, and main.func2 #3 went on, line 20") {
					t.Errorf("switch points: %s", got)
				}
				w.until("the line is marked", w.js()+`.querySelector('.editor [data-waits="main.func2 #2 was stopped here"]') !== null`)
				w.script(w.js() + ".querySelectorAll('.outcomes tbody button')[0].click()")
				w.until("there are two sides", w.js()+".querySelectorAll('.side .printed:not([hidden])').length === 2")
				w.until("both are drawn", w.js()+".querySelectorAll('.side .said').length === 2 && [..."+w.js()+".querySelectorAll('.side .said')].every((s) => s.textContent.startsWith('3 goroutines'))")
				w.script(w.js() + ".querySelector('.sides').scrollIntoView({block: 'nearest'})")
				w.shot("sides", scheme, width)
				w.script(w.js() + `.querySelector('.side .controls button[aria-label^="As a table"]').click()`)
				w.until("the table of what happened tells of it", w.js()+".querySelector('.side .facts').textContent.includes('was stopped before sync.(*Mutex).Lock, and main.func2 #3 went on')")
				w.script(w.js() + ".querySelector('.switches .place').click()")
				w.until("the cursor is at its line", w.either(
					w.js()+".querySelector('textarea').value.slice(0, "+w.js()+".querySelector('textarea').selectionStart).split('\\n').length === 20",
					w.view()+".state.doc.lineAt("+w.view()+".state.selection.main.head).number === 20"))
				if wide := eval[int](w.tab, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
					t.Errorf("the page is %d px too wide", wide)
				}
			})
		}
	}
}

// Who is the scheduler chooses by button or key who goes on, can go back, comes to an end
// with a seed, and is told all of that.
func TestBeTheScheduler(t *testing.T) {
	for i, scheme := range []string{"light", "dark"} {
		if i == 0 && *shots == "" {
			continue // the one on a phone is the harder
		}
		width := []int64{1280, 360}[i]
		t.Run(fmt.Sprintf("%s-%d", scheme, width), func(t *testing.T) {
			w := explored(t, scheme, width)
			options := w.js() + ".querySelectorAll('.options button:not([aria-disabled])')"
			said := w.js() + ".querySelector('.player .head').textContent"
			w.script(w.js() + `.querySelector('button[aria-label^="Be the scheduler"]').click()`)
			w.until("there is a choice", options+".length > 1")
			w.until("the usual one has the focus", "document.activeElement?.dataset.default !== undefined")
			w.press(key{"2", "Digit2", "2", 50})
			w.until("it was made", said+".startsWith('You chose main.func2 #2. Choice 2') && "+options+".length > 1")
			w.script(w.js() + ".querySelector('.player').scrollIntoView({block: 'nearest'})")
			w.shot("player", scheme, width)
			back := func() {
				w.press(key{"Backspace", "Backspace", "", 8})
				w.until("it was taken back", said+".startsWith('Choice 1') && "+options+".length > 1")
			}
			back()
			if width == 360 { // a tap on a lane chooses as well
				call(w.tab, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
				const second = 24 + 26 + 13 // below the axis and main's lane
				w.until("there are lanes", w.js()+".querySelector('.player canvas.lanes').clientHeight > 24 + 2*26")
				x, y, _ := w.place(".player canvas.lanes")
				w.fingers(input.DispatchTouchEventTypeTouchStart, [2]float64{x + 40, y + second})
				w.fingers(input.DispatchTouchEventTypeTouchEnd)
				w.until("the lane's goroutine was chosen", said+".startsWith('You chose main.func2 #2. Choice 2') && "+options+".length > 1")
				w.script(w.js() + ".querySelector('.player').focus?.(); " + w.js() + ".querySelector('.options button').focus()")
				back()
			}
			for range 40 { // the usual one, as often as there is a choice
				if strings.HasPrefix(eval[string](w.tab, said), "With your") {
					break
				}
				before := eval[string](w.tab, said)
				w.script(w.js() + ".querySelector('.options [data-default]').click()")
				w.until("the next choice is there", said+" !== "+quote(before)+" && ("+options+".length > 1 || "+said+".startsWith('With your'))")
			}
			if got := eval[string](w.tab, said); !strings.Contains(got, "ends; balance 0. Seed 0.") {
				t.Errorf("the end: %s", got)
			}
			w.shot("player-end", scheme, width)
		})
	}
}

// An outcome that is not what the author says is one that should not be.
func TestOutcomeIsNotAsDocumented(t *testing.T) {
	w := openFixture(t, "stale")
	w.run()
	w.waitEnd()
	w.script(w.js() + `.querySelector('button[aria-label^="What else could happen?"]').click()`)
	w.until("there is an outcome", w.js()+".querySelectorAll('.outcomes tbody tr').length === 1")
	if got := w.text(".outcomes tbody b"); got != "ends, not as documented" {
		t.Errorf("it says %q", got)
	}
}

// A link carries the program and the seed, and shows that order.
func TestLinkToAnOrder(t *testing.T) {
	w := explored(t, "light", 1280)
	w.script(w.js() + ".querySelectorAll('.outcomes tbody button')[1].click()")
	w.until("the order was run", w.js()+".querySelector('.side .printed')?.textContent === 'balance -100\\n'")
	seed := eval[string](w.tab, w.js()+".querySelector('.side .head').textContent.match(/seed (.*)$/)[1]")
	link := module[string](w.tab, "schedules/link.js", fmt.Sprintf("m.linkTo(%s, %s, 'overdrawn')", quote(w.source()), quote(seed)))
	if !strings.HasSuffix(link, "&block=overdrawn&seed="+seed) {
		t.Fatalf("the link is %s", link)
	}
	w.do(chromedp.Navigate("about:blank"))
	w.reopen(link)
	w.until("the order is shown", w.js()+".querySelector('.side .printed')?.textContent === 'balance -100\\n'")
	if got := w.text(".side .head"); !strings.Contains(got, seed) {
		t.Errorf("it says %q", got)
	}
}

// Data races are outcomes if they are asked for: the order of one tells both accesses, and
// marks their lines.
func TestOutcomesWithRaces(t *testing.T) {
	w := explored(t, "light", 360)
	w.edit("package main\n\nvar n int\n\nfunc main() {\n\tdone := make(chan bool)\n\tgo func() { n++; done <- true }()\n\tprintln(n)\n\t<-done\n}")
	w.script(w.js() + ".querySelector('.schedules [type=checkbox]').click()")
	w.script(w.js() + `.querySelector('button[aria-label^="Try orders"]').click()`)
	w.until("a race is an outcome", "("+w.js()+`.querySelector('.outcomes [data-kind=race]')?.textContent ?? '').includes('data raceDATA RACE: read at prog.go:8 and write at prog.go:7')`)
	w.shot("races", "light", 360)
	w.script(w.js() + ".querySelector('.outcomes [data-kind=race] button').click()")
	w.until("both accesses are told", "[..."+w.js()+`.querySelectorAll('.switches li')].filter((li) => /^races: (read|write) by .*, line [78]$/.test(li.textContent)).length >= 2`)
	w.until("their lines are marked", w.js()+`.querySelectorAll('.editor [data-waits*=" by "]').length === 2`)
	if wide := eval[int](w.tab, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
		t.Errorf("the page is %d pixels too wide", wide)
	}
}

// Every state of it is fit for those who see little, or use no mouse.
func TestAxeOfOutcomes(t *testing.T) {
	script := readAxe(t)
	for i, scheme := range []string{"light", "dark"} {
		w := explored(t, scheme, []int64{360, 1280}[i])
		w.script(script)
		w.alone()
		w.axe("outcomes")
		w.script(w.js() + ".querySelectorAll('.outcomes tbody button')[1].click()")
		w.until("there is its timeline", w.js()+".querySelector('.side .said')?.textContent.startsWith('3 goroutines')")
		w.axe("an order")
		w.script(w.js() + `.querySelector('button[aria-label^="Be the scheduler"]').click()`)
		w.until("there is a choice", w.js()+".querySelectorAll('.options button:not([aria-disabled])').length > 1")
		w.axe("a choice")
	}
}
