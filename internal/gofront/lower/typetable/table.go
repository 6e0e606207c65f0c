package typetable

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"playground/internal/gofront/ir"
)

// The text of a type serves three ends: it is what the lowered source says, it is the key
// under which operations and instances are shared, and comparing two of them says whether
// types are identical. So it is made once for each types.Type and kept.

// Program is what the table needs of the program whose types it has.
type Program interface {
	// Fail gives up the lowering: something at pos cannot be run.
	Fail(pos token.Pos, format string, args ...any)
	// Pos is where the lowering is.
	Pos() token.Pos
	// Packages are the program's own, main last.
	Packages() []*types.Package
	// Lowered says whether a package is lowered: the program's, or a twin.
	Lowered(*types.Package) bool
	// Symbols are the host's values of a package.
	Symbols(path string) map[string]reflect.Value
	// Twin is the source of a library package's generic part, or nil.
	Twin(path string) *types.Package
	// ExportType makes a type a symbol of package t: v is a nil pointer to it.
	ExportType(name string, v reflect.Value)
	// MethodName is a method's name at run time.
	MethodName(*types.Func) string
	// LocalType numbers the types that a package declares in functions, in the
	// order of its text. It is 0 for all others.
	LocalType(*types.TypeName) int
	// Method is the lowered function behind a method of a forged type.
	Method(m Method) *ir.Slot
}

// Method is a method of a forged type.
type Method struct {
	Name string // of the lowered function
	Type types.Type
	Recv reflect.Type // Type at run time
	Sel  *types.Selection
	Ptr  bool // only the pointer has it
	Sig  *types.Signature
}

// Table gives every type its text in the lowered source and its run-time
// type. Basic types, pointers, slices, arrays and maps are spelled out; every
// other type is a symbol of package t, made for this program.
type Table struct {
	p       Program
	ctx     *types.Context
	Plain   *Scope // under no type parameters
	texts   map[types.Type]string
	byKey   map[string]*forged
	symbols map[string]*forged // by text
	later   []*forged          // outlined, still to be defined
	copies  map[*types.TypeName]copiedArgs
}

// copiedArgs are the type arguments of a copy of a type that is declared in a generic
// function: those of the function's instance, and its own if it is generic too.
type copiedArgs struct{ outer, own []types.Type }

// New makes the table of a program.
func New(p Program) *Table {
	t := &Table{
		p: p, ctx: types.NewContext(), texts: map[types.Type]string{}, byKey: map[string]*forged{},
		symbols: map[string]*forged{}, copies: map[*types.TypeName]copiedArgs{},
	}
	t.Plain = t.Scope(nil, nil)
	return t
}

// Scope binds type parameters: those of decl, in one of its instances.
func (tt *Table) Scope(env Env, decl ast.Node) *Scope {
	return &Scope{p: tt.p, table: tt, env: env, decl: decl, memo: map[types.Type]types.Type{}}
}

// Instantiate is a generic type or function with type arguments put in.
func (tt *Table) Instantiate(t types.Type, targs []types.Type) (types.Type, error) {
	return types.Instantiate(tt.ctx, t, targs, false)
}

// Same says whether two types are identical at run time.
func (tt *Table) Same(t, u types.Type) bool { return tt.Text(t) == tt.Text(u) }

// Text is the text of a type, and canonical: identical types have the same text.
func (tt *Table) Text(t types.Type) string {
	if s, ok := tt.texts[t]; ok {
		return s
	}
	s := ""
	if n := tt.Plain.Type(t); n != t { // mentions a generic type of the library
		s = tt.Text(n)
	} else {
		s = tt.spell(t)
	}
	tt.texts[t] = s
	return s
}

