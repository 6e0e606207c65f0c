package typetable

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
)

// Substitution is done here instead of by types.Instantiate alone, because more changes
// than type parameters: aliases are resolved, generic types of the library become those
// of its twins, and types declared in a generic function are copied for each instance.
// Results are remembered for each scope, both for speed and because recursive types end
// only so.

// Env binds the type parameters of the function being lowered.
type Env map[*types.TypeParam]types.Type

// Scope is an env with what has been computed under it: one for each instance
// of a function, so that the types declared inside a generic function are
// different types in each instance.
type Scope struct {
	p     Program
	table *Table
	env   Env
	memo  map[types.Type]types.Type
	depth int
	decl  ast.Node // the generic function that env belongs to
}

// maxTypeDepth bounds how deep types may be nested.
const maxTypeDepth = 1000

// Type is t with type parameters replaced, aliases resolved, and generic types
// of the standard library replaced by their twins.
func (s *Scope) Type(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if r, ok := s.memo[t]; ok {
		return r
	}
	// A generic type that mentions itself with ever larger arguments never ends.
	if s.depth++; s.depth > maxTypeDepth {
		s.p.Fail(0, "type %s is nested too deeply", t)
	}
	r := s.replace(t)
	s.depth--
	s.memo[t] = r
	return r
}

// replace does the work of Type for one type. A type in which nothing changes is
// returned as it is, so that what go/types knows about it, methods above all, stays.
func (s *Scope) replace(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.TypeParam:
		if r, ok := s.env[t]; ok {
			return r
		}
		s.p.Fail(t.Obj().Pos(), "type parameter %s is not bound", t)
	case *types.Alias:
		return s.Type(types.Unalias(t))
	case *types.Pointer:
		if e := s.Type(t.Elem()); e != t.Elem() {
			return types.NewPointer(e)
		}
	case *types.Slice:
		if e := s.Type(t.Elem()); e != t.Elem() {
			return types.NewSlice(e)
		}
	case *types.Array:
		if e := s.Type(t.Elem()); e != t.Elem() {
			return types.NewArray(e, t.Len())
		}
	case *types.Chan:
		if e := s.Type(t.Elem()); e != t.Elem() {
			return types.NewChan(t.Dir(), e)
		}
	case *types.Map:
		if k, e := s.Type(t.Key()), s.Type(t.Elem()); k != t.Key() || e != t.Elem() {
			return types.NewMap(k, e)
		}
	case *types.Tuple:
		return s.tuple(t)
	case *types.Signature:
		params, results := s.tuple(t.Params()), s.tuple(t.Results())
		if params == t.Params() && results == t.Results() && t.Recv() == nil && t.TypeParams().Len() == 0 {
			return t
		}
		return types.NewSignatureType(nil, nil, nil, params, results, t.Variadic())
	case *types.Struct:
		return s.structure(t)
	case *types.Interface:
		return s.iface(t)
	case *types.Named:
		return s.named(t)
	}
	return t
}

// tuple replaces the types of parameters or results.
func (s *Scope) tuple(t *types.Tuple) *types.Tuple {
	if t.Len() == 0 {
		return t
	}
	vars := make([]*types.Var, t.Len())
	same := true
	for i := range vars {
		v := t.At(i)
		vars[i] = v
		if e := s.Type(v.Type()); e != v.Type() {
			same = false
			vars[i] = types.NewVar(v.Pos(), v.Pkg(), v.Name(), e)
		}
	}
	if same {
		return t
	}
	return types.NewTuple(vars...)
}

// structure replaces the types of a struct's fields.
func (s *Scope) structure(t *types.Struct) types.Type {
	var fields []*types.Var
	var tags []string
	same := true
	for i := range t.NumFields() {
		f := t.Field(i)
		e := s.Type(f.Type())
		if e != f.Type() {
			same = false
			f = types.NewField(f.Pos(), f.Pkg(), f.Name(), e, f.Embedded())
		}
		fields = append(fields, f)
		tags = append(tags, t.Tag(i))
	}
	if same {
		return t
	}
	return types.NewStruct(fields, tags)
}

