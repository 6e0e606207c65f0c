//go:build go1.26 && !go1.27 && (amd64 || arm64)

package forge

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"sync/atomic"
	"unsafe"
)

// maxFuncParams bounds the parameters and results of a named function type.
const maxFuncParams = 48

// typeCount gives types of the same name different hashes.
var typeCount atomic.Uint32

// Named is a forged type. T and PtrT may be used in other types as soon as the
// type is declared; values may be made when it is defined.
type Named struct {
	T, PtrT reflect.Type

	// View and PtrView are the type with its fields open to reflection, and the
	// pointer to it: a type without a name, of the same layout. They are T and
	// PtrT when no field is sealed. Set by Define.
	View, PtrView reflect.Type

	pkg, name string
	t         *rtype
	p         *ptrType
	chunk     *chunk
	methods   []*boundMethod
}

// Declare makes the identity of the type pkg.name. name may be an instance's
// ("Pair[int,string]"); a name may be declared many times, each a new type.
func Declare(pkg, name string) *Named {
	const room = unsafe.Sizeof(uncommonType{}) + maxFuncParams*unsafe.Sizeof(uintptr(0))
	n := &Named{pkg: pkg, name: name}
	mem, c := alloc(descriptorSize(reflect.Map) + room + unsafe.Sizeof(ptrType{}) + unsafe.Sizeof(uncommonType{}))
	n.t, n.chunk = (*rtype)(mem), c
	n.p = (*ptrType)(unsafe.Add(mem, descriptorSize(reflect.Map)+room))
	*n.p = *(*ptrType)(unsafe.Pointer(toRtype(reflect.TypeFor[*struct{}]())))
	n.p.TFlag &^= tflagExtraStar | tflagNamed | tflagUncommon
	n.p.PtrToThis = 0
	n.p.Elem = n.t
	h := fnv.New32a()
	fmt.Fprint(h, pkg, ".", name, typeCount.Add(1))
	n.t.Hash = h.Sum32()
	n.p.Hash = n.t.Hash*16777619 + 9
	n.t.PtrToThis = addReflectOff(unsafe.Pointer(n.p))
	n.T, n.PtrT = toType(n.t), toType(&n.p.rtype)
	n.Rename(pkg + "." + name)
	keep(n)
	return n
}

// Rename sets the text that stands for the type in %T and %v.
func (n *Named) Rename(s string) {
	n.t.Str = newName(s, "", nameExported).offset()
	n.p.Str = newName("*"+s, "", 0).offset()
}

// Unname makes a defined type one without a name, printed as s: a struct or an
// interface type literal.
func (n *Named) Unname(s string) {
	n.Rename(s)
	n.t.TFlag &^= tflagNamed
}

// Outline gives the type the layout of model before its parts are known: types
// that hold a T by value (arrays, maps, structs) can be made of an outlined
// type, so that a type can contain itself through them. model must have the
// kind, size, pointers and comparability of the type to be defined.
func (n *Named) Outline(model reflect.Type) { n.copyLayout(toRtype(model)) }

// copyLayout makes n's descriptor a copy of u's, but for what makes n itself.
func (n *Named) copyLayout(u *rtype) {
	str, ptr, hash := n.t.Str, n.t.PtrToThis, n.t.Hash
	size := descriptorSize(reflect.Kind(u.Kind))
	copy(unsafe.Slice((*byte)(unsafe.Pointer(n.t)), size), unsafe.Slice((*byte)(unsafe.Pointer(u)), size))
	n.t.Str, n.t.PtrToThis, n.t.Hash = str, ptr, hash
	n.t.TFlag &^= tflagExtraStar | tflagUncommon | tflagNamed
}

// Define makes n a type with the given underlying type and methods. For a
// struct, fields gives the true names, one for each field of under, whose own
// field names do not matter. The methods are those of *T, promoted ones
// included. Define must be called before a value of the type is made.
func (n *Named) Define(under reflect.Type, fields []Field, methods []Method) error {
	u := toRtype(under)
	keep(under)
	n.copyLayout(u)
	if under.Kind() == reflect.Struct && fields != nil {
		if len(fields) != under.NumField() {
			return fmt.Errorf("forge: %s: %d field names for %d fields", n.T, len(fields), under.NumField())
		}
		n.defineFields(under, fields)
	}
	n.View, n.PtrView = n.T, n.PtrT
	for _, f := range fields {
		if f.Sealed {
			n.makeView()
			break
		}
	}
	if err := n.defineFunc(u); err != nil {
		return err
	}
	n.t.TFlag |= tflagNamed
	return n.defineMethods(methods)
}

func (n *Named) defineFields(under reflect.Type, fields []Field) {
	st := (*structType)(unsafe.Pointer(n.t))
	st.PkgPath = newName(n.pkg, "", 0)
	own := append([]structField(nil), st.Fields...)
	blank := false
	for i, f := range fields {
		tag := f.Tag
		if tag == "" {
			tag = string(under.Field(i).Tag)
		}
		var flags byte
		if !f.Sealed {
			flags |= nameExported
		}
		if f.Embedded {
			flags |= nameEmbedded
		}
		own[i].Name = newName(f.Name, tag, flags)
		blank = blank || f.Name == "_"
	}
	keep(own)
	st.Fields = own
	if blank && n.t.Equal != nil {
		n.t.TFlag &^= tflagRegularMemory
		n.t.Equal = equalButBlank(own, fields)
		keep(n.t.Equal)
	}
}

// equalButBlank compares all fields but those named _, as the language does.
func equalButBlank(own []structField, fields []Field) func(p, q unsafe.Pointer) bool {
	return func(p, q unsafe.Pointer) bool {
		for i := range own {
			f := &own[i]
			if fields[i].Name != "_" && !f.Type.Equal(unsafe.Add(p, f.Offset), unsafe.Add(q, f.Offset)) {
				return false
			}
		}
		return true
	}
}

// defineFunc copies the parameter list of a function type, which lies after the
// uncommon part.
func (n *Named) defineFunc(u *rtype) error {
	if reflect.Kind(u.Kind) != reflect.Func {
		return nil
	}
	f := (*funcType)(unsafe.Pointer(u))
	count := n.paramCount()
	if count > maxFuncParams {
		return fmt.Errorf("forge: %s: more than %d parameters and results in a named function type", n.T, maxFuncParams)
	}
	from := unsafe.Add(unsafe.Pointer(f), unsafe.Sizeof(*f))
	if u.TFlag&tflagUncommon != 0 {
		from = unsafe.Add(from, unsafe.Sizeof(uncommonType{}))
	}
	to := unsafe.Add(unsafe.Pointer(n.t), unsafe.Sizeof(*f)+unsafe.Sizeof(uncommonType{}))
	copy(unsafe.Slice((*uintptr)(to), count), unsafe.Slice((*uintptr)(from), count))
	return nil
}

func (n *Named) paramCount() int {
	f := (*funcType)(unsafe.Pointer(n.t))
	return int(f.In) + int(f.Out&0x7fff)
}
