package engine

import (
	"reflect"
	"sync"
	"testing"
	"unsafe"
)

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}

func TestGoroutineID(t *testing.T) {
	ids := make([]uintptr, 50)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range ids {
		wg.Go(func() {
			ids[i] = goroutineID()
			<-start
			if goroutineID() != ids[i] {
				t.Error("one goroutine has two identities")
			}
		})
	}
	close(start)
	wg.Wait()
	seen := map[uintptr]bool{}
	for _, id := range ids {
		if id == 0 {
			t.Error("a goroutine has no identity")
		}
		seen[id] = true
	}
	if len(seen) == 0 {
		t.Error("no identities")
	}
}

func TestRegistry(t *testing.T) {
	var r registry
	a, b := &goroutine{id: 512}, &goroutine{id: 1024}
	r.put(a)
	r.put(b)
	if r.get(512) != a || r.get(1024) != b || r.get(512) != a {
		t.Error("a goroutine was not found")
	}
	r.drop(a)
	if r.get(512) != nil || r.get(1024) != b {
		t.Error("drop removed the wrong goroutine")
	}
}

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
		get, set := mapGetter(typ), mapSetter(typ)
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
		v.SetString(string(rune('a'+n%26)) + itoa(n))
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
			v.Set(reflect.ValueOf(plainError(itoa(n))))
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
	_ = unsafe.Pointer(nil)
}

func TestBoundsTexts(t *testing.T) {
	catch := func(f func()) (msg string) {
		defer func() { msg = recover().(error).Error() }()
		f()
		return "no panic"
	}
	for want, f := range map[string]func(){
		"runtime error: index out of range [5] with length 3":                                          func() { outOfRange(5, 3) },
		"runtime error: index out of range [-1]":                                                       func() { outOfRange(-1, 3) },
		"runtime error: slice bounds out of range [:5] with capacity 3":                                func() { checkSlice(0, 5, 3, reflect.Slice) },
		"runtime error: slice bounds out of range [:5] with length 3":                                  func() { checkSlice(0, 5, 3, reflect.String) },
		"runtime error: slice bounds out of range [2:1]":                                               func() { checkSlice(2, 1, 3, reflect.Slice) },
		"runtime error: slice bounds out of range [-1:]":                                               func() { checkSlice(-1, 1, 3, reflect.Slice) },
		"runtime error: slice bounds out of range [::4] with capacity 3":                               func() { checkSlice3(0, 1, 4, 3, false) },
		"runtime error: invalid memory address or nil pointer dereference":                             func() { panic(nilDereference()) },
		"runtime error: cannot convert slice with length 1 to array or pointer to array with length 2": func() { panic(shortSlice(1, 2)) },
	} {
		if got := catch(f); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestPanicText(t *testing.T) {
	type code int
	type word string
	for want, v := range map[string]any{
		"boom":             "boom",
		"42":               42,
		"1.5":              1.5,
		"true":             true,
		"(1-2i)":           complex(1, -2),
		"engine.code(3)":   code(3),
		`engine.word("a")`: word("a"),
		"an error":         plainErr("an error"),
	} {
		if got := panicText(v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
