package asset

import (
	"bytes"
	"strings"
	"testing"

	"playground/web"
)

// The scripts that a reader loads to run a program in the browser weigh at most 6
// KB, gzipped, and are there.
func TestFrameIsLight(t *testing.T) {
	files, _, err := Bundle(web.Static())
	if err != nil {
		t.Fatal(err)
	}
	page := string(files[FramePage])
	if strings.Count(page, "<script") != 2 || strings.Count(page, "</script") != 2 {
		t.Errorf("the page has not two scripts:\n%s", page)
	}
	_, scripts, _ := strings.Cut(page, "<script")
	total := 0
	for name, text := range map[string][]byte{FramePage: []byte(scripts), frameLoaded: files[frameLoaded]} {
		packed := len(compress(text, newGzip))
		t.Logf("%s: %d bytes, %d gzipped", name, len(text), packed)
		total += packed
	}
	if total > 6<<10 {
		t.Errorf("together they weigh %d bytes gzipped", total)
	}
	for _, later := range []string{`import("./backend/trace.js")`, `import("./frame/rare.js")`} {
		if !bytes.Contains(files[frameLoaded], []byte(later)) {
			t.Errorf("%s is not in %s", later, files[frameLoaded])
		}
	}
}
