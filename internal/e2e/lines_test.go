package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// frames notes how long the page took for each frame while something is drawn, and
// its longest task.
const frames = `
	window.times = [];
	window.longest = 0;
	(function next(now) { times.push(now); requestAnimationFrame(next); })(performance.now());
	new PerformanceObserver((list) => {
		for (const e of list.getEntries()) longest = Math.max(longest, e.duration);
	}).observe({type: 'longtask'});`

// pace is what came of it: the median of a frame's milliseconds, the longest, and
// the longest task.
const pace = `(() => {
	const took = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b);
	return [took[took.length >> 1], took.at(-1), longest].map(Math.round);
})()`

// As much as a run may print, in as many lines as are likely, is shown to the last
// line, can be found, selected and copied, and what is not in sight is not laid out.
func TestLongOutput(t *testing.T) {
	w := openPrinting(t)
	var text strings.Builder
	for i := 0; text.Len() < 1<<18-32; i++ {
		fmt.Fprintf(&text, "line %d\n", i)
	}
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	w.script(frames)
	w.printed(text.String())
	w.until("all lines are drawn", fmt.Sprintf("%s.querySelectorAll('.out').length === %d", w.js(), len(lines)))
	t.Logf("%d lines; a frame, the longest frame and the longest task: %v ms", len(lines), eval[[]int](w.tab, pace))
	if got := strings.Join(w.output(), "\n"); got != strings.Join(lines, "\n") {
		t.Error("the lines that are shown are not those that were printed")
	}

	// The last is in sight, as it came; a block in the middle costs nothing.
	w.script(fmt.Sprintf("window.log = %s.querySelector('.log'); window.block = log.children[log.childElementCount >> 1]", w.js()))
	w.until("the end is in sight", "log.scrollTop + log.clientHeight >= log.scrollHeight - 4")
	const laidOut = "block.firstChild.checkVisibility({contentVisibilityAuto: true})"
	w.until("what is out of sight is not laid out", "!"+laidOut)

	middle := lines[len(lines)/2]
	if !eval[bool](w.tab, fmt.Sprintf("getSelection().removeAllRanges() ?? window.find(%s)", quote(middle))) {
		t.Errorf("%q is not found", middle)
	}
	if at := eval[string](w.tab, "getSelection().anchorNode.parentNode.closest('.out').textContent"); at != middle {
		t.Errorf("found %q, want %q", at, middle)
	}
	w.script("block.scrollIntoView(); getSelection().selectAllChildren(log)")
	w.until("what is scrolled to is laid out", laidOut)
	if got := eval[string](w.tab, "getSelection().toString()"); strings.TrimSpace(got) != strings.Join(lines, "\n") {
		t.Errorf("%d of %d bytes are selected", len(got), text.Len())
	}
}
