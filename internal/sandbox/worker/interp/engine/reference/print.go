package reference

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Print is print(args...). All is written at once, so that what goroutines print does
// not mix within a line.
func Print(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	var b strings.Builder
	for _, v := range a {
		b.WriteString(text(v))
	}
	write(b.String())
	return nil
}

// Println is println(args...), with blanks between and a line break at the end.
func Println(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	words := make([]string, len(a))
	for i, v := range a {
		words[i] = text(v)
	}
	write(strings.Join(words, " ") + "\n")
	return nil
}

// write writes to standard error at once, as the runtime does.
func write(s string) { fmt.Fprint(os.Stderr, s) }

// text is how print writes a value.
func text(a reflect.Value) string {
	v := a
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Invalid:
		return "(0x0,0x0)"
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float32, reflect.Float64:
		return fault.Float(v.Float(), v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return fault.Complex(v.Complex(), v.Type().Bits())
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%#x", v.Len(), v.Cap(), v.Pointer())
	}
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Map || v.Kind() == reflect.Chan || v.Kind() == reflect.Func:
		return fmt.Sprintf("%#x", v.Pointer())
	}
	word := v.Interface()
	e := (*abi.EFace)(unsafe.Pointer(&word))
	return fmt.Sprintf("(%#x,%#x)", uintptr(e.Type), uintptr(e.Data))
}