// iface replaces the types in an interface's methods and in what it embeds.
func (s *Scope) iface(t *types.Interface) types.Type {
	same := true
	var methods []*types.Func
	for m := range t.ExplicitMethods() {
		sig := s.Type(m.Type()).(*types.Signature)
		if !types.Identical(sig, m.Type()) {
			same = false
		}
		methods = append(methods, types.NewFunc(m.Pos(), m.Pkg(), m.Name(), sig))
	}
	var embedded []types.Type
	for e := range t.EmbeddedTypes() {
		r := s.Type(e)
		if r != e {
			same = false
		}
		embedded = append(embedded, r)
	}
	if same {
		return t
	}
	return types.NewInterfaceType(methods, embedded).Complete()
}

// named replaces a named type: an instance of a generic one, or one that is declared in
// the generic function being lowered.
func (s *Scope) named(t *types.Named) types.Type {
	if args := t.TypeArgs(); args.Len() > 0 {
		return s.instance(t, args)
	}
	o := t.Obj()
	if !s.declares(o) {
		return t
	}
	return s.copied(t, nil)
}

// declares says whether o is a type that the generic function itself declares, and no
// copy of one.
func (s *Scope) declares(o *types.TypeName) bool {
	return len(s.env) > 0 && s.decl != nil && s.p.Lowered(o.Pkg()) &&
		o.Parent() != nil && o.Parent() != o.Pkg().Scope() && s.decl.Pos() <= o.Pos() && o.Pos() < s.decl.End()
}

// copied is the type that t, which is declared in a generic function, is in the instance.
// args are its own type arguments.
func (s *Scope) copied(t *types.Named, args []types.Type) types.Type {
	if c, ok := s.memo[t]; ok {
		return c
	}
	o := t.Obj()
	c := types.NewNamed(types.NewTypeName(o.Pos(), o.Pkg(), o.Name(), nil), nil, nil)
	s.memo[t] = c // before its parts, which may mention it
	s.table.copies[c.Obj()] = copiedArgs{s.arguments(), args}
	c.SetUnderlying(s.Type(t.Underlying()).Underlying())
	return c
}

// arguments are the type arguments of the instance, in the order of the parameters.
func (s *Scope) arguments() []types.Type {
	params := slices.SortedFunc(maps.Keys(s.env), func(a, b *types.TypeParam) int { return cmp.Compare(a.Obj().Pos(), b.Obj().Pos()) })
	var list []types.Type
	for _, tp := range params {
		list = append(list, s.env[tp])
	}
	return list
}

// instance replaces the type arguments of a generic type. The library's generic types
// have no compiled form that a program could instantiate, so they are taken from the
// twin of their package; but where the library itself has an instance under a name of
// its own, that is the type, or values of the two could not meet.
func (s *Scope) instance(t *types.Named, args *types.TypeList) types.Type {
	same := true
	var list []types.Type
	for a := range args.Types() {
		r := s.Type(a)
		same = same && r == a
		list = append(list, r)
	}
	origin := t.Origin()
	if o := origin.Obj(); !s.p.Lowered(o.Pkg()) {
		if same && !o.Exported() && s.table.hostByAlias(t) != nil {
			return t // a compiled instance: its package has a name for it
		}
		tw := s.p.Twin(o.Pkg().Path())
		if tw == nil {
			s.p.Fail(0, "generic type %s.%s cannot be used here", o.Pkg().Path(), o.Name())
		}
		to, ok := tw.Scope().Lookup(o.Name()).(*types.TypeName)
		if !ok {
			s.p.Fail(0, "generic type %s.%s cannot be used here", o.Pkg().Path(), o.Name())
		}
		origin, same = types.Unalias(to.Type()).(*types.Named), false
	}
	local := s.declares(origin.Obj())
	if same && !local {
		return t
	}
	r, err := s.table.Instantiate(origin, list)
	if err != nil {
		panic(fmt.Errorf("instantiate %s: %w", t, err))
	}
	if local {
		return s.copied(r.(*types.Named), list)
	}
	return r
}
