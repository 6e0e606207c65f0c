package ir

import (
	"strings"
	"testing"
)

// Every operation has a row that says what it is, under a name that no other
// has: the engine finds it by that.
func TestEveryOperationHasARow(t *testing.T) {
	seen := map[string]OpKind{}
	for _, k := range Kinds() {
		row := k.Info()
		if row.Name == "" || row.Does == "" {
			t.Errorf("operation %d has no name or no meaning", k)
		}
		if strings.TrimRight(row.Name, "0123456789") != row.Name {
			t.Errorf("%s with a number after it may be another's name with another number", row.Name)
		}
		if other, ok := seen[row.Name]; ok {
			t.Errorf("%s is the name of operations %d and %d", row.Name, other, k)
		}
		seen[row.Name] = k
		if !strings.HasPrefix(row.Signature, "func(") {
			t.Errorf("%s: %q is no signature", row.Name, row.Signature)
		}
	}
}
