package fault

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unsafe"
)

// Assertion is the panic of a failed x.(t), where x is of type iface and holds v.
func Assertion(iface reflect.Type, v reflect.Value, t reflect.Type) any {
	missing := ""
	if t.Kind() == reflect.Interface {
		iface = anyType // an assertion to an interface says only what x holds
		if v.IsValid() {
			missing = missingMethod(v.Type(), t)
		} else {
			iface = nil
		}
	}
	var have reflect.Type
	if v.IsValid() {
		have = v.Type()
	}
	return assertionError(iface, have, t, missing)
}

func missingMethod(v, t reflect.Type) string {
	for i := range t.NumMethod() {
		m := t.Method(i)
		if h, ok := v.MethodByName(m.Name); !ok || h.Type.NumIn()-1 != m.Type.NumIn() {
			return methodName(m)
		}
	}
	return methodName(t.Method(0))
}

// methodName is a method's own name: one that belongs to a package of the
// program has its path before it.
func methodName(m reflect.Method) string { return m.Name[strings.LastIndexByte(m.Name, '.')+1:] }

// NilMethod is the panic of a value method called through a nil pointer.
func NilMethod(rt reflect.Type, name string) any {
	return Plain("value method " + rt.Elem().String() + "." + name + " called using nil *" + rt.Elem().Name() + " pointer")
}

// SelfTest checks that the runtime's errors can be made: that they have the
// fields which are written, and come out in the runtime's words.
func SelfTest() error {
	for field, size := range map[string]uintptr{"x": 8, "y": unsafe.Sizeof(0), "signed": 1, "code": 1} {
		if f, ok := boundsError.FieldByName(field); !ok || f.Type.Size() != size {
			return fmt.Errorf("fault: runtime.boundsError has no field %s of %d bytes", field, size)
		}
	}
	t := reflect.TypeFor[runtime.TypeAssertionError]()
	for field, size := range map[string]uintptr{"_interface": 8, "concrete": 8, "asserted": 8, "missingMethod": 16} {
		if f, ok := t.FieldByName(field); !ok || f.Type.Size() != size {
			return fmt.Errorf("fault: runtime.TypeAssertionError has no field %s of %d bytes", field, size)
		}
	}
	if errorString.Kind() != reflect.String || plainError.Kind() != reflect.String {
		return fmt.Errorf("fault: %s and %s are no strings", errorString, plainError)
	}
	for want, got := range map[string]any{
		"runtime error: x": Error("x"),
		"x":                Plain("x"),
		"runtime error: slice bounds out of range [::5] with length 4":                                 slice3OfArray(5, 4, true),
		"runtime error: cannot convert slice with length 1 to array or pointer to array with length 2": ShortSlice(1, 2),
		"interface conversion: interface {} is int, not string":                                        Assertion(anyType, reflect.ValueOf(1), reflect.TypeFor[string]()),
	} {
		if err, ok := got.(runtime.Error); !ok || err.Error() != want {
			return fmt.Errorf("fault: %v instead of %q", got, want)
		}
	}
	return nil
}
