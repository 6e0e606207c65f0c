// Package host holds compiled helpers for the generic twins: the few things
// that Go source run by an interpreter cannot do by itself. Twins import it
// under its full path; readers' programs cannot.
package host

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"database/sql"
	"fmt"
	"hash"
	"hash/maphash"
	"iter"
	"math/rand/v2"
	"reflect"
	"runtime"
	"time"
	"unsafe"
	"weak"
)

// Pull is iter.Pull of boxed values: a coroutine, not a goroutine.
func Pull(seq func(yield func(any) bool)) (next func() (any, bool), stop func()) {
	return iter.Pull(iter.Seq[any](seq))
}

// Pull2 is iter.Pull2 of boxed values.
func Pull2(seq func(yield func(any, any) bool)) (next func() (any, any, bool), stop func()) {
	return iter.Pull2(iter.Seq2[any, any](seq))
}

// Uint64N is rand.Uint64N.
func Uint64N(n uint64) uint64 { return rand.Uint64N(n) }

// Weak is a weak pointer whose element type its user remembers.
type Weak struct{ p weak.Pointer[byte] }

// MakeWeak returns a weak pointer to what ptr, a pointer, points to.
func MakeWeak(ptr any) Weak {
	p := reflect.ValueOf(ptr).UnsafePointer()
	w := Weak{weak.Make((*byte)(p))}
	runtime.KeepAlive(ptr)
	return w
}

// Value returns the pointer in the type of like, a pointer too; nil of that
// type once the memory is gone.
func (w Weak) Value(like any) any {
	return reflect.NewAt(reflect.TypeOf(like).Elem(), unsafe.Pointer(w.p.Value())).Interface()
}

// AddCleanup is runtime.AddCleanup with the cleanup's argument bound.
func AddCleanup(ptr any, cleanup func()) runtime.Cleanup {
	p := reflect.ValueOf(ptr).UnsafePointer()
	c := runtime.AddCleanup((*byte)(p), func(f func()) { f() }, cleanup)
	runtime.KeepAlive(ptr)
	return c
}

// Same reports whether the pointers a and b are equal. It is how
// runtime.AddCleanup finds an argument that would keep its object alive.
func Same(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Kind() == reflect.Pointer && y.Kind() == reflect.Pointer && x.UnsafePointer() == y.UnsafePointer()
}

// Comparable is maphash.Comparable of a boxed value.
func Comparable(seed maphash.Seed, v any) uint64 { return maphash.Comparable(seed, v) }

// WriteComparable is maphash.WriteComparable of a boxed value.
func WriteComparable(h *maphash.Hash, v any) { maphash.WriteComparable(h, v) }

// Scan is what (*sql.Null[T]).Scan does with a value that is not nil: it
// stores src, converted, into what dest points to.
func Scan(dest, src any) error {
	switch dest := dest.(type) {
	case sql.Scanner:
		return dest.Scan(src)
	case *any:
		return scanAs[any](reflect.ValueOf(dest).Elem(), src)
	case *time.Time:
		return scanAs[time.Time](reflect.ValueOf(dest).Elem(), src)
	}
	v := reflect.ValueOf(dest).Elem()
	switch v.Kind() {
	case reflect.Bool:
		return scanAs[bool](v, src)
	case reflect.Int, reflect.Int64:
		return scanAs[int64](v, src)
	case reflect.Int8:
		return scanAs[int8](v, src)
	case reflect.Int16:
		return scanAs[int16](v, src)
	case reflect.Int32:
		return scanAs[int32](v, src)
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return scanAs[uint64](v, src)
	case reflect.Uint8:
		return scanAs[uint8](v, src)
	case reflect.Uint16:
		return scanAs[uint16](v, src)
	case reflect.Uint32:
		return scanAs[uint32](v, src)
	case reflect.Float32:
		return scanAs[float32](v, src)
	case reflect.Float64:
		return scanAs[float64](v, src)
	case reflect.String:
		return scanAs[string](v, src)
	}
	if v.Type().ConvertibleTo(reflect.TypeFor[[]byte]()) {
		return scanAs[[]byte](v, src)
	}
	return fmt.Errorf("unsupported Scan, storing driver.Value type %T into type %T", src, dest)
}

func scanAs[T any](dest reflect.Value, src any) error {
	var n sql.Null[T]
	err := n.Scan(src)
	if v := reflect.ValueOf(n.V); err == nil && v.IsValid() {
		dest.Set(v.Convert(dest.Type()))
	}
	return err
}

// HKDFExtract is hkdf.Extract.
func HKDFExtract(h func() hash.Hash, secret, salt []byte) ([]byte, error) {
	return hkdf.Extract(h, secret, salt)
}

// HKDFExpand is hkdf.Expand.
func HKDFExpand(h func() hash.Hash, key []byte, info string, length int) ([]byte, error) {
	return hkdf.Expand(h, key, info, length)
}

// HKDFKey is hkdf.Key.
func HKDFKey(h func() hash.Hash, secret, salt []byte, info string, length int) ([]byte, error) {
	return hkdf.Key(h, secret, salt, info, length)
}

// PBKDF2Key is pbkdf2.Key.
func PBKDF2Key(h func() hash.Hash, password string, salt []byte, iter, length int) ([]byte, error) {
	return pbkdf2.Key(h, password, salt, iter, length)
}
