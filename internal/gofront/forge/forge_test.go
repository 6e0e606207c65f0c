//go:build amd64 || arm64

package forge

import (
	"container/heap"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"testing"
)

type values = []reflect.Value

// stringMethod is a String method that returns what f says about the receiver.
func stringMethod(ptr bool, f func(reflect.Value) string) Method {
	return Method{
		Name: "String", Ptr: ptr, Type: reflect.TypeFor[func() string](),
		Fn: func(a []reflect.Value) []reflect.Value { return values{reflect.ValueOf(f(a[0]))} },
	}
}

func define(t testing.TB, n *Named, under reflect.Type, fields []Field, methods ...Method) {
	t.Helper()
	if err := n.Define(under, fields, methods); err != nil {
		t.Fatal(err)
	}
}

func structOf(types ...reflect.Type) reflect.Type {
	var fields []reflect.StructField
	for i, t := range types {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: t})
	}
	return reflect.StructOf(fields)
}

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}

func TestNames(t *testing.T) {
	for _, tc := range []struct{ name, wantName, wantString string }{
		{"T", "T", "main.T"},
		{"Pair[int,string]", "Pair[int,string]", "main.Pair[int,string]"},
		{"Set[main.Key]", "Set[main.Key]", "main.Set[main.Key]"},
		{"List[main.Pair[int,[]string]]", "List[main.Pair[int,[]string]]", "main.List[main.Pair[int,[]string]]"},
		{"Größe", "Größe", "main.Größe"},
	} {
		n := Declare("main", "main", tc.name)
		define(t, n, reflect.TypeFor[struct{}](), nil)
		if n.T.Name() != tc.wantName || n.T.String() != tc.wantString || n.T.PkgPath() != "main" {
			t.Errorf("%s: Name %q, String %q, PkgPath %q", tc.name, n.T.Name(), n.T.String(), n.T.PkgPath())
		}
		if got := fmt.Sprintf("%T", reflect.New(n.T).Interface()); got != "*"+tc.wantString {
			t.Errorf("%s: pointer prints as %s", tc.name, got)
		}
	}
}

func TestCompositesPrintTheName(t *testing.T) {
	n := Declare("main", "main", "T")
	n.Outline(reflect.TypeFor[int]())
	for want, typ := range map[string]reflect.Type{
		"[]main.T":                       reflect.SliceOf(n.T),
		"[3]main.T":                      reflect.ArrayOf(3, n.T),
		"map[string]*main.T":             reflect.MapOf(reflect.TypeFor[string](), n.PtrT),
		"map[main.T][]main.T":            reflect.MapOf(n.T, reflect.SliceOf(n.T)),
		"chan main.T":                    reflect.ChanOf(reflect.BothDir, n.T),
		"<-chan *main.T":                 reflect.ChanOf(reflect.RecvDir, n.PtrT),
		"**main.T":                       reflect.PointerTo(n.PtrT),
		"func(main.T, ...main.T) main.T": reflect.FuncOf([]reflect.Type{n.T, reflect.SliceOf(n.T)}, []reflect.Type{n.T}, true),
		"struct { F0 main.T }":           structOf(n.T),
	} {
		if typ.String() != want {
			t.Errorf("got %s, want %s", typ, want)
		}
	}
	define(t, n, reflect.TypeFor[int](), nil)
	if a := reflect.New(reflect.ArrayOf(3, n.T)).Elem(); fmt.Sprint(a) != "[0 0 0]" {
		t.Errorf("array of T prints %v", a)
	}
}

func TestSameNameDistinctTypes(t *testing.T) {
	a, b := Declare("main", "main", "T"), Declare("main", "main", "T")
	define(t, a, reflect.TypeFor[int](), nil)
	define(t, b, reflect.TypeFor[int](), nil)
	x, y := reflect.New(a.T).Elem().Interface(), reflect.New(b.T).Elem().Interface()
	if x == y || a.T == b.T || reflect.SliceOf(a.T) == reflect.SliceOf(b.T) {
		t.Error("two types of one name are the same type")
	}
	if m := map[any]int{x: 1, y: 2}; len(m) != 2 {
		t.Errorf("as map keys they are one: %v", m)
	}
	if !a.T.ConvertibleTo(b.T) || a.T.AssignableTo(b.T) || !a.T.ConvertibleTo(reflect.TypeFor[int]()) {
		t.Error("convertibility or assignability is not that of named types")
	}
}

