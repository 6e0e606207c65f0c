//go:build amd64 || arm64

package forge

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
)

// SelfTest makes a few types and looks at them with the eyes of the standard
// library, after package abi has looked at the compiler's own descriptors. An error means that this
// build must not run programs with forged types. It takes well under a
// millisecond.
func SelfTest() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("forge: self-test: %v", r)
		}
	}()
	for _, check := range []func() error{abi.SelfTest, checkNames, checkTrampolines, checkStruct, checkInterface, checkRecover} {
		if err := check(); err != nil {
			return fmt.Errorf("forge: self-test: %w", err)
		}
	}
	return nil
}

// checkNames reads names that the compiler wrote, and one of our own.
func checkNames() error {
	f := (*abi.StructType)(unsafe.Pointer(abi.TypeOf(reflect.TypeFor[struct {
		A int `k:"v"`
	}]()))).Fields[0]
	if nameSize(f.Name) != len("A")+len(`k:"v"`)+3 {
		return errors.New("length of field names")
	}
	if n := newName("A", `k:"v"`, abi.NameExported); nameSize(n) != nameSize(f.Name) || *n.Bytes != *f.Name.Bytes {
		return errors.New("names")
	}
	return nil
}

// checkTrampolines calls through the first trampoline that is free and the
// last one.
func checkTrampolines() error {
	first, err := newSlot(nil, "")
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
	n := Declare("main", "main", "probe[int]")
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
	i := Declare("main", "main", "stringer")
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
	n := Declare("main", "main", "bomb")
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
