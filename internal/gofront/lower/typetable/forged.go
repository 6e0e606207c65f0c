package typetable

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
	"unsafe"

	"playground/internal/gofront/forge"
)

// forged is a type that is a symbol of package t: the reader's named types,
// struct, interface, function and channel types, and the host's own.
type forged struct {
	typ   types.Type
	name  string // in package t
	rt    reflect.Type
	named *forge.Named // nil for types that reflect or the host provides
}

// basics are the types that need no making.
var basics = map[types.BasicKind]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.String: reflect.TypeFor[string](),
	types.Int: reflect.TypeFor[int](), types.Int8: reflect.TypeFor[int8](), types.Int16: reflect.TypeFor[int16](),
	types.Int32: reflect.TypeFor[int32](), types.Int64: reflect.TypeFor[int64](),
	types.Uint: reflect.TypeFor[uint](), types.Uint8: reflect.TypeFor[uint8](), types.Uint16: reflect.TypeFor[uint16](),
	types.Uint32: reflect.TypeFor[uint32](), types.Uint64: reflect.TypeFor[uint64](), types.Uintptr: reflect.TypeFor[uintptr](),
	types.Float32: reflect.TypeFor[float32](), types.Float64: reflect.TypeFor[float64](),
	types.Complex64: reflect.TypeFor[complex64](), types.Complex128: reflect.TypeFor[complex128](),
	types.UntypedNil: reflect.TypeFor[any](),
}

// Type is the run-time type of t.
func (tt *Table) Type(t types.Type) reflect.Type {
	t = tt.Plain.Type(t)
	switch t := t.(type) {
	case *types.Alias:
		return tt.Type(types.Unalias(t))
	case *types.Basic:
		if r := basics[types.Default(t).(*types.Basic).Kind()]; r != nil {
			return r
		}
	case *types.Pointer:
		return reflect.PointerTo(tt.Type(t.Elem()))
	case *types.Slice:
		return reflect.SliceOf(tt.Type(t.Elem()))
	case *types.Array:
		return reflect.ArrayOf(int(t.Len()), tt.Type(t.Elem()))
	case *types.Map:
		return reflect.MapOf(tt.Type(t.Key()), tt.Type(t.Elem()))
	case *types.Tuple:
		panic("tuple has no run-time type")
	}
	switch tt.Text(t) {
	case "error":
		return reflect.TypeFor[error]()
	case "interface{}":
		return reflect.TypeFor[any]()
	case "struct{}":
		return reflect.TypeFor[struct{}]()
	}
	return tt.forgedOf(t).rt
}

// declare gives a new symbol of package t its identity and its size.
func (tt *Table) declare(f *forged) {
	switch t := f.typ.(type) {
	case *types.Basic: // unsafe.Pointer, which reflect hands out to programs without the import
		tt.export(f, reflect.TypeFor[unsafe.Pointer]())
		return
	case *types.Chan:
		dir := [...]reflect.ChanDir{types.SendRecv: reflect.BothDir, types.SendOnly: reflect.SendDir, types.RecvOnly: reflect.RecvDir}[t.Dir()]
		tt.export(f, reflect.ChanOf(dir, tt.Type(t.Elem())))
		return
	case *types.Signature:
		in, out := tt.inOut(t)
		tt.export(f, reflect.FuncOf(in, out, t.Variadic()))
		return
	case *types.Named:
		if !tt.p.Lowered(t.Obj().Pkg()) {
			tt.export(f, tt.hostType(t))
			return
		}
		if r := tt.hostIterator(t); r != nil {
			tt.export(f, r)
			return
		}
	}
	// From here on the type can be mentioned, also by itself; what it is made of
	// follows when the function at hand is done.
	f.named = forge.Declare(tt.nameOf(f.typ))
	f.rt = f.named.T
	if _, ok := f.typ.(*types.Named); !ok {
		f.named.Rename(tt.printed(f.typ))
	}
	f.named.Outline(tt.outline(f.typ.Underlying()))
	tt.export(f, f.named.T)
	tt.later = append(tt.later, f)
}

// nameOf returns the package, by its path and its name, and the name under which
// a type is declared. A literal has that of its fields without a capital.
func (tt *Table) nameOf(t types.Type) (path, pkg, name string) {
	n, ok := t.(*types.Named)
	if !ok {
		of := tt.literalPackage(t)
		return of.Path(), of.Name(), ""
	}
	return n.Obj().Pkg().Path(), n.Obj().Pkg().Name(), n.Obj().Name() + tt.nameArgs(n)
}

// literalPackage is the package that a type literal belongs to: for a struct with fields
// that are not exported, theirs, because it is another type in each package.
func (tt *Table) literalPackage(t types.Type) *types.Package {
	if s, ok := t.(*types.Struct); ok {
		for f := range s.Fields() {
			if !f.Exported() && f.Pkg() != nil {
				return f.Pkg()
			}
		}
	}
	own := tt.p.Packages()
	return own[len(own)-1]
}

