package stdlib

import (
	"reflect"
	"slices"
	"testing"

	"playground/internal/gofront/stdlib/policy"
)

// A compiled function's iterator is of a type that programs are given too.
func TestIterators(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(rt reflect.Type, from string)
	walk = func(rt reflect.Type, from string) {
		if seen[rt] {
			return
		}
		seen[rt] = true
		if rt.PkgPath() == "iter" && rt.Kind() == reflect.Func && !slices.Contains(iterators, rt) {
			t.Errorf("%s, in %s, is not listed", rt, from)
		}
		switch rt.Kind() {
		case reflect.Func:
			for out := range rt.Outs() {
				walk(out, from)
			}
			for in := range rt.Ins() {
				walk(in, from)
			}
		case reflect.Pointer:
			walk(rt.Elem(), from)
		}
		for m := range rt.Methods() {
			walk(m.Type, from+"."+m.Name)
		}
	}
	for _, path := range policy.Packages() {
		for name, v := range Symbols(path) {
			if v.IsValid() {
				walk(v.Type(), path+"."+name)
			}
		}
	}
}
