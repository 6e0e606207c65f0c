package engine

import (
	"playground/internal/gofront/abi"
	"reflect"
	"unsafe"
)

// shape sorts types by what they look like in memory. Maps and channels of
// one shape can be used as each other: the runtime only sees sizes, pointers,
// and, for keys, how to hash and compare.
type shape int

const (
	shapeOther shape = iota
	shapeEmpty
	shapeByte
	shapeWord
	shapePointer
	shapeString
	shapeSlice
	shapeAny
)

func shapeOf(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return shapeByte
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Uintptr, reflect.Float64:
		return shapeWord
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func:
		return shapePointer
	case reflect.String:
		return shapeString
	case reflect.Slice:
		return shapeSlice
	case reflect.Interface:
		return shapeAny
	case reflect.Struct:
		if t.NumField() == 0 {
			return shapeEmpty
		}
	}
	return shapeOther
}

type (
	mapGet func(m, k unsafe.Pointer) unsafe.Pointer
	mapSet func(m, k, v unsafe.Pointer)
)

// mapGetter returns what finds the value of a key: its address, or nil.
func mapGetter(t reflect.Type) mapGet {
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

func getterBy[K comparable](elem reflect.Type) mapGet {
	switch shapeOf(elem) {
	case shapeByte:
		return getter[K, uint8]
	case shapeWord:
		return getter[K, uint64]
	case shapePointer:
		return getter[K, unsafe.Pointer]
	case shapeString:
		return getter[K, string]
	case shapeSlice:
		return getter[K, []byte]
	case shapeAny:
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

func anyGetter(t reflect.Type) mapGet {
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

// mapSetter returns what stores a value.
func mapSetter(t reflect.Type) mapSet {
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

func setterBy[K comparable](elem reflect.Type) mapSet {
	switch shapeOf(elem) {
	case shapeByte:
		return setter[K, uint8]
	case shapeWord:
		return setter[K, uint64]
	case shapePointer:
		return setter[K, unsafe.Pointer]
	case shapeString:
		return setter[K, string]
	case shapeSlice:
		return setter[K, []byte]
	case shapeAny:
		return setter[K, any]
	}
	return nil
}

func setter[K comparable, V any](m, k, v unsafe.Pointer) {
	(*(*map[K]V)(m))[*(*K)(k)] = *(*V)(v)
}

func sender[E any](ch, v unsafe.Pointer) { *(*chan E)(ch) <- *(*E)(v) }

func receiver[E any](ch, v unsafe.Pointer) bool {
	x, ok := <-*(*chan E)(ch)
	*(*E)(v) = x
	return ok
}
