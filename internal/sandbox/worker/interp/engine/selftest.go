package engine

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/abi"
)

// SelfTest checks everything that this package assumes about yaegi and about
// package reflect. Its error says which assumption does not hold; no program
// may be run then.
func SelfTest() error {
	prog := reflect.TypeFor[interp.Program]()
	root, ok := prog.FieldByName("root")
	if !ok || root.Type.Kind() != reflect.Pointer {
		return fmt.Errorf("engine: interp.Program has no root node")
	}
	if err := sameLayout(prog, reflect.TypeFor[program]()); err != nil {
		return err
	}
	theirs := root.Type.Elem()
	pairs := []struct {
		field string
		ours  reflect.Type
	}{{"", reflect.TypeFor[node]()}, {"sym", reflect.TypeFor[symbol]()}, {"typ", reflect.TypeFor[itype]()}}
	for _, p := range pairs {
		t := theirs
		if p.field != "" {
			f, ok := theirs.FieldByName(p.field)
			if !ok {
				return fmt.Errorf("engine: yaegi's node has no %s", p.field)
			}
			t = f.Type.Elem()
		}
		if err := sameLayout(t, p.ours); err != nil {
			return err
		}
	}
	if err := frameLayout(); err != nil {
		return err
	}
	return funcLayout()
}

// sameLayout compares the fields of two structs by name, offset and size; ours
// may have more at the end.
func sameLayout(theirs, ours reflect.Type) error {
	for i := range theirs.NumField() {
		if i >= ours.NumField() {
			return fmt.Errorf("engine: %s has a field %s that is not known", theirs, theirs.Field(i).Name)
		}
		t, o := theirs.Field(i), ours.Field(i)
		if t.Name != o.Name || t.Offset != o.Offset || t.Type.Size() != o.Type.Size() || t.Type.Kind() != o.Type.Kind() && o.Type.Kind() != reflect.UnsafePointer {
			return fmt.Errorf("engine: %s.%s is not as expected", theirs, t.Name)
		}
	}
	return nil
}

func frameLayout() error {
	f, ok := reflect.TypeFor[interp.Interpreter]().FieldByName("frame")
	if !ok || f.Type.Kind() != reflect.Pointer {
		return fmt.Errorf("engine: interp.Interpreter has no frame")
	}
	return sameLayout(f.Type.Elem(), reflect.TypeFor[frame]())
}

// funcLayout checks that function values made by this package are recognised
// and others are not.
func funcLayout() error {
	if len(nativeCodes) != len(nativeMakers) {
		return fmt.Errorf("engine: makers of function values share code")
	}
	c := &closure{}
	for t := range nativeMakers {
		if closureOf(funcWord(t, c)) != c {
			return fmt.Errorf("engine: a %s of its own is not recognised", t)
		}
	}
	t := reflect.TypeFor[func(string, *int) (float64, error)]()
	if closureOf(funcWord(t, c)) != c {
		return fmt.Errorf("engine: a %s of its own is not recognised", t)
	}
	other := reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value { return nil })
	if closureOf(funcPointer(other)) != nil {
		return fmt.Errorf("engine: a foreign function value is taken for its own")
	}
	plain := func() {}
	if closureOf(*(*unsafe.Pointer)(unsafe.Pointer(&plain))) != nil {
		return fmt.Errorf("engine: a compiled function value is taken for its own")
	}
	var v reflect.Value = reflect.New(reflect.TypeFor[int]()).Elem()
	if w := (*abi.Value)(unsafe.Pointer(&v)); w.Flag&(abi.FlagIndir|abi.FlagAddr) != abi.FlagIndir|abi.FlagAddr {
		return fmt.Errorf("engine: reflect.Value's flags are not as expected")
	}
	return nil
}
