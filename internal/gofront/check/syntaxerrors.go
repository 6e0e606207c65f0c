package check

import (
	"go/scanner"

	"playground/internal/sandbox/wire"
)

// syntaxErrors puts go/parser's verdict on f into the compiler's words.
func syntaxErrors(f File, err error) []wire.Diagnostic {
	if bad := hygiene(f); len(bad) > 0 {
		return bad
	}
	if err == nil {
		return nil
	}
	list, ok := err.(scanner.ErrorList)
	if !ok {
		return []wire.Diagnostic{pointAt(f.Name, 1, 1, "syntax", err.Error())}
	}
	list.RemoveMultiples()
	var diags []wire.Diagnostic
	for _, e := range list {
		diags = append(diags, pointAt(f.Name, e.Pos.Line, e.Pos.Column, "syntax", "syntax error: "+e.Msg))
	}
	return diags
}
