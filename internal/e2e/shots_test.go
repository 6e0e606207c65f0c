package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

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
		}
	}
}

func shoot(t *testing.T, scheme string, width int64) {
	p := newTab(t)
	p.emulate("prefers-color-scheme", scheme)
	p.size(width, 800)
	p.open(shared.post)
	save := func(name string, full bool) {
		var png []byte
		if full {
			png = get(p, chromedp.FullScreenshot(100))
		} else {
			png = get(p, chromedp.CaptureScreenshot())
		}
		path := filepath.Join(*shots, fmt.Sprintf("%s-%s-%d.png", name, scheme, width))
		if err := os.WriteFile(path, png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save("top", false)
	first := p.widget(eval[string](p, "document.querySelector('code-runner').id"))
	first.script(first.js() + ".querySelector('.bar').scrollIntoView({block: 'center', behavior: 'instant'})")
	press(first)
	first.waitState("running")
	first.until("it has printed some", first.js()+".querySelectorAll('.out').length > 5")
	save("running", false)
	first.waitEnd()
	save("ended", false)
	first.edit("package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(undefined)\n\tvar n int = \"one\"\n}\n")
	press(first)
	first.waitEnd()
	first.script(first.js() + ".scrollIntoView({block: 'start', behavior: 'instant'})")
	save("error", false)
	first.edit("package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tfmt.Println(\"to stdout\")\n\tfmt.Fprintln(os.Stderr, \"to stderr\")\n\tvar m map[string]int\n\tm[\"x\"]++\n}\n")
	press(first)
	first.waitEnd()
	first.script(first.js() + ".scrollIntoView({block: 'start', behavior: 'instant'})")
	save("panic", false)
	p.script(`document.querySelector('.callout').scrollIntoView({block: 'center'})`)
	save("callout", false)
	save("whole", true)
	if width == 1280 && scheme == "light" {
		if err := os.WriteFile(filepath.Join(*shots, "print.pdf"), get(p, chromedp.PrintToPDF()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// press runs a widget without the mouse: after a picture of a scaled page the
// browser takes the mouse to be elsewhere.
func press(w widget) {
	w.script(w.js() + ".querySelector('button.run').click()")
}