func TestRecursiveTypes(t *testing.T) {
	str, model := reflect.TypeFor[string](), reflect.TypeFor[map[int]int]()
	for name, tc := range map[string]struct {
		outline reflect.Type
		under   func(n *Named) reflect.Type
	}{
		"through a pointer": {nil, func(n *Named) reflect.Type { return structOf(n.PtrT) }},
		"through a slice":   {nil, func(n *Named) reflect.Type { return structOf(reflect.SliceOf(n.T)) }},
		"through a function": {nil, func(n *Named) reflect.Type {
			return structOf(reflect.FuncOf([]reflect.Type{n.T}, []reflect.Type{n.T}, false))
		}},
		"through a channel":    {nil, func(n *Named) reflect.Type { return structOf(reflect.ChanOf(reflect.BothDir, n.T)) }},
		"through a map":        {structOf(model), func(n *Named) reflect.Type { return structOf(reflect.MapOf(str, n.T)) }},
		"map and array":        {structOf(model, str), func(n *Named) reflect.Type { return structOf(reflect.MapOf(str, reflect.ArrayOf(2, n.T)), str) }},
		"a map of itself":      {model, func(n *Named) reflect.Type { return reflect.MapOf(str, n.T) }},
		"a slice of itself":    {nil, func(n *Named) reflect.Type { return reflect.SliceOf(n.T) }},
		"a function of itself": {nil, func(n *Named) reflect.Type { return reflect.FuncOf([]reflect.Type{n.T}, []reflect.Type{n.T}, false) }},
		"a pointer to itself":  {nil, func(n *Named) reflect.Type { return n.PtrT }},
	} {
		n := Declare("main", "main", "R")
		if tc.outline != nil {
			n.Outline(tc.outline)
		}
		under := tc.under(n)
		define(t, n, under, nil, stringMethod(false, func(reflect.Value) string { return "R!" }))
		Link()
		v := reflect.New(n.T).Elem()
		fill(v, n.T, 3)
		if got := fmt.Sprint(v.Interface()); got != "R!" {
			t.Errorf("%s: prints %q", name, got)
		}
		if n.T.Size() != under.Size() {
			t.Errorf("%s: size %d, want %d", name, n.T.Size(), under.Size())
		}
		runtime.GC()
	}
}

// fill puts values of type T into everything in v that can hold one.
func fill(v reflect.Value, T reflect.Type, depth int) {
	if depth == 0 {
		return
	}
	inner := func(t reflect.Type) reflect.Value {
		x := reflect.New(t).Elem()
		fill(x, T, depth-1)
		return x
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), T, depth)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), T, depth)
		}
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		fill(p.Elem(), T, depth-1)
		v.Set(p.Convert(v.Type()))
	case reflect.Slice:
		v.Set(reflect.Append(v, inner(v.Type().Elem())))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("k"), inner(v.Type().Elem()))
	case reflect.Chan:
		c := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, v.Type().Elem()), 1)
		c.Send(inner(v.Type().Elem()))
		v.Set(c)
	}
}

func TestMutualRecursion(t *testing.T) {
	a, b := Declare("main", "main", "A"), Declare("main", "main", "B")
	a.Outline(structOf(reflect.TypeFor[map[int]int]()))
	define(t, b, structOf(reflect.ArrayOf(2, a.T), a.PtrT), []Field{{Name: "As"}, {Name: "P"}})
	define(t, a, structOf(reflect.MapOf(reflect.TypeFor[string](), b.T)), []Field{{Name: "Bs"}})
	va := reflect.New(a.T).Elem()
	va.Field(0).Set(reflect.MakeMap(va.Field(0).Type()))
	vb := reflect.New(b.T).Elem()
	vb.Field(0).Index(1).Set(va)
	va.Field(0).SetMapIndex(reflect.ValueOf("x"), vb)
	if got := fmt.Sprintf("%+v", va.Field(0).MapIndex(reflect.ValueOf("x")).Field(0).Index(0)); got != "{Bs:map[]}" {
		t.Error(got)
	}
}

