package lower

import (
	"go/ast"
	"go/constant"
	"go/types"

	"playground/internal/gofront/ir"
)

// Package unsafe is for modules alone: the checker refuses it to the reader's own
// packages. Values lie in memory as the compiler lays them out, so that a conversion to
// or from unsafe.Pointer is that of a word (convert), and the functions are operations.

// layout is the one that the checker has told constants by.
var layout = types.SizesFor("gc", "amd64")

// unsafeCall is a call of a function of package unsafe that is no constant for go/types:
// the size of what has a type parameter's type is one here.
func (f *unit) unsafeCall(e *ast.CallExpr, name string) ir.Expr {
	t := f.typeOf(e)
	arg := f.typeOf(e.Args[0])
	switch name {
	case "Sizeof":
		return f.p.constant(constant.MakeInt64(layout.Sizeof(arg)), t)
	case "Alignof":
		return f.p.constant(constant.MakeInt64(layout.Alignof(arg)), t)
	case "Offsetof":
		f.p.fail(e.Pos(), "unsafe.Offsetof of a field whose place depends on a type parameter cannot be used here")
	}
	in := one(types.Default(arg))
	args := []ir.Expr{f.convTo(e.Args[0], in[0])}
	if len(e.Args) > 1 {
		in = append(in, intType)
		args = append(args, f.bound(e.Args[1]))
	}
	op := f.p.typedAs(ir.OpUnsafe, name, in, one(t), func(o *ir.Op) { o.Token = name })
	return op.call(args...)
}
