package lower

import (
	"fmt"
	"go/types"
	"reflect"
	"regexp"
	"strings"
	"unsafe"

	"playground/internal/gofront/forge"
	"playground/internal/gofront/ir"
)

// forged is a type that is a symbol of package t: the reader's named types,
// struct, interface, function and channel types, and the host's own.
type forged struct {
	typ   types.Type
	name  string // in package t
	rt    reflect.Type
	named *forge.Named // nil for types that reflect or the host provides
}

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

// rtype is the run-time type of t.
func (tt *typeTable) rtype(t types.Type) reflect.Type {
	t = tt.plain.typ(t)
	switch t := t.(type) {
	case *types.Alias:
		return tt.rtype(types.Unalias(t))
	case *types.Basic:
		if r := basics[types.Default(t).(*types.Basic).Kind()]; r != nil {
			return r
		}
	case *types.Pointer:
		return reflect.PointerTo(tt.rtype(t.Elem()))
	case *types.Slice:
		return reflect.SliceOf(tt.rtype(t.Elem()))
	case *types.Array:
		return reflect.ArrayOf(int(t.Len()), tt.rtype(t.Elem()))
	case *types.Map:
		return reflect.MapOf(tt.rtype(t.Key()), tt.rtype(t.Elem()))
	case *types.Tuple:
		panic("tuple has no run-time type")
	}
	switch tt.text(t) {
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
func (tt *typeTable) declare(f *forged) {
	switch t := f.typ.(type) {
	case *types.Basic: // unsafe.Pointer, which reflect hands out to programs without the import
		tt.export(f, reflect.TypeFor[unsafe.Pointer]())
		return
	case *types.Chan:
		dir := [...]reflect.ChanDir{types.SendRecv: reflect.BothDir, types.SendOnly: reflect.SendDir, types.RecvOnly: reflect.RecvDir}[t.Dir()]
		tt.export(f, reflect.ChanOf(dir, tt.rtype(t.Elem())))
		return
	case *types.Signature:
		in, out := tt.inOut(t)
		tt.export(f, reflect.FuncOf(in, out, t.Variadic()))
		return
	case *types.Named:
		if tt.p.sources[t.Obj().Pkg()] == nil {
			tt.export(f, tt.hostType(t))
			return
		}
	}
	f.named = forge.Declare(tt.nameOf(f.typ))
	f.rt = f.named.T
	if _, ok := f.typ.(*types.Named); !ok {
		f.named.Rename(tt.printed(f.typ))
	}
	f.named.Outline(tt.outline(f.typ.Underlying()))
	tt.export(f, f.named.T)
	tt.later = append(tt.later, f)
}

func (tt *typeTable) hostType(t *types.Named) reflect.Type {
	o := t.Obj()
	v, ok := tt.p.host.Symbols(o.Pkg().Path())[o.Name()]
	if !ok {
		if r := tt.hostByAlias(t); r != nil {
			return r
		}
		if r := tt.hostByShape(t); r != nil {
			return r
		}
		tt.p.fail(0, "type %s.%s cannot be used here", o.Pkg().Path(), o.Name())
	}
	return v.Type().Elem()
}

// hostByShape finds a type that the host's tables do not list, because it is
// not exported, in the types of those that they list.
func (tt *typeTable) hostByShape(t *types.Named) reflect.Type {
	pkg := t.Obj().Pkg()
	symbols := tt.p.host.Symbols(pkg.Path())
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
func (tt *typeTable) hostByAlias(t *types.Named) reflect.Type {
	for _, s := range tt.p.packages {
		for _, pkg := range s.Pkg.Imports() {
			for name, v := range tt.p.host.Symbols(pkg.Path()) {
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

// nameOf returns the package, by its path and its name, and the name under which
// a type is declared. A literal has that of its fields without a capital.
func (tt *typeTable) nameOf(t types.Type) (path, pkg, name string) {
	n, ok := t.(*types.Named)
	if !ok {
		of := tt.literalPackage(t)
		return of.Path(), of.Name(), ""
	}
	name = n.Obj().Name()
	if args := n.TypeArgs(); args.Len() > 0 {
		var list []string
		for a := range args.Types() {
			list = append(list, argString(a))
		}
		name += "[" + strings.Join(list, ",") + "]"
	}
	return n.Obj().Pkg().Path(), n.Obj().Pkg().Name(), name
}

func (tt *typeTable) literalPackage(t types.Type) *types.Package {
	if s, ok := t.(*types.Struct); ok {
		for f := range s.Fields() {
			if !f.Exported() && f.Pkg() != nil {
				return f.Pkg()
			}
		}
	}
	return tt.p.packages[len(tt.p.packages)-1].Pkg
}

// printed is how a type literal prints under %T.
func (tt *typeTable) printed(t types.Type) string {
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
			b.WriteString(tt.rtype(f.Type()).String())
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
			b.WriteString(m.Name() + strings.TrimPrefix(tt.rtype(m.Signature()).String(), "func"))
		}
		return b.String() + " }"
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

// outline is a type of the same layout as t, made without any forged type, so
// that it can be had before the types that t is made of.
func (tt *typeTable) outline(t types.Type) reflect.Type {
	t = tt.plain.typ(t)
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
		if n, ok := types.Unalias(t).(*types.Named); ok && tt.p.sources[n.Obj().Pkg()] == nil {
			return tt.hostType(tt.plain.typ(n).(*types.Named))
		}
		fields := make([]reflect.StructField, u.NumFields())
		for i := range fields {
			fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: tt.outline(u.Field(i).Type())}
		}
		return reflect.StructOf(fields)
	}
	return tt.rtype(t.Underlying())
}

func (tt *typeTable) inOut(s *types.Signature) (in, out []reflect.Type) {
	for v := range s.Params().Variables() {
		in = append(in, tt.rtype(v.Type()))
	}
	for v := range s.Results().Variables() {
		out = append(out, tt.rtype(v.Type()))
	}
	return in, out
}

func (tt *typeTable) pending() bool { return len(tt.later) > 0 }

// flush defines the types that were declared.
func (tt *typeTable) flush() {
	for len(tt.later) > 0 {
		f := tt.later[0]
		tt.later = tt.later[1:]
		tt.define(f)
	}
}

// finish completes the methods of all types.
func (tt *typeTable) finish() {
	tt.flush()
	forge.Link()
}

func (tt *typeTable) define(f *forged) {
	n, isNamed := f.typ.(*types.Named)
	var err error
	switch u := f.typ.Underlying().(type) {
	case *types.Interface:
		var ms []forge.IMethod
		for m := range u.Methods() {
			ms = append(ms, forge.IMethod{Name: tt.p.methodName(m), Type: tt.rtype(m.Signature())})
		}
		err = f.named.DefineIface(isNamed, ms)
	case *types.Struct:
		err = tt.defineStruct(f, u)
	default:
		err = f.named.Define(tt.rtype(u), nil, tt.methods(f))
	}
	if err != nil {
		pos := tt.p.pos
		if isNamed {
			pos = n.Obj().Pos()
		}
		tt.p.fail(pos, "type %s: %v", f.typ, err)
	}
	if !isNamed {
		f.named.Unname(tt.printed(f.typ))
	}
}

func (tt *typeTable) defineStruct(f *forged, u *types.Struct) error {
	var fields []reflect.StructField
	var names []forge.Field
	for i := range u.NumFields() {
		v := u.Field(i)
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: tt.rtype(v.Type())})
		names = append(names, forge.Field{Name: v.Name(), Embedded: v.Embedded(), Tag: u.Tag(i), Sealed: !v.Exported()})
	}
	return f.named.Define(reflect.StructOf(fields), names, tt.methods(f))
}

// methodName is a method's name at run time. All names are marked as exported
// there, so one that is not gets its package into the name: methods of two
// packages are never the same. Package main's stay as they are, for traces.
func (p *program) methodName(m *types.Func) string {
	if m.Exported() || m.Pkg().Path() == "main" || p.sources[m.Pkg()] == nil {
		return m.Name()
	}
	return m.Pkg().Path() + "." + m.Name()
}

// methods lists the method set of *T, and queues the functions behind it.
func (tt *typeTable) methods(f *forged) []forge.Method {
	pset := types.NewMethodSet(types.NewPointer(f.typ))
	vset := types.NewMethodSet(f.typ)
	var list []forge.Method
	for sel := range pset.Methods() {
		m := sel.Obj().(*types.Func)
		if !m.Exported() && tt.p.sources[m.Pkg()] == nil {
			continue // a host type's, promoted: nobody can call it
		}
		if m.Signature().TypeParams().Len() > 0 {
			continue // a generic method: no interface has it, nor reflection
		}
		ptr := vset.Lookup(m.Pkg(), m.Name()) == nil
		sig := tt.plain.typ(sel.Type()).(*types.Signature)
		slot := &ir.Slot{Name: fmt.Sprintf("m_%s_%s", f.name, m.Name())}
		if tt.p.methodName(m) != m.Name() { // the type may have another package's too
			slot.Name += fmt.Sprintf("_%d", len(list))
		}
		tt.p.res.Slots = append(tt.p.res.Slots, slot)
		tt.p.queue = append(tt.p.queue, func() { tt.p.methodBody(slot.Name, f.typ, sel, ptr, sig) })
		recv := f.rt
		slot.Ptr, slot.Recv = ptr, recv
		if ptr {
			recv = reflect.PointerTo(recv)
			slot.Recv = recv
		} else {
			tt.p.res.Methods[MethodKey{reflect.PointerTo(recv), tt.p.methodName(m)}] = slot
		}
		tt.p.res.Methods[MethodKey{recv, tt.p.methodName(m)}] = slot
		list = append(list, forge.Method{
			Name: tt.p.methodName(m), Ptr: ptr, Type: tt.rtype(sig),
			Fn: func(args []reflect.Value) []reflect.Value { return slot.Call(args) },
		})
	}
	return list
}

// predeclared are the words that run-time names spell differently.
var predeclared = regexp.MustCompile(`(^|[^.\w])(byte|rune|any)\b`)

// argString is a type argument as it stands in the name of an instance.
func argString(t types.Type) string {
	text := types.TypeString(t, func(p *types.Package) string { return p.Path() })
	return predeclared.ReplaceAllStringFunc(text, func(m string) string {
		i := strings.IndexAny(m, "bra")
		for j, w := range []string{"byte", "rune", "any"} {
			if strings.HasSuffix(m, w) {
				i = len(m) - len(w)
				return m[:i] + [...]string{"uint8", "int32", "interface {}"}[j]
			}
		}
		return m[:i]
	})
}
