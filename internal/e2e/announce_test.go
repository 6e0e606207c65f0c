package e2e

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A deadlock marks the line of every goroutine with what it waits for, in the
// plain editor and in the editor proper; an edit of the line takes the mark away.
func TestDeadlockMarks(t *testing.T) {
	const source = "package main\n\nimport \"sync\"\n\nfunc main() {\n\tch := make(chan int)\n\tvar mu sync.Mutex\n\tmu.Lock()\n\tgo func() {\n\t\tmu.Lock()\n\t}()\n\t<-ch\n}"
	inBoth(t, func(t *testing.T, w widget) {
		w.edit(source)
		w.run()
		if status := w.waitEnd(); status != "deadlock" {
			t.Fatalf("status is %q", status)
		}
		waits := fmt.Sprintf("[...%s.querySelectorAll('[data-waits]')].map((l) => l.textContent.trim() + ' ' + l.dataset.waits.replace(/\\d+/, 'N'))", w.js())
		w.until("lines are marked", waits+".length === 2")
		want := []string{"mu.Lock() goroutine N waits: sync.Mutex.Lock", "<-ch goroutine N waits: chan receive"}
		if diff := cmp.Diff(want, eval[[]string](w.tab, waits)); diff != "" {
			t.Errorf("marks (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]int{10, 12}, w.marked("waiting")); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
		w.cursor("<-ch")
		w.insert("h")
		w.until("one is left", waits+".length === 1")
	})
}

// Whatever a program prints, screen readers are told as much as they can read
// out, and how much that leaves out.
func TestAnnouncementsArePaced(t *testing.T) {
	w := openScripted(t, "quick", `if (m.type === 'run') { window.socket = socket; window.id = m.id; socket.say(start(m.id)); }`)
	w.run()
	w.waitState("running")
	const region = ".querySelector('.announcer')"
	w.until("there is a region", w.js()+region+" !== null")
	w.script(`window.told = [];
		new MutationObserver(() => told.push({at: performance.now(), text: ` + w.js() + region + `.textContent})).observe(` + w.js() + region + `, {childList: true});
		let text = '';
		for (let i = 0; i < 500; i++) text += 'line ' + i + ' ' + 'x'.repeat(100) + '\n';
		socket.say(out(id, 2, text));
		socket.say(end(id, 3));`)
	w.until("it is told twice", "told.length >= 2")
	if first := eval[string](w.tab, "told[0].text.split('\\n')[0]"); first != "480 lines are not read out." {
		t.Errorf("it begins with %q", first)
	}
	if apart := eval[float64](w.tab, "told[1].at - told[0].at"); apart < 1000 {
		t.Errorf("%.0f ms are between two announcements", apart)
	}
	if longest := eval[int](w.tab, "Math.max(...told.map((a) => a.text.length))"); longest > 400 {
		t.Errorf("an announcement has %d characters", longest)
	}
	if live := eval[string](w.tab, w.js()+".querySelector('.log').getAttribute('aria-live')"); live != "off" {
		t.Errorf("the output itself is told as well: %q", live)
	}
}