// spell makes the text of a type that has none yet.
func (tt *Table) spell(t types.Type) string {
	switch t := t.(type) {
	case *types.Alias:
		return tt.Text(types.Unalias(t))
	case *types.Basic:
		return tt.basic(t)
	case *types.Pointer:
		return "*" + tt.Text(t.Elem())
	case *types.Slice:
		return "[]" + tt.Text(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), tt.Text(t.Elem()))
	case *types.Map:
		return "map[" + tt.Text(t.Key()) + "]" + tt.Text(t.Elem())
	case *types.Chan: // the element in parentheses: chan (<-chan T) is not chan<- (chan T)
		key := [...]string{"chan ", "chan<- ", "<-chan "}[t.Dir()] + "(" + tt.Text(t.Elem()) + ")"
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
	tt.p.Fail(0, "type %s cannot be used here", t)
	return ""
}

// basic is the text of a basic type. byte and rune are other names of types, which must
// not have two texts.
func (tt *Table) basic(t *types.Basic) string {
	switch t.Kind() {
	case types.UntypedNil:
		return "interface{}"
	case types.UnsafePointer:
		return tt.symbol("unsafe.Pointer", t) // the lowered source imports no unsafe
	case types.Uint8:
		return "uint8"
	case types.Int32:
		return "int32"
	}
	if t.Info()&types.IsUntyped != 0 {
		return tt.Text(types.Default(t))
	}
	return t.Name()
}

// structKey tells apart what Go does: fields by name, package if not exported, type,
// tag, and whether they are embedded.
func (tt *Table) structKey(t *types.Struct) string {
	var b strings.Builder
	b.WriteString("struct{")
	for i := range t.NumFields() {
		f := t.Field(i)
		pkg := ""
		if !f.Exported() && f.Pkg() != nil {
			pkg = f.Pkg().Path()
		}
		fmt.Fprintf(&b, "%s.%s %v %s %q;", pkg, f.Name(), f.Embedded(), tt.Text(f.Type()), t.Tag(i))
	}
	return b.String() + "}"
}

// ifaceKey tells interfaces apart, by their methods, which go/types has sorted.
func (tt *Table) ifaceKey(t *types.Interface) string {
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

// namedKey tells named types apart. Two of the program's may have the same name, in
// different functions, so the key has the object's identity; the library's have paths.
func (tt *Table) namedKey(t *types.Named) string {
	o := t.Origin().Obj()
	var b strings.Builder
	b.WriteString(o.Pkg().Path() + "." + o.Name())
	if tt.p.Lowered(o.Pkg()) {
		fmt.Fprintf(&b, "@%p", o)
	}
	for a := range t.TypeArgs().Types() {
		b.WriteString("," + tt.Text(a))
	}
	return b.String()
}

// signature is a part of keys; parameters have no names in it.
func (tt *Table) signature(s *types.Signature) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range s.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		if s.Variadic() && i == s.Params().Len()-1 {
			b.WriteString("...")
		}
		b.WriteString(tt.Text(s.Params().At(i).Type()))
	}
	b.WriteString(") (")
	for i := range s.Results().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(tt.Text(s.Results().At(i).Type()))
	}
	return b.String() + ")"
}

// symbol returns the name in package t of the type with that key.
func (tt *Table) symbol(key string, t types.Type) string {
	f, ok := tt.byKey[key]
	if !ok {
		f = &forged{typ: t, name: fmt.Sprintf("T%d", len(tt.byKey)+1)}
		tt.byKey[key] = f
		tt.symbols["t."+f.name] = f
		tt.texts[t] = "t." + f.name // before it is declared: it may be recursive
		tt.declare(f)
	}
	return "t." + f.name
}

// forgedOf is the symbol of a type that is one.
func (tt *Table) forgedOf(t types.Type) *forged {
	if f := tt.symbols[tt.Text(t)]; f != nil {
		return f
	}
	panic(fmt.Sprintf("no symbol for type %s", t))
}

// export makes a type known under its name in package t.
func (tt *Table) export(f *forged, rt reflect.Type) {
	f.rt = rt
	tt.p.ExportType(f.name, reflect.Zero(reflect.PointerTo(rt)))
}
