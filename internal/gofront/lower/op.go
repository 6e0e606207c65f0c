package lower

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"

	"playground/internal/gofront/ir"
)

// op returns the text "x.name" of the operation with that key; fill completes
// it when every type is defined.
func (p *program) op(kind ir.OpKind, key string, fill func(*ir.Op) (in, out []types.Type)) string {
	full := fmt.Sprintf("%d:%s", kind, key)
	if name, ok := p.ops[full]; ok {
		return "x." + name
	}
	name := fmt.Sprintf("%s%d", kind, len(p.ops)+1)
	p.ops[full] = name
	op := &ir.Op{Name: name, Kind: kind}
	p.res.Ops[name] = op
	in, out := fill(op)
	tt := p.types
	var ri, ro []reflect.Type
	for _, t := range in {
		ri = append(ri, tt.rtype(t))
	}
	for _, t := range out {
		ro = append(ro, tt.rtype(t))
	}
	variadic := kind == ir.OpPrint || kind == ir.OpPrintln
	op.Type = reflect.FuncOf(ri, ro, variadic)
	return "x." + name
}

// typed makes an operation whose key is its signature.
func (p *program) typed(kind ir.OpKind, in, out []types.Type) string {
	return p.typedAs(kind, "", in, out, nil)
}

func (p *program) typedAs(kind ir.OpKind, extra string, in, out []types.Type, fill func(*ir.Op)) string {
	var b strings.Builder
	b.WriteString(extra)
	for _, t := range in {
		b.WriteString("|" + p.types.text(t))
	}
	b.WriteString(">")
	for _, t := range out {
		b.WriteString("|" + p.types.text(t))
	}
	return p.op(kind, b.String(), func(o *ir.Op) ([]types.Type, []types.Type) {
		if fill != nil {
			fill(o)
		}
		return in, out
	})
}

func one(t types.Type) []types.Type { return []types.Type{t} }

var (
	anyType  = types.Universe.Lookup("any").Type()
	boolType = types.Type(types.Typ[types.Bool])
	intType  = types.Type(types.Typ[types.Int])
	funcType = types.NewSignatureType(nil, nil, nil, nil, nil, false)
)

// zero is the text of t's zero value.
func (p *program) zero(t types.Type) string {
	if b, ok := t.(*types.Basic); ok {
		switch {
		case b.Kind() == types.Int:
			return "0"
		case b.Kind() == types.Bool:
			return "false"
		case b.Kind() == types.String:
			return `""`
		}
	}
	return p.typed(ir.OpZero, nil, one(t)) + "()"
}
