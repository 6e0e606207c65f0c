//go:build amd64 || arm64

package forge

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"

	"playground/internal/gofront/abi"
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

	path, name string
	t          *abi.Type
	p          *abi.PtrType
	chunk      *chunk
	methods    []*boundMethod
}

// Declare makes the identity of the type pkg.name of the package at path. name
// may be an instance's ("Pair[int,string]"); a name may be declared many times,
// each a new type.
func Declare(path, pkg, name string) *Named {
	const room = unsafe.Sizeof(abi.UncommonType{}) + maxFuncParams*unsafe.Sizeof(uintptr(0))
	n := &Named{path: path, name: name}
	mem, c := alloc(abi.DescriptorSize(reflect.Map) + room + unsafe.Sizeof(abi.PtrType{}) + unsafe.Sizeof(abi.UncommonType{}))
	n.t, n.chunk = (*abi.Type)(mem), c
	n.p = (*abi.PtrType)(unsafe.Add(mem, abi.DescriptorSize(reflect.Map)+room))
	*n.p = *(*abi.PtrType)(unsafe.Pointer(abi.TypeOf(reflect.TypeFor[*struct{}]())))
	n.p.TFlag &^= abi.TFlagExtraStar | abi.TFlagNamed | abi.TFlagUncommon
	n.p.PtrToThis = 0
	n.p.Elem = n.t
	h := fnv.New32a()
	fmt.Fprint(h, path, ".", name, typeCount.Add(1))
	n.t.Hash = h.Sum32()
	n.p.Hash = n.t.Hash*16777619 + 9
	n.t.PtrToThis = abi.AddReflectOff(unsafe.Pointer(n.p))
	n.T, n.PtrT = abi.ToType(n.t), abi.ToType(&n.p.Type)
	n.Rename(pkg + "." + name)
	keep(n)
	return n
}

// Rename sets the text that stands for the type in %T and %v.
func (n *Named) Rename(s string) {
	n.t.Str = nameOffset(newName(s, "", abi.NameExported))
	n.p.Str = nameOffset(newName("*"+s, "", 0))
}

// Unname makes a defined type one without a name, printed as s: a struct or an
// interface type literal.
func (n *Named) Unname(s string) {
	n.Rename(s)
	n.t.TFlag &^= abi.TFlagNamed
}

// Outline gives the type the layout of model before its parts are known: types
// that hold a T by value (arrays, maps, structs) can be made of an outlined
// type, so that a type can contain itself through them. model must have the
// kind, size, pointers and comparability of the type to be defined.
func (n *Named) Outline(model reflect.Type) { n.copyLayout(abi.TypeOf(model)) }

// copyLayout makes n's descriptor a copy of u's, but for what makes n itself.
func (n *Named) copyLayout(u *abi.Type) {
	str, ptr, hash := n.t.Str, n.t.PtrToThis, n.t.Hash
	size := abi.DescriptorSize(reflect.Kind(u.Kind))
	copy(unsafe.Slice((*byte)(unsafe.Pointer(n.t)), size), unsafe.Slice((*byte)(unsafe.Pointer(u)), size))
	n.t.Str, n.t.PtrToThis, n.t.Hash = str, ptr, hash
	n.t.TFlag &^= abi.TFlagExtraStar | abi.TFlagUncommon | abi.TFlagNamed
}

// Define makes n a type with the given underlying type and methods. For a
// struct, fields gives the true names, one for each field of under, whose own
// field names do not matter. The methods are those of *T, promoted ones
// included. Define must be called before a value of the type is made.
func (n *Named) Define(under reflect.Type, fields []Field, methods []Method) error {
	u := abi.TypeOf(under)
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
	n.t.TFlag |= abi.TFlagNamed
	return n.defineMethods(methods)
}

func (n *Named) defineFields(under reflect.Type, fields []Field) {
	st := (*abi.StructType)(unsafe.Pointer(n.t))
	st.PkgPath = abi.Name{}
	if slices.ContainsFunc(fields, func(f Field) bool { return f.Sealed }) {
		// Only names that belong to a package make a struct its package's.
		st.PkgPath = newName(n.path, "", 0)
	}
	own := append([]abi.StructField(nil), st.Fields...)
	blank := false
	for i, f := range fields {
		tag := f.Tag
		if tag == "" {
			tag = string(under.Field(i).Tag)
		}
		var flags byte
		if !f.Sealed {
			flags |= abi.NameExported
		}
		if f.Embedded {
			flags |= abi.NameEmbedded
		}
		own[i].Name = newName(f.Name, tag, flags)
		blank = blank || f.Name == "_"
	}
	keep(own)
	st.Fields = own
	if blank && n.t.Equal != nil {
		n.t.TFlag &^= abi.TFlagRegularMemory
		n.t.Equal = equalButBlank(own, fields)
		keep(n.t.Equal)
	}
}

// equalButBlank compares all fields but those named _, as the language does.
func equalButBlank(own []abi.StructField, fields []Field) func(p, q unsafe.Pointer) bool {
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
func (n *Named) defineFunc(u *abi.Type) error {
	if reflect.Kind(u.Kind) != reflect.Func {
		return nil
	}
	f := (*abi.FuncType)(unsafe.Pointer(u))
	count := n.paramCount()
	if count > maxFuncParams {
		return fmt.Errorf("forge: %s: more than %d parameters and results in a named function type", n.T, maxFuncParams)
	}
	from := unsafe.Add(unsafe.Pointer(f), unsafe.Sizeof(*f))
	if u.TFlag&abi.TFlagUncommon != 0 {
		from = unsafe.Add(from, unsafe.Sizeof(abi.UncommonType{}))
	}
	to := unsafe.Add(unsafe.Pointer(n.t), unsafe.Sizeof(*f)+unsafe.Sizeof(abi.UncommonType{}))
	copy(unsafe.Slice((*uintptr)(to), count), unsafe.Slice((*uintptr)(from), count))
	return nil
}

func (n *Named) paramCount() int {
	f := (*abi.FuncType)(unsafe.Pointer(n.t))
	return int(f.In) + int(f.Out&0x7fff)
}
