package main

import (
	"os/exec"
	"strings"
	"testing"

	"playground/internal/browser"
)

// The articles among the examples are true, and a change made on purpose is found.
// Those of them that browsers run are run where there is a Chromium.
func TestExampleArticles(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := playground(t, "", "check", "../../examples/articles")
	if status != 0 || browser.Find() != "" && !strings.Contains(stdout, "all as they should be") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}

// What browsers run prints what Node prints, in the same order.
func TestExampleScriptsAsInNode(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil || browser.Find() == "" {
		t.Skip("no Node, or no Chromium, on the PATH")
	}
	status, stdout, stderr := playground(t, "", "check", "--oracle", "../../examples/articles/who-goes-first.md")
	if status != 0 || !strings.Contains(stdout, "all as they should be") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}
