package memory

import (
	"reflect"
	"strconv"
	"testing"

	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Maps of one shape are used as each other: that must hold for every shape,
// while they grow.
func TestMapShapes(t *testing.T) {
	type name string
	type count int64
	for _, typ := range []reflect.Type{
		reflect.TypeFor[map[string]int](), reflect.TypeFor[map[name]count](), reflect.TypeFor[map[uint64]string](),
		reflect.TypeFor[map[count]*int](), reflect.TypeFor[map[string]error](), reflect.TypeFor[map[int][]string](),
		reflect.TypeFor[map[float64]bool](), reflect.TypeFor[map[any]int](), reflect.TypeFor[map[string]struct{ a, b int }](),
		reflect.TypeFor[map[[2]int]int8](), reflect.TypeFor[map[string]bool](),
	} {
		m := reflect.New(typ)
		m.Elem().Set(reflect.MakeMap(typ))
		get, set := MapGetter(typ), MapSetter(typ)
		key, elem := reflect.New(typ.Key()), reflect.New(typ.Elem())
		for i := range 300 {
			fill(key.Elem(), i)
			fill(elem.Elem(), i)
			set(m.UnsafePointer(), key.UnsafePointer(), elem.UnsafePointer())
		}
		if m.Elem().Len() != 300 {
			t.Errorf("%s: %d entries", typ, m.Elem().Len())
		}
		for i := range 300 {
			fill(key.Elem(), i)
			fill(elem.Elem(), i)
			p := get(m.UnsafePointer(), key.UnsafePointer())
			if p == nil {
				t.Fatalf("%s: no entry %d", typ, i)
			}
			if got := reflect.NewAt(typ.Elem(), p).Elem(); !reflect.DeepEqual(got.Interface(), elem.Elem().Interface()) {
				t.Fatalf("%s: entry %d is %v", typ, i, got)
			}
			if v := m.Elem().MapIndex(key.Elem()); !reflect.DeepEqual(v.Interface(), elem.Elem().Interface()) {
				t.Fatalf("%s: reflect finds %v", typ, v)
			}
		}
		fill(key.Elem(), 1000)
		if get(m.UnsafePointer(), key.UnsafePointer()) != nil {
			t.Errorf("%s: found what is not there", typ)
		}
	}
}

// fill sets v to something made of n.
func fill(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(string(rune('a'+n%26)) + strconv.Itoa(n))
	case reflect.Bool:
		v.SetBool(n%2 == 0)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n%3, n%3))
	case reflect.Struct:
		v.Set(reflect.Zero(v.Type()))
	case reflect.Array:
		fill(v.Index(0), n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		v.Elem().SetInt(int64(n))
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(n))
		} else {
			v.Set(reflect.ValueOf(fault.Error(strconv.Itoa(n))))
		}
	case reflect.Float64:
		v.SetFloat(float64(n) / 4)
	default:
		if v.CanInt() {
			v.SetInt(int64(n))
		} else {
			v.SetUint(uint64(n))
		}
	}
}
