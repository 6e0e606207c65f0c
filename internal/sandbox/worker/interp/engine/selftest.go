package engine

import (
	"fmt"
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// SelfTest checks everything that this package assumes about yaegi and about
// package reflect. Its error says which assumption does not hold; no program
// may be run then.
func SelfTest() error {
	if err := yaegi.SelfTest(); err != nil {
		return err
	}
	return funcLayout()
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
