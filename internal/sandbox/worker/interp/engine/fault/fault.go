package fault

import (
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// Translate gives the panics of package reflect the runtime's words.
func Translate(v any) any {
	switch e := v.(type) {
	case *reflect.ValueError:
		return NilDereference()
	case string:
		if strings.HasPrefix(e, "reflect") {
			return reflectError(e)
		}
	case runtime.Error:
		// An assignment through reflection looks the key up first.
		if t, ok := strings.CutPrefix(e.Error(), "hash of unhashable type: "); ok {
			return Error("hash of unhashable type " + t)
		}
	}
	return v
}

func reflectError(s string) any {
	switch {
	case strings.Contains(s, "nil pointer"), strings.Contains(s, "zero Value"), strings.Contains(s, "nil interface value"):
		return NilDereference()
	case strings.Contains(s, "index out of range"):
		return Error("index out of range")
	case strings.Contains(s, "slice bounds") || strings.Contains(s, "slice index"):
		return Error("slice bounds out of range")
	}
	return s
}

// Error is a runtime.Error that this package raises.
type Error string

func (e Error) Error() string { return "runtime error: " + string(e) }

// RuntimeError makes Error a runtime.Error.
func (Error) RuntimeError() {}

// Plain is an error of the runtime whose text has no prefix.
type Plain string

func (e Plain) Error() string { return string(e) }

// RuntimeError makes Plain a runtime.Error.
func (Plain) RuntimeError() {}

// typeAssertionError stands for *runtime.TypeAssertionError.
type typeAssertionError string

func (e typeAssertionError) Error() string { return string(e) }

// RuntimeError makes typeAssertionError a runtime.Error.
func (typeAssertionError) RuntimeError() {}

func Assertion(iface reflect.Type, v reflect.Value, t reflect.Type) runtime.Error {
	name := iface.String()
	if name == "interface {}" || name == "any" {
		name = "interface {}"
	}
	have := "nil"
	if v.IsValid() {
		have = v.Type().String()
	}
	if t.Kind() == reflect.Interface && v.IsValid() {
		return typeAssertionError(fmt.Sprintf("interface conversion: %s is not %s: missing method %s", have, t, missingMethod(v.Type(), t)))
	}
	if t.Kind() == reflect.Interface {
		return typeAssertionError(fmt.Sprintf("interface conversion: interface is nil, not %s", t))
	}
	if have == t.String() {
		return typeAssertionError(fmt.Sprintf("interface conversion: %s is %s, not %s (types from different scopes)", name, have, t))
	}
	return typeAssertionError(fmt.Sprintf("interface conversion: %s is %s, not %s", name, have, t))
}

// NilDereference is the runtime's own error.
func NilDereference() (err any) {
	defer func() { err = recover() }()
	var p *int
	return *p
}

// ShortSlice is the runtime's own error.
func ShortSlice(have, want int) (err any) {
	return Error("cannot convert slice with length " + strconv.Itoa(have) + " to array or pointer to array with length " + strconv.Itoa(want))
}

func missingMethod(v, t reflect.Type) string {
	for i := range t.NumMethod() {
		m := t.Method(i)
		if h, ok := v.MethodByName(m.Name); !ok || h.Type.NumIn()-1 != m.Type.NumIn() {
			return m.Name
		}
	}
	return t.Method(0).Name
}

func NilMethod(rt reflect.Type, name string) any {
	return Plain(fmt.Sprintf("value method %s.%s called using nil *%s pointer", rt.Elem(), name, rt.Elem().Name()))
}