func TestMethodParametersDefinedLater(t *testing.T) {
	// The stub of a method must not be made before its parameter has a size.
	n, p := Declare("main", "main", "N"), Declare("main", "main", "P")
	add := reflect.FuncOf([]reflect.Type{p.T, p.T}, []reflect.Type{p.T}, false)
	define(t, n, reflect.TypeFor[int](), nil, Method{Name: "Add", Type: add, Fn: func(a []reflect.Value) []reflect.Value {
		sum := reflect.New(p.T).Elem()
		for i := range 3 {
			sum.Field(i).SetFloat(a[1].Field(i).Float() + a[2].Field(i).Float())
		}
		return values{sum}
	}})
	f := reflect.TypeFor[float64]()
	define(t, p, structOf(f, f, f), []Field{{Name: "X"}, {Name: "Y"}, {Name: "Z"}})
	Link()
	x := reflect.New(p.T).Elem()
	for i := range 3 {
		x.Field(i).SetFloat(float64(i + 1))
	}
	out := reflect.New(n.T).Elem().Method(0).Call(values{x, x})
	if got := fmt.Sprintf("%+v", out[0]); got != "{X:2 Y:4 Z:6}" {
		t.Error(got)
	}
}

func TestInterfaces(t *testing.T) {
	shape, square := Declare("main", "main", "Shape"), Declare("main", "main", "square")
	area, secret := reflect.TypeFor[func() float64](), reflect.TypeFor[func(int) int]()
	larger := reflect.FuncOf([]reflect.Type{shape.T}, []reflect.Type{reflect.TypeFor[bool]()}, false)
	if err := shape.DefineIface(true, []IMethod{{"secret", secret}, {"Area", area}, {"Larger", larger}}); err != nil {
		t.Fatal(err)
	}
	call := func(v reflect.Value, name string, args ...reflect.Value) reflect.Value {
		return v.MethodByName(name).Call(args)[0]
	}
	define(t, square, reflect.TypeFor[float64](), nil,
		Method{Name: "Area", Type: area, Fn: func(a []reflect.Value) []reflect.Value {
			return values{reflect.ValueOf(a[0].Float() * a[0].Float())}
		}},
		Method{Name: "secret", Type: secret, Fn: func(a []reflect.Value) []reflect.Value { return values{reflect.ValueOf(int(a[1].Int()) + 1)} }},
		Method{Name: "Larger", Type: larger, Fn: func(a []reflect.Value) []reflect.Value {
			return values{reflect.ValueOf(call(a[0], "Area").Float() > call(a[1], "Area").Float())}
		}})
	Link()
	if !square.T.Implements(shape.T) || !square.PtrT.Implements(shape.T) || reflect.TypeFor[float64]().Implements(shape.T) {
		t.Fatal("Implements")
	}
	if square.T.NumMethod() != 2 || shape.T.NumMethod() != 3 || shape.T.String() != "main.Shape" || shape.T.Name() != "Shape" {
		t.Errorf("square has %d methods, Shape %d", square.T.NumMethod(), shape.T.NumMethod())
	}
	two, three := reflect.New(square.T).Elem(), reflect.New(square.T).Elem()
	two.SetFloat(2)
	three.SetFloat(3)
	s := reflect.New(shape.T).Elem()
	s.Set(three)
	if call(s, "Area").Float() != 9 || call(s, "secret", reflect.ValueOf(4)).Int() != 5 || !call(s, "Larger", two).Bool() {
		t.Error("calls through the interface")
	}
	if got := fmt.Sprintf("%v %T", s.Interface(), s.Addr().Interface()); got != "3 *main.Shape" {
		t.Error(got)
	}
	m := reflect.MakeMap(reflect.MapOf(shape.T, reflect.TypeFor[int]()))
	m.SetMapIndex(two, reflect.ValueOf(1))
	m.SetMapIndex(two, reflect.ValueOf(2))
	if m.Len() != 1 || m.MapIndex(two).Int() != 2 {
		t.Errorf("interface as map key: %v", m)
	}
}

