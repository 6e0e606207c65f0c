package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
)

// watch opens the timeline of the fixture with goroutines, which runs it.
func watch(t *testing.T) widget {
	t.Helper()
	w := openFixture(t, "lanes")
	w.openTimeline()
	return w
}

// openTimeline runs the program once, which is when there is something to choose, and
// then again for its timeline.
func (w widget) openTimeline() {
	w.Helper()
	w.run()
	w.until("there is something to choose", w.js()+".querySelector('.views').checkVisibility()")
	w.script(w.js() + ".querySelector('.views [aria-label^=Timeline]').click()")
	w.until("the timeline is there", w.js()+".querySelector('.timeline canvas') !== null")
}

// picture says whether the canvas has anything but its ground, between two heights.
const picture = `(() => { // how many colours it has
	const c = document.querySelector('#lanes canvas');
	if (!c || c.width === 0 || c.height < 50) return 0;
	const {data} = c.getContext('2d').getImageData(0, 0, c.width, c.height);
	const seen = new Set();
	for (let i = 0; i < data.length; i += 4) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
	return seen.size;
})()`

// The timeline of a program grows while it runs.
func TestTimelineIsLive(t *testing.T) {
	w := openScripted(t, "lanes", `
		if (m.type === 'run') {
			window.asked = m.observe === true;
			const events = (seq, t, list) => ({type: 'events', id: m.id, seq, t, version: 1, list});
			window.more = () => socket.say(events(3, 9000, [['start', 5000, 18], ['block', 6000, 18, 1, 1, 0, 0, 'chan send']]));
			for (const message of [start(m.id), events(2, 3000, [['site', 0, 0, 1, 0, 0, 3, 'prog.go\tmain.main'], ['start', 10, 1]])]) socket.say(message);
		}`)
	w.openTimeline()
	w.until("there is a picture while it runs", "window.asked && "+picture+" > 3 && "+w.js()+".dataset.state === 'running'")
	before := eval[int](w.tab, w.js()+".querySelector('canvas').height")
	w.script("more()")
	w.until("it has another lane", fmt.Sprintf("%s.querySelector('canvas').height > %d", w.js(), before))
	w.script(w.js() + ".querySelector('.views button').click()")
	w.until("the output is there again", w.js()+".querySelector('.output').checkVisibility() && !"+w.js()+".querySelector('.timeline').checkVisibility()")
}

// It tells in words what it shows, and the source lights up at what is pointed at, by
// keys too; and the other way round.
func TestTimeline(t *testing.T) {
	w := watch(t)
	if status := w.waitEnd(); status != "ok" {
		t.Fatalf("status %s", status)
	}
	w.until("it says what it shows", w.js()+".querySelector('.said').textContent.includes('18 values')")
	said := w.text(".said")
	for _, part := range []string{"5 goroutines", "main.func1", "at most", "waited longest", "at line ", "from one goroutine to another"} {
		if !strings.Contains(said, part) {
			t.Errorf("the summary lacks %q: %s", part, said)
		}
	}

	w.focus("canvas")
	for range 3 {
		w.press(key{"ArrowRight", "ArrowRight", "", 39})
	}
	w.until("a line is lit", w.js()+".querySelectorAll('[data-lit]').length === 1")
	if info := w.text(".info"); !strings.Contains(info, "main #1") || !strings.Contains(info, ", line ") {
		t.Errorf("the keys have come to %q", info)
	}
	w.press(key{"ArrowDown", "ArrowDown", "", 40})
	w.press(key{"+", "Equal", "+", 187})
	if info := w.text(".info"); !strings.Contains(info, "main.func1 #") {
		t.Errorf("the next lane is %q", info)
	}
	before := eval[string](w.tab, w.js()+".querySelector('canvas').toDataURL()")
	w.cursor("results <- j")
	w.press(key{"End", "End", "", 35})
	w.until("the line stands out in the picture", w.js()+".querySelector('canvas').toDataURL() !== "+quote(before))
}

// A run is played again, at the reader's speed, and the lines where its goroutines are
// light up meanwhile.
func TestTimelineReplay(t *testing.T) {
	w := watch(t)
	w.waitEnd()
	speed := func(s string) {
		w.script(w.js() + ".querySelector('.controls select').value = '" + s + "'; " + w.js() + ".querySelector('.controls select').dispatchEvent(new Event('change'))")
	}
	speed("0.25") // which lasts for a quarter of a minute
	w.clickOn(`.controls button[aria-label^="Replay"]`)
	w.until("lines are lit while it plays", w.js()+".querySelectorAll('[data-lit]').length > 0 && "+w.js()+".querySelector('.controls input').value < 1000")
	speed("8")
	w.until("it comes to its end", w.js()+".querySelector('.controls input').value === '1000' && "+w.js()+".querySelector('.controls button[aria-label^=\"Replay\"]') !== null")
	w.script(w.js() + ".querySelector('.controls input').value = 500; " + w.js() + ".querySelector('.controls input').dispatchEvent(new Event('input'))")
	w.until("it stands where it was put", w.js()+".querySelectorAll('[data-lit]').length > 0")
}

