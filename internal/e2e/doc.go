// Package e2e tests the whole path in a real browser: the binary as it is
// shipped, serving an article, driven by a headless Chromium.
//
// TestMain builds cmd/playground without cgo, starts it twice on free loopback
// ports, with the built-in article and with testdata/post.md, and starts one
// browser. Each test has a tab of its own. TestMain ends all three and waits
// for them.
//
// Without a Chromium on the PATH the tests are skipped, but where CI is set in
// the environment they fail: there they are promised.
//
// Screenshots of the page are written by
//
//	go test ./internal/e2e -run Shots -shots DIR
package e2e