func TestEmptyAndUnnamedInterfaces(t *testing.T) {
	empty, literal := Declare("main", "main", "Any"), Declare("main", "main", "")
	if err := errors.Join(empty.DefineIface(true, nil), literal.DefineIface(false, []IMethod{{"Close", reflect.TypeFor[func() error]()}})); err != nil {
		t.Fatal(err)
	}
	literal.Rename("interface { Close() error }")
	e, c := reflect.New(empty.T).Elem(), reflect.New(literal.T).Elem()
	e.Set(reflect.ValueOf(5))
	c.Set(reflect.ValueOf(io.NopCloser(strings.NewReader(""))))
	if e.Interface() != 5 || !c.MethodByName("Close").Call(nil)[0].IsNil() || literal.T.Name() != "" || literal.T.String() != "interface { Close() error }" {
		t.Errorf("%v %v %s", e, c, literal.T)
	}
}

func TestNilReceiver(t *testing.T) {
	n := Declare("main", "main", "T")
	define(t, n, reflect.TypeFor[[4]int](), nil,
		stringMethod(false, func(reflect.Value) string { return "" }),
		Method{Name: "Nil", Ptr: true, Type: reflect.TypeFor[func() bool](), Fn: func(a []reflect.Value) []reflect.Value {
			return values{reflect.ValueOf(a[0].IsNil())}
		}})
	Link()
	p := reflect.Zero(n.PtrT).Interface()
	if !p.(interface{ Nil() bool }).Nil() {
		t.Error("the receiver is not nil")
	}
	if got := fmt.Sprint(p); got != "<nil>" {
		t.Error(got)
	}
	defer func() {
		err, ok := recover().(runtime.Error)
		if !ok || err.Error() != "value method main.T.String called using nil *T pointer" {
			t.Errorf("panic %v", err)
		}
	}()
	_ = p.(fmt.Stringer).String()
}

func TestValueReceiverIsACopy(t *testing.T) {
	n := Declare("main", "main", "T")
	define(t, n, structOf(reflect.TypeFor[int](), reflect.TypeFor[string]()), nil, stringMethod(false, func(v reflect.Value) string {
		v.Field(0).SetInt(99)
		return fmt.Sprint(v.Field(0).Int())
	}))
	Link()
	v := reflect.New(n.T)
	i := v.Elem().Interface()
	if fmt.Sprint(i) != "99" || fmt.Sprint(v.Interface()) != "99" || v.Elem().Field(0).Int() != 0 || reflect.ValueOf(i).Field(0).Int() != 0 {
		t.Error("a value method changed its caller's variable")
	}
}

func TestHandlerSortAndHeap(t *testing.T) {
	n := mirror(t, reflect.TypeFor[flags]())
	v := n.as(flags{true, false, true, false})
	sort.Sort(v.Interface().(sort.Interface))
	if got := fmt.Sprint(v.Interface()); got != "[false false true true]" {
		t.Error(got)
	}
	h := Declare("main", "main", "H")
	serve := reflect.TypeFor[func(http.ResponseWriter, *http.Request)]()
	define(t, h, serve, nil, Method{Name: "ServeHTTP", Type: serve, Fn: func(a []reflect.Value) []reflect.Value {
		return a[0].Call(a[1:])
	}})
	Link()
	f := reflect.ValueOf(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) }).Convert(h.T)
	rec := httptest.NewRecorder()
	f.Interface().(http.Handler).ServeHTTP(rec, httptest.NewRequest("GET", "/x", nil))
	if rec.Body.String() != "/x" {
		t.Error(rec.Body)
	}
	if _, ok := v.Interface().(heap.Interface); ok {
		t.Error("flags without Push and Pop is a heap")
	}
}