// What is saved as a picture is one: of every lane, with its name, in SVG to be found and
// copied as text, in PNG as large as it is drawn.
func TestTimelineIsSaved(t *testing.T) {
	w := watch(t)
	w.waitEnd()
	w.until("there is a picture", picture+" > 3")
	w.script("URL.createObjectURL = (blob) => { window.saved = blob; return '#'; }")
	w.script(w.js() + `.querySelector('.controls button[aria-label^="Save as SVG"]').click()`)
	w.script("saved.text().then((text) => { window.svg = new DOMParser().parseFromString(text, saved.type); })")
	w.until("the SVG is well formed", "window.svg?.documentElement.localName === 'svg' && !svg.querySelector('parsererror')")
	lanes := eval[string](w.tab, "[...svg.querySelectorAll('text')].map((t) => t.textContent).join(' ')")
	for _, lane := range []string{"main #1", "main.func1 #"} {
		if !strings.Contains(lanes, lane) {
			t.Errorf("no lane %q in the SVG: %s", lane, lanes)
		}
	}
	if bars := eval[int](w.tab, "svg.querySelectorAll('rect').length"); bars < 5 {
		t.Errorf("%d bars for 5 goroutines", bars)
	}
	w.script("window.saved = null; " + w.js() + `.querySelector('.controls button[aria-label^="Save as PNG"]').click()`)
	w.until("it is there", "window.saved?.type === 'image/png'")
	w.script("createImageBitmap(saved).then((p) => { window.png = [p.width, p.height].join(); })")
	w.until("the PNG is the picture", "window.png === (({width, height}) => [width, height].join())("+w.js()+".querySelector('canvas'))")
}

// fingers puts fingers on the page, moves them or, if there are none, takes them away.
func (p *tab) fingers(kind input.DispatchTouchEventType, at ...[2]float64) {
	p.Helper()
	points := []*input.TouchPoint{}
	for i, xy := range at {
		id := float64(i)
		points = append(points, &input.TouchPoint{X: xy[0], Y: xy[1], ID: &id})
	}
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
}

// place is where a part of the widget is in the window, once it is in sight.
func (w widget) place(part string) (x, y, width float64) {
	w.Helper()
	at := w.js() + ".querySelector(" + quote(part) + ")"
	w.script(at + ".scrollIntoView({block: 'center', behavior: 'instant'})")
	box := eval[[]float64](w.tab, "(({x, y, width}) => [x, y, width])("+at+".getBoundingClientRect())")
	return box[0], box[1], box[2]
}

