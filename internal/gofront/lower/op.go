package lower

import (
	"fmt"
	"go/constant"
	"go/types"
	"reflect"
	"strings"

	"playground/internal/gofront/ir"
)

// operation is a function of package x, and what it returns.
type operation struct {
	op  *ir.Op
	out []types.Type
}

// call is a call of the operation.
func (o operation) call(args ...ir.Expr) *ir.Call {
	return &ir.Call{Value: ir.Value{Type: resultType(o.out)}, Fun: &ir.Operation{Op: o.op}, Args: args}
}

// callee is the operation in the place of a function.
func (o operation) callee() ir.Expr {
	return &ir.Operation{Value: ir.Value{Type: resultType(o.out)}, Op: o.op}
}

// resultType is the type of a call with these results.
func resultType(out []types.Type) types.Type {
	switch len(out) {
	case 0:
		return nil
	case 1:
		return out[0]
	}
	vars := make([]*types.Var, len(out))
	for i, t := range out {
		vars[i] = types.NewParam(0, nil, "", t)
	}
	return types.NewTuple(vars...)
}

// op returns the operation with that key; fill completes it when it is new.
func (p *program) op(kind ir.OpKind, key string, fill func(*ir.Op) (in, out []types.Type)) *ir.Op {
	full := fmt.Sprintf("%d:%s", kind, key)
	if op, ok := p.ops[full]; ok {
		return op
	}
	op := &ir.Op{Name: fmt.Sprintf("%s%d", kind, len(p.ops)+1), Kind: kind}
	p.ops[full] = op
	p.res.Ops[op.Name] = op
	in, out := fill(op)
	var ri, ro []reflect.Type
	for _, t := range in {
		ri = append(ri, p.types.Type(t))
	}
	for _, t := range out {
		ro = append(ro, p.types.Type(t))
	}
	variadic := kind == ir.OpPrint || kind == ir.OpPrintln
	op.Type = reflect.FuncOf(ri, ro, variadic)
	return op
}

// typed makes an operation whose key is its signature.
func (p *program) typed(kind ir.OpKind, in, out []types.Type) operation {
	return p.typedAs(kind, "", in, out, nil)
}

// typedAs makes an operation that differs by more than its signature: by extra.
func (p *program) typedAs(kind ir.OpKind, extra string, in, out []types.Type, fill func(*ir.Op)) operation {
	var b strings.Builder
	b.WriteString(extra)
	for _, t := range in {
		b.WriteString("|" + p.types.Text(t))
	}
	b.WriteString(">")
	for _, t := range out {
		b.WriteString("|" + p.types.Text(t))
	}
	op := p.op(kind, b.String(), func(o *ir.Op) ([]types.Type, []types.Type) {
		if fill != nil {
			fill(o)
		}
		return in, out
	})
	return operation{op, out}
}

// one is a list of one type, which most signatures of operations have.
func one(t types.Type) []types.Type { return []types.Type{t} }

var (
	anyType  = types.Universe.Lookup("any").Type()
	boolType = types.Type(types.Typ[types.Bool])
	intType  = types.Type(types.Typ[types.Int])
	funcType = types.NewSignatureType(nil, nil, nil, nil, nil, false)
)

// number is a constant of type int that is not negative.
func number(n int) *ir.Const {
	return &ir.Const{Value: ir.Value{Type: intType}, Val: constant.MakeInt64(int64(n))}
}

// zero is t's zero value.
func (p *program) zero(t types.Type) ir.Expr {
	if b, ok := t.(*types.Basic); ok {
		switch b.Kind() {
		case types.Int:
			return number(0)
		case types.Bool:
			return &ir.Const{Value: ir.Value{Type: t}, Val: constant.MakeBool(false)}
		case types.String:
			return &ir.Const{Value: ir.Value{Type: t}, Val: constant.MakeString("")}
		}
	}
	return p.typed(ir.OpZero, nil, one(t)).call()
}

// boxOf is a pointer to a copy of x, which has type t.
func (p *program) boxOf(x ir.Expr, t types.Type) ir.Expr {
	return p.typed(ir.OpBox, one(t), one(types.NewPointer(t))).call(x)
}

// newBox is a pointer to a zero value of type t.
func (p *program) newBox(t types.Type) ir.Expr {
	return p.typed(ir.OpNew, nil, one(types.NewPointer(t))).call()
}
