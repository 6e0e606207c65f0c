package interp

import (
	"go/types"

	"playground/internal/gofront/check"
	"playground/internal/gofront/stdlib/shim"
)

// embeds are the values of u's variables with a go:embed directive.
func embeds(u *check.Unit) map[*types.Var]any {
	if len(u.Embeds) == 0 {
		return nil
	}
	values := map[*types.Var]any{}
	for _, e := range u.Embeds {
		switch e.Var.Type().Underlying().(type) {
		case *types.Basic:
			values[e.Var] = e.Text()
		case *types.Slice:
			values[e.Var] = []byte(e.Text())
		default:
			files := map[string]string{}
			for _, f := range e.Files {
				files[f.Name] = f.Text
			}
			values[e.Var] = shim.Embed(files)
		}
	}
	return values
}
