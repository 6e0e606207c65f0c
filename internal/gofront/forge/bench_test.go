//go:build amd64 || arm64

package forge

import (
	"fmt"
	"reflect"
	"testing"
)

// BenchmarkStringer calls String through fmt.Stringer; "stub" goes through Fn
// to an interpreter's function, as without Bind, "bound" straight into it, and
// "compiled" is the price of the same reflect.MakeFunc in compiled Go.
func BenchmarkStringer(b *testing.B) {
	result := values{reflect.ValueOf("s")}
	run := func(name string, s fmt.Stringer) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = s.String()
			}
		})
	}
	forged := func(bind bool) fmt.Stringer {
		n := Declare("main", "main", "T")
		f := interpreted(func(values) values { return result }, reflect.TypeFor[string](), false, n.PtrT)
		m := Method{Name: "String", Ptr: true, Type: reflect.TypeFor[func() string]()}
		if !bind {
			m.Fn = f.Call
		}
		define(b, n, reflect.TypeFor[int](), nil, m)
		if bind {
			if err := n.Bind("String", f); err != nil {
				b.Fatal(err)
			}
		}
		Link()
		return reflect.New(n.T).Interface().(fmt.Stringer)
	}
	run("stub", forged(false))
	run("bound", forged(true))
	f := interpreted(func(values) values { return result }, reflect.TypeFor[string](), false).Interface().(func() string)
	b.Run("makefunc", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = f()
		}
	})
}

func BenchmarkPointerToView(b *testing.B) {
	n := sealedType(b)
	src, dest := reflect.New(n.T), reflect.New(n.PtrView).Elem()
	b.Run("retype", func(b *testing.B) {
		for b.Loop() {
			dest.Set(Retype(src))
		}
	})
	b.Run("reflect", func(b *testing.B) {
		for b.Loop() {
			dest.Set(src.Convert(n.PtrView))
		}
	})
}
