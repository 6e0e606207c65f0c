package observe

import (
	"reflect"
	"strconv"
)

// maxValue bounds how much of a string is shown, in bytes.
const maxValue = 24

// Show is a value for people: what is basic as Go writes it, of anything else the type.
// It calls no method of it: that would be the program.
func Show(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', 6, 64)
	case reflect.String:
		if s := v.String(); len(s) > maxValue {
			return strconv.Quote(s[:maxValue]) + "…"
		}
		return strconv.Quote(v.String())
	case reflect.Interface:
		if !v.IsNil() {
			return Show(v.Elem())
		}
		return "nil"
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		if v.IsNil() {
			return "nil"
		}
	case reflect.Struct:
		if v.NumField() == 0 {
			return "{}"
		}
		return v.Type().String() + "{…}"
	}
	return v.Type().String()
}
