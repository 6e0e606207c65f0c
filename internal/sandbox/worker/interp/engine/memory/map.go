package memory

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
)

// Get finds the value of the key at k in the map at m: its address, or nil.
type Get func(m, k unsafe.Pointer) unsafe.Pointer

// Set stores the value at v.
type Set func(m, k, v unsafe.Pointer)

// MapGetter returns what finds the value of a key: its address, or nil.
func MapGetter(t reflect.Type) Get {
	switch t.Key().Kind() {
	case reflect.String:
		if get := getterBy[string](t.Elem()); get != nil {
			return get
		}
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Uintptr:
		if get := getterBy[uint64](t.Elem()); get != nil {
			return get
		}
	}
	return anyGetter(t)
}

func getterBy[K comparable](elem reflect.Type) Get {
	switch Of(elem) {
	case Byte:
		return getter[K, uint8]
	case Word:
		return getter[K, uint64]
	case Pointer:
		return getter[K, unsafe.Pointer]
	case String:
		return getter[K, string]
	case Slice:
		return getter[K, []byte]
	case Any:
		return getter[K, any]
	}
	return nil
}

func getter[K comparable, V any](m, k unsafe.Pointer) unsafe.Pointer {
	if v, ok := (*(*map[K]V)(m))[*(*K)(k)]; ok {
		return unsafe.Pointer(&v)
	}
	return nil
}

func anyGetter(t reflect.Type) Get {
	key := t.Key()
	return func(m, k unsafe.Pointer) unsafe.Pointer {
		v := reflect.NewAt(t, m).Elem().MapIndex(reflect.NewAt(key, k).Elem())
		if !v.IsValid() {
			return nil
		}
		w := (*abi.Value)(unsafe.Pointer(&v))
		if w.Flag&abi.FlagIndir != 0 {
			return w.Data
		}
		p := new(unsafe.Pointer)
		*p = w.Data
		return unsafe.Pointer(p)
	}
}

// MapSetter returns what stores a value.
func MapSetter(t reflect.Type) Set {
	switch t.Key().Kind() {
	case reflect.String:
		if set := setterBy[string](t.Elem()); set != nil {
			return set
		}
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Uintptr:
		if set := setterBy[uint64](t.Elem()); set != nil {
			return set
		}
	}
	key, elem := t.Key(), t.Elem()
	return func(m, k, v unsafe.Pointer) {
		reflect.NewAt(t, m).Elem().SetMapIndex(reflect.NewAt(key, k).Elem(), reflect.NewAt(elem, v).Elem())
	}
}

func setterBy[K comparable](elem reflect.Type) Set {
	switch Of(elem) {
	case Byte:
		return setter[K, uint8]
	case Word:
		return setter[K, uint64]
	case Pointer:
		return setter[K, unsafe.Pointer]
	case String:
		return setter[K, string]
	case Slice:
		return setter[K, []byte]
	case Any:
		return setter[K, any]
	}
	return nil
}

func setter[K comparable, V any](m, k, v unsafe.Pointer) {
	(*(*map[K]V)(m))[*(*K)(k)] = *(*V)(v)
}
