package stdlib

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	twinatomic "playground/internal/gofront/stdlib/twin/atomic"
)

type (
	celsius float64
	label   string
	flag    bool
)

// instantiate finds an instance at the type of f, a function of the wanted
// type.
func instantiate[F any](t *testing.T, path, name string, targs ...reflect.Type) F {
	t.Helper()
	v, ok := Instance(path, name, reflect.TypeFor[F](), targs...)
	if !ok {
		t.Fatalf("no instance of %s.%s at %v", path, name, reflect.TypeFor[F]())
	}
	return v.Interface().(F)
}

func TestInstanceOrdered(t *testing.T) {
	s := []celsius{3, -1, 2}
	instantiate[func([]celsius)](t, "slices", "Sort", reflect.TypeOf(s), reflect.TypeFor[celsius]())(s)
	if !slices.Equal(s, []celsius{-1, 2, 3}) {
		t.Errorf("Sort: %v", s)
	}
	m := map[label]int{"b": 1, "a": 2}
	keys := instantiate[func(func(func(label) bool)) []label](t, "slices", "Sorted", reflect.TypeFor[label]())(maps.Keys(m))
	if !slices.Equal(keys, []label{"a", "b"}) {
		t.Errorf("Sorted: %v", keys)
	}
	i, ok := instantiate[func([]label, label) (int, bool)](t, "slices", "BinarySearch", reflect.TypeFor[[]label](), reflect.TypeFor[label]())(keys, "b")
	if i != 1 || !ok {
		t.Errorf("BinarySearch: %d %v", i, ok)
	}
}

func TestInstanceEqual(t *testing.T) {
	type err = fmt.Stringer
	a, b := err(reflect.ValueOf(1)), err(reflect.TypeOf(1))
	if i := instantiate[func([]err, err) int](t, "slices", "Index", reflect.TypeFor[[]err](), reflect.TypeFor[err]())([]err{a, b}, b); i != 1 {
		t.Errorf("Index of interfaces: %d", i)
	}
	if !instantiate[func([]flag, flag) bool](t, "slices", "Contains", reflect.TypeFor[[]flag](), reflect.TypeFor[flag]())([]flag{false, true}, true) {
		t.Error("Contains of bools")
	}
	p, q := new(item), new(item)
	if s := instantiate[func([]*item) []*item](t, "slices", "Compact", reflect.TypeFor[[]*item](), reflect.TypeFor[*item]())([]*item{p, p, q}); len(s) != 2 {
		t.Errorf("Compact of pointers: %v", s)
	}
	if !instantiate[func([]any, []any) bool](t, "slices", "Equal", reflect.TypeFor[[]any](), reflect.TypeFor[any]())([]any{1, "x"}, []any{1, "x"}) {
		t.Error("Equal of any")
	}
}

func TestInstanceSortFunc(t *testing.T) {
	for _, n := range []int{0, 1, 13, 50, 200} {
		in := items(n)
		want := slices.Clone(in)
		slices.SortFunc(want, byKey)
		ptrs := make([]*item, n)
		for i := range in {
			ptrs[i] = &in[i]
		}
		byPtr := func(a, b *item) int { return byKey(*a, *b) }
		instantiate[func([]*item, func(a, b *item) int)](t, "slices", "SortFunc", reflect.TypeFor[[]*item](), reflect.TypeFor[*item]())(ptrs, byPtr)
		for i := range ptrs {
			if *ptrs[i] != want[i] {
				t.Fatalf("SortFunc of %d pointers differs at %d", n, i)
			}
		}
	}
	s := []string{"b", "A", "c"}
	instantiate[func([]string, func(a, b string) int)](t, "slices", "SortStableFunc", reflect.TypeFor[[]string](), reflect.TypeFor[string]())(s, func(a, b string) int {
		return cmp.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	if strings.Join(s, "") != "Abc" {
		t.Errorf("SortStableFunc: %v", s)
	}
}

func TestInstanceReverse(t *testing.T) {
	s := []item{{1, 1}, {2, 2}, {3, 3}}
	instantiate[func([]item)](t, "slices", "Reverse", reflect.TypeFor[[]item](), reflect.TypeFor[item]())(s)
	if s[0].id != 3 || s[2].id != 1 {
		t.Errorf("Reverse: %v", s)
	}
}

func TestInstancePointer(t *testing.T) {
	type ptr = twinatomic.Pointer[item]
	elem := reflect.TypeFor[item]()
	load := instantiate[func(*ptr) *item](t, "sync/atomic", "Pointer.Load", elem)
	store := instantiate[func(*ptr, *item)](t, "sync/atomic", "Pointer.Store", elem)
	swap := instantiate[func(*ptr, *item) *item](t, "sync/atomic", "Pointer.Swap", elem)
	cas := instantiate[func(p *ptr, old, new *item) bool](t, "sync/atomic", "Pointer.CompareAndSwap", elem)
	var p ptr
	a := &item{key: 1}
	store(&p, a)
	runtime.GC()
	b := &item{key: 2}
	if load(&p) != a || cas(&p, b, a) || !cas(&p, a, b) || swap(&p, nil) != b || load(&p) != nil {
		t.Error("atomic.Pointer's host methods")
	}
}

// A wrong type, or a type without a shape, is no instance.
func TestInstanceNone(t *testing.T) {
	str := reflect.TypeFor[string]()
	cases := []struct {
		path, name string
		typ        reflect.Type
		elem       reflect.Type
	}{
		{"slices", "Sort", reflect.TypeFor[func([]int)](), str},
		{"slices", "Sort", reflect.TypeFor[func([]string) int](), str},
		{"slices", "Sort", str, str},
		{"slices", "Max", reflect.TypeFor[func([]item) item](), reflect.TypeFor[item]()},
		{"slices", "Nope", reflect.TypeFor[func()](), str},
		{"strings", "Clone", reflect.TypeFor[func(string) string](), str},
	}
	for _, c := range cases {
		if _, ok := Instance(c.path, c.name, c.typ, c.elem); ok {
			t.Errorf("%s.%s at %v has an instance", c.path, c.name, c.typ)
		}
	}
}