func TestMethodFuncTakesTheReceiverByValue(t *testing.T) {
	for _, sample := range []any{plain{3, 4}, pointer{&seven}, one{&seven}, celsius(1.5), nothing{}, ages{"a": 1}} {
		rt := reflect.TypeOf(sample)
		n := mirror(t, rt)
		for i := range rt.NumMethod() {
			args := values{}
			for k := 1; k < rt.Method(i).Type.NumIn(); k++ {
				args = append(args, reflect.Zero(rt.Method(i).Type.In(k)))
			}
			want := rt.Method(i).Func.Call(append(values{reflect.ValueOf(sample)}, args...))
			got := n.T.Method(i).Func.Call(append(values{n.as(sample)}, args...))
			for k := range want {
				if want[k].Interface() != got[k].Interface() {
					t.Errorf("%s.%s: got %v, want %v", rt, rt.Method(i).Name, got[k], want[k])
				}
			}
		}
	}
}

func TestVariadic(t *testing.T) {
	n := mirror(t, reflect.TypeFor[count]())
	v := reflect.New(n.T)
	s := v.Interface().(interface{ Sum(...int) int })
	if s.Sum() != 0 || s.Sum(1, 2, 3) != 6 {
		t.Error("variadic method")
	}
	if got := v.MethodByName("Sum").CallSlice(values{reflect.ValueOf([]int{4, 5})}); got[0].Int() != 9 {
		t.Error(got)
	}
}

func TestPanicsUnwindThroughMethods(t *testing.T) {
	n := Declare("main", "main", "T")
	depth := 0
	define(t, n, reflect.TypeFor[int](), nil, stringMethod(false, func(v reflect.Value) string {
		if depth++; depth == 50 {
			panic(io.EOF)
		}
		defer func() { depth-- }()
		return v.Interface().(fmt.Stringer).String()
	}))
	Link()
	func() {
		defer func() {
			if r := recover(); r != io.EOF {
				t.Errorf("recovered %v", r)
			}
		}()
		_ = reflect.New(n.T).Interface().(fmt.Stringer).String()
	}()
	if depth != 1 {
		t.Errorf("%d deferred functions did not run", depth-1)
	}
}

func TestUnhashable(t *testing.T) {
	n := Declare("main", "main", "T")
	define(t, n, structOf(reflect.TypeFor[[]int]()), nil)
	defer func() {
		if r := fmt.Sprint(recover()); r != "runtime error: hash of unhashable type main.T" {
			t.Error(r)
		}
	}()
	_ = map[any]int{reflect.New(n.T).Elem().Interface(): 1}
}

func TestBlankFieldsDoNotCount(t *testing.T) {
	n := Declare("main", "main", "T")
	i := reflect.TypeFor[int]()
	define(t, n, structOf(i, i), []Field{{Name: "A"}, {Name: "_", Sealed: true}})
	a, b := reflect.New(n.T).Elem(), reflect.New(n.T).Elem()
	Retype(b).Field(1).SetInt(5)
	m := map[any]int{a.Interface(): 1}
	if a.Interface() != b.Interface() || m[b.Interface()] != 1 {
		t.Error("values that differ in a blank field are not equal")
	}
	if fmt.Sprint(b) != "{0 5}" {
		t.Error(b)
	}
}

func TestUnnamedStruct(t *testing.T) {
	n := Declare("main", "main", "")
	define(t, n, structOf(reflect.TypeFor[int]()), []Field{{Name: "a", Sealed: true}})
	n.Unname("struct { a int }")
	if v := reflect.New(n.T).Elem(); fmt.Sprintf("%T %+v %#v %q", v.Interface(), v, v, n.T.Name()) != `struct { a int } {a:0} struct { a int }{a:0} ""` {
		t.Errorf("%T %+v %#v", v.Interface(), v, v)
	}
}

func TestDefineRefuses(t *testing.T) {
	n := Declare("main", "main", "T")
	if err := n.Define(structOf(reflect.TypeFor[int]()), []Field{}, nil); err == nil {
		t.Error("a missing field name is accepted")
	}
	in := make([]reflect.Type, 49)
	for i := range in {
		in[i] = reflect.TypeFor[int]()
	}
	err := n.Define(reflect.FuncOf(in, nil, false), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "more than 48 parameters") {
		t.Error(err)
	}
}
