// Package e2e tests the whole path in a real browser: the binary as it is
// shipped, serving an article, driven by a headless Chromium.
//
// TestMain builds cmd/playground without cgo, starts it twice on free loopback
// ports, with the built-in article and with testdata/post.md, and starts one
// browser. Each test has a tab of its own. TestMain ends all three and waits
// for them.
//
// The core of the tests holds in Firefox too: TestFirefox runs the same functions
// once more, and newTab gives them a tab there, with a storage of its own. What
// the tests do to a tab is written twice for that, in Chromium's protocol and in
// WebDriver BiDi. The first of them starts Firefox, and TestMain ends it.
//
// Without a Chromium or a Firefox on the PATH their tests are skipped, but where CI
// is set in the environment they fail: there they are promised.
//
// Screenshots of the page are written by
//
//	go test ./internal/e2e -run Shots -shots DIR
package e2e
