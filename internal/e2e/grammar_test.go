package e2e

import (
	"strings"
	"testing"
)

// The editor of a script knows its grammar: a bracket in a regular expression is
// none.
func TestScriptGrammar(t *testing.T) {
	w := openScripts(t, "bounded")
	w.enter()
	w.until("the grammar is there", w.view()+".state.languageDataAt('commentTokens', 0).length > 0")
	const line = "const gate = new Gate(2);"
	w.cursor(line)
	w.press(enter)
	for _, text := range []string{"const brackets = /[({]/;", "if (brackets) {", "gate.enter();"} {
		w.insert(text)
		w.press(enter)
	}
	w.press(brace)
	want := line + "\nconst brackets = /[({]/;\nif (brackets) {\n  gate.enter();\n}\n"
	if got := w.source(); !strings.Contains(got, want) {
		t.Errorf("no\n%s\nin\n%s", want, got)
	}
}