// Two fingers zoom, and one moves what is seen then.
func TestTimelineByTouch(t *testing.T) {
	w := openFixture(t, "lanes")
	w.size(360, 740)
	call(w.tab, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	w.openTimeline()
	w.waitEnd()
	w.until("there is a picture", picture+" > 3")
	x, y, width := w.place("canvas.lanes")
	const drawn = ".querySelector('canvas.lanes').toDataURL()"
	all := eval[string](w.tab, w.js()+drawn)
	middle := x + width/2
	w.fingers(input.DispatchTouchEventTypeTouchStart, [2]float64{middle - 20, y + 40}, [2]float64{middle + 20, y + 40})
	for i := range 5 {
		d := 20 + 10*float64(i)
		w.fingers(input.DispatchTouchEventTypeTouchMove, [2]float64{middle - d, y + 40}, [2]float64{middle + d, y + 40})
	}
	w.fingers(input.DispatchTouchEventTypeTouchEnd)
	w.until("it is larger", w.js()+drawn+" !== "+quote(all))
	w.script("window.large = " + w.js() + drawn)
	w.fingers(input.DispatchTouchEventTypeTouchStart, [2]float64{middle, y + 40})
	for i := range 5 {
		w.fingers(input.DispatchTouchEventTypeTouchMove, [2]float64{middle + 10*float64(i), y + 40})
	}
	w.fingers(input.DispatchTouchEventTypeTouchEnd)
	w.until("it has moved", w.js()+drawn+" !== large")
	w.script(w.js() + `.querySelector('.controls button[aria-label^="Fit"]').click()`)
	w.until("all is in sight again", w.js()+drawn+" === "+quote(all))
}

// The same facts are there as a table, whose places lead to the program; and pictures
// can be saved.
func TestTimelineTable(t *testing.T) {
	for i, scheme := range []string{"light", "dark"} {
		for k, width := range []int64{360, 1280} {
			if i != k && *shots == "" {
				continue // either differs from the other in colours or in width alone
			}
			t.Run(fmt.Sprintf("%s-%d", scheme, width), func(t *testing.T) {
				w := openFixture(t, "lanes")
				w.emulate("prefers-color-scheme", scheme)
				w.size(width, 800)
				w.openTimeline()
				w.waitEnd()
				w.until("there is a picture", picture+" > 3")
				if *shots != "" {
					w.save(fmt.Sprintf("timeline-%s-%d", scheme, width), false)
				}
				w.script(w.js() + `.querySelector('.controls button[aria-label^="As a table"]').click()`)
				w.until("there is a table", w.js()+".querySelectorAll('.facts tbody tr').length > 30")
				for _, fact := range []string{"received 64 from main.func1 #", "sent 64 to chan int made at line 17", "started main.func1 #", "printed \"64", "waited [sleep]", "closed"} {
					if !eval[bool](w.tab, fmt.Sprintf("%s.querySelector('.facts').textContent.includes(%s)", w.js(), quote(fact))) {
						t.Errorf("the table lacks %q", fact)
					}
				}
				if *shots != "" {
					w.save(fmt.Sprintf("timeline-table-%s-%d", scheme, width), false)
				}
				w.script(w.js() + ".querySelector('.facts .place').click()")
				w.until("the place is marked", w.js()+".querySelector('[data-mark=\"place\"]') !== null")
				if wide := eval[int](w.tab, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
					t.Errorf("the page is %d px too wide", wide)
				}
			})
		}
	}
}

// Ten thousand events are drawn within a frame.
func TestTimelineIsFast(t *testing.T) {
	w := openFixture(t, "lanes")
	w.script(`(async () => {
		const base = document.querySelector('script[type="module"][src*="/static/"]').src.replace(/[^/]*$/, '');
		const {Model} = await import(base + 'timeline/model.js');
		const {Layout, draw} = await import(base + 'timeline/picture.js');
		const {CanvasPen, colours} = await import(base + 'timeline/pens.js');
		const list = [['site', 0, 0, 1, 0, 0, 3, 'prog.go\tmain.main']];
		for (let g = 1; g <= 40; g++) list.push(['start', g, g]);
		for (let i = 0; list.length < 10000; i++) {
			const g = 1 + i % 40;
			list.push(['block', 100 + i * 7, g, 1, 1, 0, 0, 'chan send'], ['send', 103 + i * 7, g, 1, 1, 0, i + 1, '1'],
				['wake', 104 + i * 7, g, 1], ['recv', 105 + i * 7, 1 + (g * 7) % 40, 1, 1, g, i + 1, '1']);
		}
		const model = new Model();
		model.add({t: 100000, list});
		model.finish(100000);
		const canvas = document.createElement('canvas');
		const pen = new CanvasPen(canvas, colours(document.body), 1);
		const times = [];
		for (let i = 0; i < 20; i++) {
			const layout = new Layout(model, 800, {from: i * 100, to: 20000 + i * 4000});
			const begun = performance.now();
			draw(pen, layout, {head: null, chosen: null, lit: () => false});
			canvas.getContext('2d').getImageData(0, 0, 1, 1); // until it is drawn
			times.push(performance.now() - begun);
		}
		window.frame = times.sort((a, b) => a - b)[10];
	})()`)
	w.until("it was drawn", "window.frame !== undefined")
	frame := eval[float64](w.tab, "window.frame")
	t.Logf("a frame of 10,000 events takes %.1f ms", frame)
	if frame > 1000 { // 16 is wanted, and had on a quiet machine; a busy one must not fail here
		t.Errorf("a frame takes %.0f ms", frame)
	}
}

// A page says which goroutines main has left behind, with the way to their lines, unless
// the author says that it is meant so.
func TestLeaksAreTold(t *testing.T) {
	w := openScripted(t, "asking", `
		if (m.type === 'run') for (const message of [start(m.id), {...end(m.id, 2),
			leaks: [{count: 2, state: 'chan send', file: 'prog.go', line: 3, func: 'main.main'}, {count: 1, state: 'running'}]}]) socket.say(message);`)
	w.run()
	w.waitEnd()
	const said = "When main returned, 3 goroutines had not ended: 2 [chan send] at line 3, [running]."
	if got := w.text(".advice"); got != said {
		t.Errorf("the page says %q", got)
	}
	w.clickOn(".advice .place")
	w.until("the line is marked", w.js()+".querySelector('[data-mark=\"place\"]') !== null")
	w.script(w.js() + ".dataset.leaks = ''")
	w.run()
	w.waitEnd()
	if got := w.text(".advice"); got != "" {
		t.Errorf("where it is meant so, the page says %q", got)
	}
}
