package lower

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
)

// typeTable gives every type its text in the lowered source and its run-time
// type. Basic types, pointers, slices, arrays and maps are spelled out; every
// other type is a symbol of package t, made for this program.
type typeTable struct {
	p       *program
	plain   *scope // under no type parameters
	texts   map[types.Type]string
	byKey   map[string]*forged
	symbols map[string]*forged // by text
	later   []*forged          // outlined, still to be defined
}

func newTypeTable(p *program) *typeTable {
	t := &typeTable{p: p, texts: map[types.Type]string{}, byKey: map[string]*forged{}, symbols: map[string]*forged{}}
	t.plain = &scope{p: p, memo: map[types.Type]types.Type{}}
	return t
}

// text is canonical: identical types have the same text.
func (tt *typeTable) text(t types.Type) string {
	if s, ok := tt.texts[t]; ok {
		return s
	}
	s := ""
	if n := tt.plain.typ(t); n != t { // mentions a generic type of the library
		s = tt.text(n)
	} else {
		s = tt.spell(t)
	}
	tt.texts[t] = s
	return s
}

func (tt *typeTable) spell(t types.Type) string {
	switch t := t.(type) {
	case *types.Alias:
		return tt.text(types.Unalias(t))
	case *types.Basic:
		return tt.basic(t)
	case *types.Pointer:
		return "*" + tt.text(t.Elem())
	case *types.Slice:
		return "[]" + tt.text(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), tt.text(t.Elem()))
	case *types.Map:
		return "map[" + tt.text(t.Key()) + "]" + tt.text(t.Elem())
	case *types.Chan:
		key := [...]string{"chan ", "chan<- ", "<-chan "}[t.Dir()] + "(" + tt.text(t.Elem()) + ")"
		return tt.symbol(key, t)
	case *types.Signature:
		return tt.symbol("func"+tt.signature(t), t)
	case *types.Struct:
		if t.NumFields() == 0 {
			return "struct{}"
		}
		return tt.symbol(tt.structKey(t), t)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return "interface{}"
		}
		return tt.symbol(tt.ifaceKey(t), t)
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return t.Obj().Name() // error, comparable
		}
		return tt.symbol(tt.namedKey(t), t)
	}
	tt.p.fail(0, "type %s cannot be used here", t)
	return ""
}

func (tt *typeTable) basic(t *types.Basic) string {
	switch t.Kind() {
	case types.UntypedNil:
		return "interface{}"
	case types.UnsafePointer:
		return tt.symbol("unsafe.Pointer", t)
	case types.Uint8:
		return "uint8"
	case types.Int32:
		return "int32"
	}
	if t.Info()&types.IsUntyped != 0 {
		return tt.text(types.Default(t))
	}
	return t.Name()
}

func (tt *typeTable) structKey(t *types.Struct) string {
	var b strings.Builder
	b.WriteString("struct{")
	for i := range t.NumFields() {
		f := t.Field(i)
		pkg := ""
		if !f.Exported() && f.Pkg() != nil {
			pkg = f.Pkg().Path()
		}
		fmt.Fprintf(&b, "%s.%s %v %s %q;", pkg, f.Name(), f.Embedded(), tt.text(f.Type()), t.Tag(i))
	}
	return b.String() + "}"
}

func (tt *typeTable) ifaceKey(t *types.Interface) string {
	var b strings.Builder
	b.WriteString("interface{")
	for m := range t.Methods() {
		if !m.Exported() {
			b.WriteString(m.Pkg().Path() + ".")
		}
		b.WriteString(m.Name() + tt.signature(m.Signature()) + ";")
	}
	return b.String() + "}"
}

func (tt *typeTable) namedKey(t *types.Named) string {
	o := t.Origin().Obj()
	var b strings.Builder
	b.WriteString(o.Pkg().Path() + "." + o.Name())
	if tt.p.sources[o.Pkg()] != nil {
		fmt.Fprintf(&b, "@%p", o)
	}
	for a := range t.TypeArgs().Types() {
		b.WriteString("," + tt.text(a))
	}
	return b.String()
}

func (tt *typeTable) signature(s *types.Signature) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range s.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		if s.Variadic() && i == s.Params().Len()-1 {
			b.WriteString("...")
		}
		b.WriteString(tt.text(s.Params().At(i).Type()))
	}
	b.WriteString(") (")
	for i := range s.Results().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(tt.text(s.Results().At(i).Type()))
	}
	return b.String() + ")"
}

// symbol returns the name in package t of the type with that key.
func (tt *typeTable) symbol(key string, t types.Type) string {
	f, ok := tt.byKey[key]
	if !ok {
		f = &forged{typ: t, name: fmt.Sprintf("T%d", len(tt.byKey)+1)}
		tt.byKey[key] = f
		tt.symbols["t."+f.name] = f
		tt.texts[t] = "t." + f.name
		tt.declare(f)
	}
	return "t." + f.name
}

func (tt *typeTable) forgedOf(t types.Type) *forged {
	if f := tt.symbols[tt.text(t)]; f != nil {
		return f
	}
	panic(fmt.Sprintf("no symbol for type %s", t))
}

func (tt *typeTable) export(f *forged, rt reflect.Type) {
	f.rt = rt
	tt.p.res.Exports["t/t"][f.name] = reflect.Zero(reflect.PointerTo(rt))
}
