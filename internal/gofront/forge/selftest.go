//go:build go1.26 && !go1.27 && (amd64 || arm64)

package forge

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// SelfTest makes a few types and looks at them and at the compiler's own
// descriptors with the eyes of the standard library. An error means that this
// build must not run programs with forged types. It takes well under a
// millisecond.
func SelfTest() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("forge: self-test: %v", r)
		}
	}()
	for _, check := range []func() error{checkDescriptors, checkTrampolines, checkStruct, checkInterface, checkRecover} {
		if err := check(); err != nil {
			return fmt.Errorf("forge: self-test: this build's runtime is not as expected: %w", err)
		}
	}
	return nil
}

// probe is a type whose descriptor the compiler writes.
type probe struct {
	A int `k:"v"`
	b *probe
}

// M gives probe a method table.
func (p probe) M() *probe { return p.b }

// checkDescriptors compares descriptors that the compiler wrote with what
// reflection says about them.
func checkDescriptors() error {
	t := reflect.TypeFor[probe]()
	r := (*structType)(unsafe.Pointer(toRtype(t)))
	if r.Size != t.Size() || r.Kind != uint8(reflect.Struct) || int(r.Align) != t.Align() || r.PtrBytes != t.Size() || r.Equal == nil {
		return errors.New("type descriptor")
	}
	if r.TFlag&(tflagNamed|tflagUncommon) != tflagNamed|tflagUncommon || r.TFlag&tflagDirectIface != 0 {
		return errors.New("type flags")
	}
	if toRtype(reflect.TypeFor[*int]()).TFlag&tflagDirectIface == 0 {
		return errors.New("flag of pointer-shaped types")
	}
	u := (*uncommonType)(unsafe.Add(unsafe.Pointer(r), descriptorSize(reflect.Struct)))
	if u.Mcount != 1 || u.Xcount != 1 {
		return errors.New("uncommon type")
	}
	return checkFields(t, r)
}

func checkFields(t reflect.Type, r *structType) error {
	if len(r.Fields) != 2 || r.Fields[1].Offset != t.Field(1).Offset || toType(r.Fields[1].Type) != t.Field(1).Type {
		return errors.New("struct fields")
	}
	if *r.Fields[0].Name.bytes != nameExported|nameHasTag || *r.Fields[1].Name.bytes != 0 {
		return errors.New("field names")
	}
	if r.Fields[0].Name.size() != len("A")+len(`k:"v"`)+3 {
		return errors.New("length of field names")
	}
	m := reflect.TypeFor[map[string]probe]()
	if mt := (*mapType)(unsafe.Pointer(toRtype(m))); toType(mt.Key) != m.Key() || toType(mt.Elem) != m.Elem() || mt.Hasher == nil {
		return errors.New("map descriptor")
	}
	e := (*interfaceType)(unsafe.Pointer(toRtype(reflect.TypeFor[error]())))
	if len(e.Methods) != 1 {
		return errors.New("interface descriptor")
	}
	return nil
}

// checkTrampolines calls through the first trampoline that is free and the
// last one.
func checkTrampolines() error {
	first, err := newSlot()
	if err != nil {
		return err
	}
	last := slot(slotCount - 1)
	for i, s := range []slot{first, last} {
		s.set(reflect.ValueOf(func(a, b int) int { return a*10 + b + i }))
		pc := slotBase() + uintptr(s)*slotSize
		fv := unsafe.Pointer(&pc)
		if got := (*(*func(a, b int) int)(unsafe.Pointer(&fv)))(4, 2); got != 42+i {
			return fmt.Errorf("trampoline %d returned %d", s, got)
		}
	}
	closures[last] = nil
	return nil
}

func checkStruct() error {
	n := Declare("main", "probe[int]")
	under := reflect.StructOf([]reflect.StructField{
		{Name: "F0", Type: reflect.TypeFor[string]()}, {Name: "F1", Type: n.PtrT},
	})
	err := n.Define(under, []Field{{Name: "Text"}, {Name: "next", Sealed: true}}, []Method{{
		Name: "Error", Type: reflect.TypeFor[func() string](),
		Fn: func(a []reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf("<" + a[0].Field(0).String() + ">")}
		},
	}})
	if err != nil {
		return err
	}
	Link()
	v := reflect.New(n.T)
	v.Elem().Field(0).SetString("x")
	Retype(v.Elem()).Field(1).Set(v)
	if got := fmt.Sprintf("%v %T %s", v.Elem(), v.Interface(), fmt.Errorf("%w", v.Interface().(error))); got != "<x> *main.probe[int] <x>" {
		return fmt.Errorf("fmt prints %q", got)
	}
	target := reflect.New(n.PtrT)
	if !errors.As(fmt.Errorf("%w", v.Interface().(error)), target.Interface()) || target.Elem().Pointer() != v.Pointer() {
		return errors.New("errors.As does not find the type")
	}
	if m := map[any]int{v.Elem().Interface(): 1}; m[v.Elem().Interface()] != 1 {
		return errors.New("not found as a map key")
	}
	if n.T.Name() != "probe[int]" || n.T.PkgPath() != "main" || n.T.Field(1).IsExported() || v.Elem().Field(1).CanInterface() {
		return errors.New("name or fields in reflection")
	}
	return nil
}

func checkInterface() error {
	i := Declare("main", "stringer")
	if err := i.DefineIface(true, []IMethod{{"String", reflect.TypeFor[func() string]()}}); err != nil {
		return err
	}
	t := reflect.TypeFor[reflect.Value]()
	if !t.Implements(i.T) || reflect.TypeFor[int]().Implements(i.T) {
		return errors.New("interface method sets")
	}
	v := reflect.New(i.T).Elem()
	v.Set(reflect.ValueOf(reflect.Int))
	if out := v.Method(0).Call(nil); out[0].String() != "int" {
		return errors.New("calls through an interface")
	}
	return nil
}

// checkRecover unwinds through a trampoline.
func checkRecover() error {
	n := Declare("main", "bomb")
	err := n.Define(reflect.TypeFor[int](), nil, []Method{{
		Name: "String", Type: reflect.TypeFor[func() string](),
		Fn: func(a []reflect.Value) []reflect.Value { panic(a[0].Int()) },
	}})
	if err != nil {
		return err
	}
	Link()
	v := reflect.New(n.T).Elem()
	v.SetInt(7)
	if got := fmt.Sprint(v.Interface()); got != "%!v(PANIC=String method: 7)" {
		return fmt.Errorf("a panic in a method prints %q", got)
	}
	return nil
}
