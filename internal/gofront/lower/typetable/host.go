package typetable

import (
	"go/types"
	"reflect"
)

// A type of the library is found by its name in the tables of symbols. Some have none
// there: types that are not exported but that a program gets hold of, and types of
// internal packages that others name by an alias. Those are found by walking types and
// run-time types side by side, from something that the tables have.

// hostType is a type of the compiled library.
func (tt *Table) hostType(t *types.Named) reflect.Type {
	o := t.Obj()
	v, ok := tt.p.Symbols(o.Pkg().Path())[o.Name()]
	if !ok {
		if r := tt.hostByAlias(t); r != nil {
			return r
		}
		if r := tt.hostByShape(t); r != nil {
			return r
		}
		tt.p.Fail(0, "type %s.%s cannot be used here", o.Pkg().Path(), o.Name())
	}
	return v.Type().Elem()
}

// hostIterator is the library's own instance of iter.Seq or iter.Seq2, where it
// has one: what its compiled functions return, and what the program's are, must
// be of one type.
func (tt *Table) hostIterator(t *types.Named) reflect.Type {
	if t.Obj().Pkg().Path() != "iter" {
		return nil
	}
	plain := tt.Type(t.Underlying())
	for _, v := range tt.p.Symbols("iter") {
		if r := v.Type(); r.Kind() == reflect.Pointer && r.Elem().Name() != "" && r.Elem().ConvertibleTo(plain) {
			return r.Elem()
		}
	}
	return nil
}

// hostByShape finds a type that the host's tables do not list, because it is
// not exported, in the types of those that they list.
func (tt *Table) hostByShape(t *types.Named) reflect.Type {
	pkg := t.Obj().Pkg()
	symbols := tt.p.Symbols(pkg.Path())
	for name, v := range symbols {
		o := pkg.Scope().Lookup(name)
		if o == nil || !v.IsValid() {
			continue
		}
		rt := v.Type()
		if _, ok := o.(*types.TypeName); ok {
			rt = rt.Elem()
		}
		if r := findType(t.Obj(), types.Unalias(o.Type()), rt, 3); r != nil {
			return r
		}
	}
	return nil
}

// hostByAlias finds a type of a package that the host has no table for, by the
// name that a package which the program imports gives it.
func (tt *Table) hostByAlias(t *types.Named) reflect.Type {
	for _, own := range tt.p.Packages() {
		for _, pkg := range own.Imports() {
			for name, v := range tt.p.Symbols(pkg.Path()) {
				o, ok := pkg.Scope().Lookup(name).(*types.TypeName)
				if ok && o.IsAlias() && types.Unalias(o.Type()) == t {
					return v.Type().Elem()
				}
			}
		}
	}
	return nil
}

// findType walks a type and its run-time type side by side, looking for want.
func findType(want *types.TypeName, t types.Type, rt reflect.Type, depth int) reflect.Type {
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj() == want {
		return rt
	}
	if depth == 0 {
		return nil
	}
	try := func(t types.Type, rt reflect.Type) reflect.Type { return findType(want, t, rt, depth-1) }
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return try(u.Elem(), rt.Elem())
	case *types.Slice:
		return try(u.Elem(), rt.Elem())
	case *types.Struct:
		for i := range min(u.NumFields(), rt.NumField()) {
			if r := try(u.Field(i).Type(), rt.Field(i).Type); r != nil {
				return r
			}
		}
	case *types.Signature:
		for i := range u.Results().Len() {
			if i < rt.NumOut() {
				if r := try(u.Results().At(i).Type(), rt.Out(i)); r != nil {
					return r
				}
			}
		}
	}
	return nil
}
