package asset

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/evanw/esbuild/pkg/api"
)

// FramePage is the page in whose frame programs in TypeScript and JavaScript run,
// beside the files that it is made of.
const FramePage = "frame/frame.html"

// The script of that page, and the one of other pages that shows it, as it is
// written and as it is loaded.
const (
	framePart   = "frame/page.js"
	frameScript = "backend/frame.js"
	frameLoaded = "frame.min.js"
)

// framePolicy is what that page may do: run its own script, which the hash names,
// and what programs are made of, which is text. It reaches nothing.
const framePolicy = "default-src 'none'; script-src 'sha256-%s' 'unsafe-eval' blob:; worker-src blob:; base-uri 'none'; form-action 'none'"

// FrameHeader is the policy of that page that only a header can say: it has an
// origin that nothing else has, even where somebody opens it outside of a frame,
// and no other site shows it.
const FrameHeader = "sandbox allow-scripts; frame-ancestors 'self'"

// addFrame makes both of what they are written in.
func addFrame(files map[string][]byte) (err error) {
	if _, ok := files[framePart]; !ok {
		return nil
	}
	if files[frameLoaded], err = build(files, frameLoaded, "export * from './"+frameScript+"';", api.FormatESModule); err != nil {
		return err
	}
	files[FramePage], err = frame(files)
	return err
}

// frame makes the page. It is one file with its policy in itself, because scripts
// of ours are another origin's to it, and so that it can be served by anybody.
func frame(files map[string][]byte) ([]byte, error) {
	worker, err := build(files, "worker.bundle.js", "import './frame/worker.js';", api.FormatIIFE)
	if err != nil {
		return nil, err
	}
	script, err := build(files, "page.bundle.js", "import './"+framePart+"';", api.FormatIIFE)
	if err != nil {
		return nil, err
	}
	script, worker = bytes.TrimSpace(script), bytes.TrimSpace(worker)
	sum := sha256.Sum256(script)
	policy := fmt.Sprintf(framePolicy, base64.StdEncoding.EncodeToString(sum[:]))
	// What the worker is to run is text to the page; esbuild lets no script end early.
	return fmt.Appendf(nil, "<!doctype html>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n<title>A program</title>\n"+
		"<script type=\"text/plain\">%s</script>\n<script>%s</script>\n", policy, worker, script), nil
}
