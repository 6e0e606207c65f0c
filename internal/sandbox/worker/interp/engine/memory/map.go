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

// MapGetter returns what finds the value of a key: its address, or nil. Maps by
// strings and by words, which are nearly all that programs have, are read by the
// compiler's own code for a map of the same shape.
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

// getterBy is a getter for values of one shape. The key's type must be one that
// hashes as K does: floating-point numbers, which compare by more than their bits,
// and structs are none.
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

// getter reads a map that is used as a map[K]V. The value that it found is a copy,
// because a map has no places: it may move its entries at any time.
func getter[K comparable, V any](m, k unsafe.Pointer) unsafe.Pointer {
	if v, ok := (*(*map[K]V)(m))[*(*K)(k)]; ok {
		return unsafe.Pointer(&v)
	}
	return nil
}

// anyGetter reads any map. What reflection returns is a copy as well, in memory of
// its own, or in the reflect.Value itself if it is a pointer; then it needs a place
// to have an address.
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

// MapSetter returns what stores a value. A nil map fails, in the runtime's words.
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

// setterBy is getterBy for storing.
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

// setter stores into a map that is used as a map[K]V.
func setter[K comparable, V any](m, k, v unsafe.Pointer) {
	(*(*map[K]V)(m))[*(*K)(k)] = *(*V)(v)
}