// printed is how a type literal prints under %T.
func (tt *Table) printed(t types.Type) string {
	switch t := t.(type) {
	case *types.Struct:
		var b strings.Builder
		b.WriteString("struct {")
		for i := range t.NumFields() {
			f := t.Field(i)
			if i > 0 {
				b.WriteString(";")
			}
			b.WriteString(" ")
			if !f.Embedded() {
				b.WriteString(f.Name() + " ")
			}
			b.WriteString(tt.Type(f.Type()).String())
			if tag := t.Tag(i); tag != "" {
				fmt.Fprintf(&b, " %q", tag)
			}
		}
		return b.String() + " }"
	case *types.Interface:
		var b strings.Builder
		b.WriteString("interface {")
		for i := range t.NumMethods() {
			if i > 0 {
				b.WriteString(";")
			}
			m := t.Method(i)
			b.WriteString(" ")
			if !m.Exported() {
				b.WriteString(m.Pkg().Name() + ".")
			}
			b.WriteString(m.Name() + strings.TrimPrefix(tt.Type(m.Signature()).String(), "func"))
		}
		return b.String() + " }"
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

// outline is a type of the same layout as t, made without any forged type, so
// that it can be had before the types that t is made of.
func (tt *Table) outline(t types.Type) reflect.Type {
	t = tt.Plain.Type(t)
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return reflect.TypeFor[*int]()
	case *types.Slice:
		return reflect.TypeFor[[]int]()
	case *types.Map:
		return reflect.TypeFor[map[int]int]()
	case *types.Chan:
		return reflect.TypeFor[chan int]()
	case *types.Signature:
		return reflect.TypeFor[func()]()
	case *types.Interface:
		if u.NumMethods() > 0 {
			return reflect.TypeFor[error]()
		}
		return reflect.TypeFor[any]()
	case *types.Array:
		return reflect.ArrayOf(int(u.Len()), tt.outline(u.Elem()))
	case *types.Struct:
		if n, ok := types.Unalias(t).(*types.Named); ok && !tt.p.Lowered(n.Obj().Pkg()) {
			return tt.hostType(tt.Plain.Type(n).(*types.Named))
		}
		fields := make([]reflect.StructField, u.NumFields())
		for i := range fields {
			fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: tt.outline(u.Field(i).Type())}
		}
		return reflect.StructOf(fields)
	}
	return tt.Type(t.Underlying())
}

// inOut are a signature's parameters and results at run time.
func (tt *Table) inOut(s *types.Signature) (in, out []reflect.Type) {
	for v := range s.Params().Variables() {
		in = append(in, tt.Type(v.Type()))
	}
	for v := range s.Results().Variables() {
		out = append(out, tt.Type(v.Type()))
	}
	return in, out
}

// Pending says whether types are declared that Flush has to define.
func (tt *Table) Pending() bool { return len(tt.later) > 0 }

// Flush defines the types that were declared.
func (tt *Table) Flush() {
	for len(tt.later) > 0 {
		f := tt.later[0]
		tt.later = tt.later[1:]
		tt.define(f)
	}
}

// Finish completes the methods of all types.
func (tt *Table) Finish() {
	tt.Flush()
	forge.Link()
}

// define gives a declared type what it is made of. It may declare more types, which are
// defined in their turn.
func (tt *Table) define(f *forged) {
	n, isNamed := f.typ.(*types.Named)
	var err error
	switch u := f.typ.Underlying().(type) {
	case *types.Interface:
		var ms []forge.IMethod
		for m := range u.Methods() {
			ms = append(ms, forge.IMethod{Name: tt.p.MethodName(m), Type: tt.Type(m.Signature())})
		}
		err = f.named.DefineIface(isNamed, ms)
	case *types.Struct:
		err = tt.defineStruct(f, u)
	default:
		err = f.named.Define(tt.Type(u), nil, tt.methods(f))
	}
	if err != nil {
		pos := tt.p.Pos()
		if isNamed {
			pos = n.Obj().Pos()
		}
		tt.p.Fail(pos, "type %s: %v", f.typ, err)
	}
	if !isNamed {
		f.named.Unname(tt.printed(f.typ))
	}
}

// defineStruct makes a struct of reflect's, whose fields all have a capital, and has
// forge give them their names, as embedded or not, exported or not.
func (tt *Table) defineStruct(f *forged, u *types.Struct) error {
	var fields []reflect.StructField
	var names []forge.Field
	for i := range u.NumFields() {
		v := u.Field(i)
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: tt.Type(v.Type())})
		names = append(names, forge.Field{Name: v.Name(), Embedded: v.Embedded(), Tag: u.Tag(i), Sealed: !v.Exported()})
	}
	return f.named.Define(reflect.StructOf(fields), names, tt.methods(f))
}

// methods lists the method set of *T, and queues the functions behind it.
func (tt *Table) methods(f *forged) []forge.Method {
	pset := types.NewMethodSet(types.NewPointer(f.typ))
	vset := types.NewMethodSet(f.typ)
	var list []forge.Method
	// The pointer's method set has all: those that the value lacks are marked so.
	for sel := range pset.Methods() {
		m := sel.Obj().(*types.Func)
		if !m.Exported() && !tt.p.Lowered(m.Pkg()) {
			continue // a host type's, promoted: nobody can call it
		}
		if m.Signature().TypeParams().Len() > 0 {
			continue // a generic method: no interface has it, nor reflection
		}
		ptr := vset.Lookup(m.Pkg(), m.Name()) == nil
		sig := tt.Plain.Type(sel.Type()).(*types.Signature)
		name := fmt.Sprintf("m_%s_%s", f.name, m.Name())
		if tt.p.MethodName(m) != m.Name() { // the type may have another package's too
			name += fmt.Sprintf("_%d", len(list))
		}
		slot := tt.p.Method(Method{Name: name, Type: f.typ, Recv: f.rt, Sel: sel, Ptr: ptr, Sig: sig})
		list = append(list, forge.Method{
			Name: tt.p.MethodName(m), Ptr: ptr, Type: tt.Type(sig),
			Fn: func(args []reflect.Value) []reflect.Value { return slot.Call(args) },
		})
	}
	return list
}
