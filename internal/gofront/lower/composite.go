package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"

	"playground/internal/gofront/ir"
)

// Elements of a literal are evaluated in the order in which they are written, whatever
// order they have in memory. An element that is a literal itself may leave out its type,
// and with it an & before that. Long literals are filled one element at a time, because
// the arguments of one operation are all alive at once (maxOpArgs).

// composite is a composite literal. Structs are literals of the lowered source; slices,
// arrays and maps are operations, which are made for the types of their elements.
func (f *unit) composite(e *ast.CompositeLit, t types.Type) ir.Expr {
	if p, ok := t.Underlying().(*types.Pointer); ok { // elided &T in a list
		el := f.typ(p.Elem())
		return f.p.typed(ir.OpBox, one(el), one(t)).call(f.composite(e, el))
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return f.structLit(e, t, u)
	case *types.Map:
		return f.mapLit(e, t, u)
	case *types.Slice:
		return f.listLit(e, t, u.Elem())
	case *types.Array:
		return f.listLit(e, t, u.Elem())
	}
	f.p.fail(e.Pos(), "composite literal of %s", t)
	return nil
}

// structLit is a literal of a struct. Its fields are evaluated in the order in which
// they are written, which need not be the order in which they stand in a literal of
// nested structs (keyPath).
func (f *unit) structLit(e *ast.CompositeLit, t types.Type, u *types.Struct) ir.Expr {
	if len(e.Elts) == 0 {
		return f.p.zero(t)
	}
	lit := &structParts{typ: t}
	var stores []func(x ir.Expr)
	var vals []ir.Expr
	var dropped []ir.Stmt // what only has to be evaluated
	for i, el := range e.Elts {
		path, val := []int{i}, el
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			path, val = keyPath(u, f.src.Info.Uses[kv.Key.(*ast.Ident)]), kv.Value
		}
		in, field := f.enclosing(lit, path)
		x := f.convTo(val, field.Type())
		if field.Name() == "_" { // evaluated, not stored
			dropped = append(dropped, f.aside(func() { f.discard(x, f.typ(field.Type())) })...)
			continue
		}
		vals = append(vals, x)
		stores = append(stores, func(x ir.Expr) { in.names, in.fields = append(in.names, field.Name()), append(in.fields, x) })
	}
	if len(lit.inner) > 0 { // they will stand in another order
		var set ir.Stmt
		vals, set = f.holdAll(vals)
		dropped = append(dropped, set)
	}
	for i, x := range vals {
		stores[i](x)
	}
	return f.seq(func() ir.Expr {
		f.emit(dropped...)
		return ir.At(e.Pos(), lit.literal(f.p))
	})
}

// holdAll are temporaries in the place of values, and what gives them those.
func (f *unit) holdAll(vals []ir.Expr) ([]ir.Expr, ir.Stmt) {
	var temps []ir.Expr
	for _, x := range vals {
		temps = append(temps, f.temp(x.Info().Type))
	}
	return temps, &ir.Assign{Place: f.here(), Lhs: temps, Rhs: vals}
}

// structParts are the fields given in a struct literal, with a literal of its
// own for each embedded field that a key reaches into.
type structParts struct {
	typ    types.Type
	names  []string
	fields []ir.Expr
	inner  []*structParts
	index  int // of the field in the literal around it
}

// keyPath leads to the field that a literal's key names: the field of u, or one
// that u promotes.
func keyPath(u *types.Struct, key types.Object) []int {
	for i := range u.NumFields() {
		if u.Field(i).Name() == key.Name() {
			return []int{i}
		}
	}
	_, path, _ := types.LookupFieldOrMethod(u, false, key.Pkg(), key.Name())
	return path
}

// enclosing returns the literal, at or in lit, of the struct that has the field
// at the end of path, and the field.
func (f *unit) enclosing(lit *structParts, path []int) (*structParts, *types.Var) {
	field := lit.typ.Underlying().(*types.Struct).Field(path[0])
	if len(path) == 1 {
		return lit, field
	}
	i := slices.IndexFunc(lit.inner, func(in *structParts) bool { return in.index == path[0] })
	if i < 0 {
		i = len(lit.inner)
		lit.inner = append(lit.inner, &structParts{typ: f.typ(field.Type()), index: path[0]})
	}
	return f.enclosing(lit.inner[i], path[1:])
}

