//go:build amd64 || arm64

package forge

import (
	"fmt"
	"reflect"
	"testing"
)

// interpreted is a function with the given parameter types, made as the
// interpreter makes them.
func interpreted(f func(args values) values, out reflect.Type, variadic bool, in ...reflect.Type) reflect.Value {
	return reflect.MakeFunc(reflect.FuncOf(in, []reflect.Type{out}, variadic), f)
}

func TestBind(t *testing.T) {
	str := reflect.TypeFor[string]()
	say := func(what string) func(values) values {
		return func(a values) values {
			for a[0].Kind() == reflect.Pointer && a[0].Type().Name() == "" {
				a[0] = a[0].Elem()
			}
			return values{reflect.ValueOf(fmt.Sprintf("%s %s", what, a[0].Kind()))}
		}
	}
	stringType := reflect.TypeFor[func() string]()
	for _, tc := range []struct {
		name    string
		under   reflect.Type
		ptr     bool   // the method has a pointer receiver
		binds   string // p: a function of *T; v: of T
		viaT    string
		viaPtr  string
		viaFunc string
	}{
		{"value method bound by pointer", reflect.TypeFor[[3]int](), false, "p", "p array", "p array", "p array"},
		{"value method bound by value", reflect.TypeFor[[3]int](), false, "v", "v array", "v array", "v array"},
		{"value method bound both ways", reflect.TypeFor[[3]int](), false, "pv", "p array", "p array", "v array"},
		{"pointer method", reflect.TypeFor[string](), true, "p", "", "p string", ""},
		{"pointer-shaped by value", reflect.TypeFor[map[int]int](), false, "v", "v map", "v map", "v map"},
		{"pointer-shaped by pointer", reflect.TypeFor[map[int]int](), false, "p", "p map", "p map", "p map"},
		{"pointer-shaped both", reflect.TypeFor[chan int](), false, "vp", "v chan", "p chan", "v chan"},
		{"pointer-shaped struct", reflect.TypeFor[struct{ P *int }](), false, "v", "v struct", "v struct", "v struct"},
	} {
		n := Declare("main", "main", "T")
		define(t, n, tc.under, nil, Method{Name: "String", Ptr: tc.ptr, Type: stringType})
		for _, how := range tc.binds {
			in := map[rune]reflect.Type{'p': n.PtrT, 'v': n.T}[how]
			if err := n.Bind("String", interpreted(say(string(how)), str, false, in)); err != nil {
				t.Fatal(tc.name, err)
			}
		}
		Link()
		p := reflect.New(n.T)
		if got := fmt.Sprint(p.Interface()); got != tc.viaPtr {
			t.Errorf("%s: through *T: got %q, want %q", tc.name, got, tc.viaPtr)
		}
		if tc.ptr {
			continue
		}
		if got := fmt.Sprint(p.Elem().Interface()); got != tc.viaT {
			t.Errorf("%s: through T: got %q, want %q", tc.name, got, tc.viaT)
		}
		if got := n.T.Method(0).Func.Call(values{p.Elem()})[0].String(); got != tc.viaFunc {
			t.Errorf("%s: through Method.Func: got %q, want %q", tc.name, got, tc.viaFunc)
		}
	}
}

func TestBindVariadic(t *testing.T) {
	n := Declare("main", "main", "T")
	sum := reflect.TypeFor[func(...int) int]()
	define(t, n, reflect.TypeFor[int](), nil, Method{Name: "Sum", Type: sum})
	f := func(a values) values { return values{reflect.ValueOf(a[1].Len())} }
	if err := n.Bind("Sum", interpreted(f, reflect.TypeFor[int](), true, n.T, reflect.TypeFor[[]int]())); err != nil {
		t.Fatal(err)
	}
	Link()
	type summer interface{ Sum(...int) int }
	p := reflect.New(n.T)
	if a, b := p.Interface().(summer).Sum(1, 2, 3), p.Elem().Interface().(summer).Sum(4, 5); a != 3 || b != 2 {
		t.Error(a, b)
	}
}

func TestBindAfterTheMethodIsInATable(t *testing.T) {
	// An itab made before the method is bound must lead to the bound function.
	n := Declare("main", "main", "T")
	define(t, n, reflect.TypeFor[int](), nil, Method{Name: "String", Type: reflect.TypeFor[func() string]()})
	Link()
	s := reflect.New(n.T).Interface().(fmt.Stringer)
	func() {
		defer func() {
			if r := fmt.Sprint(recover()); r != "forge: method String of main.T was called before it was bound" {
				t.Error(r)
			}
		}()
		_ = s.String()
	}()
	f := func(values) values { return values{reflect.ValueOf("bound")} }
	if err := n.Bind("String", interpreted(f, reflect.TypeFor[string](), false, n.PtrT)); err != nil {
		t.Fatal(err)
	}
	if s.String() != "bound" {
		t.Error(s.String())
	}
}

func TestBindRefuses(t *testing.T) {
	n := Declare("main", "main", "T")
	define(t, n, reflect.TypeFor[int](), nil, Method{Name: "M", Ptr: true, Type: reflect.TypeFor[func(int) string]()})
	str, i := reflect.TypeFor[string](), reflect.TypeFor[int]()
	for name, f := range map[string]reflect.Value{
		"X":                       interpreted(nil, str, false, n.PtrT, i),
		"M with a value receiver": interpreted(nil, str, false, n.T, i),
		"M with too little":       interpreted(nil, str, false, n.PtrT),
		"M with another result":   interpreted(nil, i, false, n.PtrT, i),
		"M with another argument": interpreted(nil, str, false, n.PtrT, str),
		"M of a foreign receiver": interpreted(nil, str, false, reflect.TypeFor[*int](), i),
	} {
		if err := n.Bind(name[:1], f); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
