package engine

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// runtimeError gives the panics of package reflect the runtime's words.
func runtimeError(v any) any {
	switch e := v.(type) {
	case *reflect.ValueError:
		return nilDereference()
	case string:
		if strings.HasPrefix(e, "reflect") {
			return reflectError(e)
		}
	case runtime.Error:
		// An assignment through reflection looks the key up first.
		if t, ok := strings.CutPrefix(e.Error(), "hash of unhashable type: "); ok {
			return plainError("hash of unhashable type " + t)
		}
	}
	return v
}

func reflectError(s string) any {
	switch {
	case strings.Contains(s, "nil pointer"), strings.Contains(s, "zero Value"), strings.Contains(s, "nil interface value"):
		return nilDereference()
	case strings.Contains(s, "index out of range"):
		return plainError("index out of range")
	case strings.Contains(s, "slice bounds") || strings.Contains(s, "slice index"):
		return plainError("slice bounds out of range")
	}
	return s
}

// plainError is a runtime.Error that this package raises.
type plainError string

func (e plainError) Error() string { return "runtime error: " + string(e) }

// RuntimeError makes plainError a runtime.Error.
func (plainError) RuntimeError() {}

// plainErr is an error of the runtime whose text has no prefix.
type plainErr string

func (e plainErr) Error() string { return string(e) }

// RuntimeError makes plainErr a runtime.Error.
func (plainErr) RuntimeError() {}

// typeAssertionError stands for *runtime.TypeAssertionError.
type typeAssertionError string

func (e typeAssertionError) Error() string { return string(e) }

// RuntimeError makes typeAssertionError a runtime.Error.
func (typeAssertionError) RuntimeError() {}

func assertError(iface reflect.Type, v reflect.Value, t reflect.Type) runtime.Error {
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

// nilDereference is the runtime's own error.
func nilDereference() (err any) {
	defer func() { err = recover() }()
	var p *int
	return *p
}

// shortSlice is the runtime's own error.
func shortSlice(have, want int) (err any) {
	return plainError("cannot convert slice with length " + itoa(have) + " to array or pointer to array with length " + itoa(want))
}

// bounds is a bounds error. A negative index has a text of its own.
func bounds(format string, x, y int) runtime.Error {
	if x < 0 {
		s := fmt.Sprintf(format, x, y)
		if i := strings.Index(s, " with"); i >= 0 {
			s = s[:i]
		} else if i := strings.LastIndexByte(s, ':'); i >= 0 && strings.HasPrefix(format, "slice bounds out of range [%d:") {
			s = s[:i+1] + "]"
		}
		return plainError(s)
	}
	return plainError(fmt.Sprintf(format, x, y))
}
