package diag

import (
	"strings"
	"testing"
)

// What a worker reports is cut to what a reader can use.
func TestBounded(t *testing.T) {
	d := Diagnostic{
		Severity: "shout", Message: strings.Repeat("é", MaxText), Range: Range{Line: -1, Column: -5},
		Related: make([]Related, 1000),
	}.Bounded()
	if d.Severity != Error || len(d.Message) > MaxText+8 || d.Line != 0 || d.Column != 0 || len(d.Related) != MaxRelated {
		t.Errorf("severity %q, %d bytes, line %d, column %d, %d related", d.Severity, len(d.Message), d.Line, d.Column, len(d.Related))
	}
	if !strings.HasSuffix(d.Message, "é (cut)") {
		t.Errorf("the message ends in %q", d.Message[len(d.Message)-10:])
	}
}