// literal is the literal with those of its embedded fields in it.
func (s *structParts) literal(p *program) ir.Expr {
	lit := &ir.Struct{Value: ir.Value{Type: s.typ}, Names: s.names, Fields: s.fields}
	for _, in := range s.inner {
		lit.Names = append(lit.Names, s.typ.Underlying().(*types.Struct).Field(in.index).Name())
		lit.Fields = append(lit.Fields, in.literal(p))
	}
	p.types.Text(s.typ) // the program needs the type from here on
	return lit
}

// mapLit is a literal of a map: keys and values are the arguments of one operation. A
// big one is filled entry by entry.
func (f *unit) mapLit(e *ast.CompositeLit, t types.Type, u *types.Map) ir.Expr {
	if 2*len(e.Elts) > maxOpArgs {
		return f.seq(func() ir.Expr { return f.bigMap(e, t, u) })
	}
	var in []types.Type
	var parts []ir.Expr
	for _, el := range e.Elts {
		kv := el.(*ast.KeyValueExpr)
		k, v := f.typ(u.Key()), f.typ(u.Elem())
		parts = append(parts, f.elementOf(kv.Key, k), f.elementOf(kv.Value, v))
		in = append(in, k, v)
	}
	return ir.At(e.Pos(), f.p.typed(ir.OpLitMap, in, one(t)).call(parts...))
}

// maxOpArgs bounds the operands of one operation.
const maxOpArgs = 40

// bigMap fills a map one entry at a time.
func (f *unit) bigMap(e *ast.CompositeLit, t types.Type, u *types.Map) ir.Expr {
	m := f.hold(f.p.typed(ir.OpLitMap, nil, one(t)).call(), t)
	for _, el := range e.Elts {
		kv := el.(*ast.KeyValueExpr)
		f.at(kv.Pos())
		k := f.elementOf(kv.Key, u.Key())
		f.set(f.element(m, k, f.typ(u.Elem())), f.elementOf(kv.Value, u.Elem()))
	}
	return m
}

// elementOf is a composite literal's element, whose own literal may lack a type.
func (f *unit) elementOf(e ast.Expr, t types.Type) ir.Expr {
	if c, ok := ast.Unparen(e).(*ast.CompositeLit); ok && c.Type == nil {
		return f.composite(c, f.typ(t))
	}
	return f.convTo(e, t)
}

// listLit is a literal of a slice or an array. Where keys leave gaps, they are part of
// the operation.
func (f *unit) listLit(e *ast.CompositeLit, t, elem types.Type) ir.Expr {
	var index []int
	next, size := 0, 0
	keyed := false
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			n, _ := constant.Int64Val(constant.ToInt(f.src.Info.Types[kv.Key].Value))
			keyed = keyed || int(n) != next
			next = int(n)
		}
		index = append(index, next)
		next++
		size = max(size, next)
	}
	// An operation is made for each list of argument types, so long ones would be
	// many and large.
	if len(e.Elts) > maxOpArgs {
		return f.seq(func() ir.Expr { return f.bigList(e, t, elem, index, size) })
	}
	var in []types.Type
	var parts []ir.Expr
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			el = kv.Value
		}
		parts = append(parts, f.elementOf(el, elem))
		in = append(in, f.typ(elem))
	}
	key := ""
	if keyed {
		key = fmt.Sprint(index)
	} else {
		index = nil
	}
	op := f.p.typedAs(ir.OpLitSlice, key, in, one(t), func(o *ir.Op) { o.Index = index })
	return ir.At(e.Pos(), op.call(parts...))
}

// bigList fills a slice or an array one element at a time.
func (f *unit) bigList(e *ast.CompositeLit, t, elem types.Type, index []int, size int) ir.Expr {
	n := f.temp(t)
	if _, ok := t.Underlying().(*types.Slice); ok {
		f.set(n, f.makeSlice(t, size))
	} else {
		f.set(n, f.p.zero(t))
	}
	for i, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			el = kv.Value
		}
		f.at(el.Pos())
		f.set(f.element(n, number(index[i]), f.typ(elem)), f.elementOf(el, elem))
	}
	return n
}

// makeSlice is a new slice of n elements.
func (f *unit) makeSlice(t types.Type, n int) ir.Expr {
	return f.p.typed(ir.OpMake, []types.Type{intType, intType}, one(t)).call(number(n), number(n))
}
