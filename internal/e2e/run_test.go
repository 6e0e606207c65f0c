package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

func openFixture(t *testing.T, id string) widget {
	t.Helper()
	p := newTab(t)
	p.open(shared.fixture)
	return p.widget(id)
}

// A line is on the reader's screen while the program that printed it sleeps.
func TestRunStreams(t *testing.T) {
	w := openFixture(t, "slow")
	// The page notes when it sees what; polling from here would be slower.
	w.script(fmt.Sprintf(`(() => {
		const widget = %s;
		const seen = window.seen = {};
		const look = () => {
			if (widget.querySelector('.log').textContent.includes('first line')) seen.first ??= performance.now();
			if (widget.dataset.state === 'ended') seen.end ??= performance.now();
			requestAnimationFrame(look);
		};
		look();
	})()`, w.js()))
	w.run()
	w.waitOutput("first line")
	if state := eval[string](w.tab, w.js()+".dataset.state"); state != "running" {
		t.Errorf("first line is shown when the program is %s", state)
	}
	if status := w.waitEnd(); status != "ok" {
		t.Fatalf("status is %q: %s", status, w.text(".status"))
	}
	w.until("the page has noted the end", "seen.end !== undefined")
	ahead := eval[float64](w.tab, "seen.end - seen.first")
	if ahead < 1000 {
		t.Errorf("first line was visible %.0f ms before the end, want at least 1000", ahead)
	}
	if diff := cmp.Diff([]string{"first line", "last line"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if reason := w.text(".reason"); !strings.HasPrefix(reason, "finished in ") {
		t.Errorf("reason is %q", reason)
	}
	if numbers := w.text(".numbers"); !strings.Contains(numbers, "CPU") || !strings.Contains(numbers, "printed") {
		t.Errorf("numbers are %q", numbers)
	}
}

func TestEditThenRun(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit("package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(6 * 7)\n}\n")
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Fatalf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff([]string{"42"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestStop(t *testing.T) {
	w := openFixture(t, "slow")
	w.edit("package main\n\nimport \"time\"\n\nfunc main() {\n\tprintln(\"up\")\n\ttime.Sleep(9 * time.Second)\n}\n")
	w.run()
	w.waitOutput("up")
	begin := time.Now()
	w.stop()
	if status := w.waitEnd(); status != "killed" {
		t.Errorf("status is %q", status)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	if reason := w.text(".reason"); !strings.Contains(reason, "stopped") {
		t.Errorf("reason is %q", reason)
	}
	if !eval[bool](w.tab, w.js()+".querySelector('button.stop').hidden") {
		t.Error("Stop is still there")
	}
}

// An endless loop ends at its limit, and the page says which.
func TestLimits(t *testing.T) {
	for _, test := range []struct{ id, status, reason string }{
		{"endless", "cpu_limit", "stopped: 700 ms of CPU time used"},
		{"sleeper", "wall_limit", "stopped: 1 s of wall time used"},
		{"flood", "output_limit", "stopped: output limit of 256 KiB reached"},
	} {
		t.Run(test.id, func(t *testing.T) {
			w := openFixture(t, test.id)
			w.run()
			status := w.waitEnd()
			for tries := 0; status == "starved" && tries < 5; tries++ { // so says a busy machine
				w.run()
				status = w.waitEnd()
			}
			if status != test.status {
				t.Errorf("status is %q, want %q", status, test.status)
			}
			if reason := w.text(".reason"); reason != test.reason {
				t.Errorf("reason is %q, want %q", reason, test.reason)
			}
			if advice := w.text(".advice"); advice == "" {
				t.Error("nothing says what to try")
			}
		})
	}
}

// A flood ends at its limit. All of it is shown, and the tab does not freeze.
func TestFlood(t *testing.T) {
	w := openFixture(t, "flood")
	unit := eval[float64](w.tab, drawLines) // the machine may be slow, or busy
	w.script(frames)
	w.run()
	if status := w.waitEnd(); status != "output_limit" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	w.until("all of it is shown", w.js()+".querySelectorAll('.out').length > 40000 && (window.shown === (window.shown = "+w.js()+".querySelectorAll('.out').length))")
	got := w.output()
	for i, line := range got[:len(got)-1] { // the last may have been cut
		if line != fmt.Sprint(i) {
			t.Fatalf("line %d is %q", i, line)
		}
	}
	longest := eval[float64](w.tab, "longest")
	t.Logf("a frame, the longest frame and the longest task: %v ms; 2000 lines at once take %.0f ms", eval[[]int](w.tab, pace), unit)
	if longest > 1000+5*unit {
		t.Errorf("the tab froze for %.0f ms", longest)
	}
}

// drawLines is how many milliseconds it takes to draw 2000 lines once.
const drawLines = `(() => {
	const begin = performance.now();
	const log = document.createElement('div');
	log.className = 'log';
	for (let i = 0; i < 2000; i++) {
		const line = document.createElement('div');
		line.className = 'out';
		line.append(i);
		log.append(line);
	}
	document.body.append(log);
	log.getBoundingClientRect();
	log.remove();
	return performance.now() - begin;
})()`

// A compile error is shown at its line, and choosing it goes there.
func TestCompileError(t *testing.T) {
	w := openFixture(t, "broken")
	w.run()
	if status := w.waitEnd(); status != "compile_error" {
		t.Fatalf("status is %q: %s", status, w.text(".status"))
	}
	marked := w.marked("error")
	if diff := cmp.Diff([]int{6, 7}, marked); diff != "" {
		t.Errorf("marked lines (-want +got):\n%s", diff)
	}
	list := w.text(".diagnostics")
	if !strings.Contains(list, "7:") || !strings.Contains(list, "undefined") {
		t.Errorf("diagnostics are %q", list)
	}
	w.script(fmt.Sprintf("[...%s.querySelectorAll('.diagnostics button')].at(-1).click()", w.js()))
	behind := w.behind()
	if !strings.HasPrefix(behind, "undefined)") {
		t.Errorf("the cursor is before %q", behind)
	}
}

// Marks stay with their lines while the reader edits above them, and the list
// says that it is about an earlier version.
func TestFindingsMove(t *testing.T) {
	w := openFixture(t, "broken")
	w.run()
	w.waitEnd()
	outdated := func() bool { return eval[bool](w.tab, w.js()+".querySelector('.outdated').checkVisibility()") }
	if outdated() {
		t.Error("the list is outdated at once")
	}
	w.cursor("package main")
	w.insert("\n\n// new\n")
	w.cursor("x := 1")
	w.insert("0")
	marked := w.marked("error")
	if diff := cmp.Diff([]int{10}, marked); diff != "" {
		t.Errorf("marked lines (-want +got):\n%s", diff)
	}
	if !outdated() {
		t.Error("the list does not say that it is outdated")
	}
	w.script(fmt.Sprintf("[...%s.querySelectorAll('.diagnostics button')].at(-1).click()", w.js()))
	behind := w.behind()
	if !strings.HasPrefix(behind, "undefined)") {
		t.Errorf("the cursor is before %q", behind)
	}
}

func TestTwoAtOnce(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	slow, quick := p.widget("slow"), p.widget("quick")
	slow.run()
	slow.waitOutput("first line")
	quick.run()
	if status := quick.waitEnd(); status != "ok" {
		t.Errorf("quick: %s", quick.text(".status"))
	}
	if state := eval[string](p, slow.js()+".dataset.state"); state != "running" {
		t.Errorf("slow is %s when quick has ended", state)
	}
	if status := slow.waitEnd(); status != "ok" {
		t.Errorf("slow: %s", slow.text(".status"))
	}
	if diff := cmp.Diff([]string{"first line", "last line"}, slow.output()); diff != "" {
		t.Errorf("slow's output (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"hello"}, quick.output()); diff != "" {
		t.Errorf("quick's output (-want +got):\n%s", diff)
	}
}

// Both streams are shown as text, told apart, with how the program ended.
func TestStreams(t *testing.T) {
	w := openFixture(t, "streams")
	w.run()
	if status := w.waitEnd(); status != "exit" {
		t.Errorf("status is %q", status)
	}
	if diff := cmp.Diff([]string{"to stdout <b>&amp;</b>", "to stderr", "no newline"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	stderr := eval[[]string](w.tab, fmt.Sprintf("[...%s.querySelectorAll('.out.stderr')].map((n) => n.textContent)", w.js()))
	if diff := cmp.Diff([]string{"stderr: to stderr"}, stderr); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	if reason := w.text(".reason"); !strings.HasPrefix(reason, "exited with status 3") {
		t.Errorf("reason is %q", reason)
	}
}

func TestSilentProgram(t *testing.T) {
	w := openFixture(t, "silent")
	w.run()
	w.waitEnd()
	if note := w.text(".log-note"); note != "The program printed nothing." {
		t.Errorf("note is %q", note)
	}
}

func TestReadOnly(t *testing.T) {
	w := openFixture(t, "fixed")
	if eval[bool](w.tab, w.js()+".querySelector('textarea') !== null") {
		t.Error("it can be edited")
	}
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
	if diff := cmp.Diff([]string{"fixed"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// Running again while a program runs ends it and starts over.
func TestRunAgain(t *testing.T) {
	w := openFixture(t, "slow")
	w.run()
	w.waitOutput("first line")
	w.cursor("package")
	w.press(enter, chromedp.ModifierCtrl)
	w.until("the output is fresh", w.js()+".querySelectorAll('.out').length === 0")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
	if diff := cmp.Diff([]string{"first line", "last line"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}
