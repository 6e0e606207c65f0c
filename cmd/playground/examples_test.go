package main

import (
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
