package stdlib

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	twinatomic "playground/internal/gofront/stdlib/twin/atomic"
	twincmp "playground/internal/gofront/stdlib/twin/cmp"
	twinerrors "playground/internal/gofront/stdlib/twin/errors"
	twiniter "playground/internal/gofront/stdlib/twin/iter"
	twinmaps "playground/internal/gofront/stdlib/twin/maps"
	twinreflect "playground/internal/gofront/stdlib/twin/reflect"
	twinslices "playground/internal/gofront/stdlib/twin/slices"
	twinsql "playground/internal/gofront/stdlib/twin/sql"
	twinsync "playground/internal/gofront/stdlib/twin/sync"
	twinunique "playground/internal/gofront/stdlib/twin/unique"
	twinweak "playground/internal/gofront/stdlib/twin/weak"
)

// outcome runs f and renders what it returns or panics with.
func outcome(f func() string) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("panic: ", r)
		}
	}()
	return f()
}

type item struct {
	key, id int
}

func byKey(a, b item) int { return cmp.Compare(a.key, b.key) }

func items(n int) []item {
	s := make([]item, n)
	for i := range s {
		s[i] = item{rand.IntN(n/4 + 1), i}
	}
	return s
}

// Sorting leaves equal elements where compiled Go leaves them.
func TestTwinSort(t *testing.T) {
	for n := range 300 {
		in := items(n)
		want, got := slices.Clone(in), slices.Clone(in)
		slices.SortFunc(want, byKey)
		twinslices.SortFunc(got, byKey)
		if !slices.Equal(got, want) {
			t.Fatalf("SortFunc of %d: got %v, want %v", n, got, want)
		}
		want, got = slices.Clone(in), slices.Clone(in)
		slices.SortStableFunc(want, byKey)
		twinslices.SortStableFunc(got, byKey)
		if !slices.Equal(got, want) {
			t.Fatalf("SortStableFunc of %d: got %v, want %v", n, got, want)
		}
	}
	f := []float64{3, math.NaN(), -1, math.Inf(1), math.NaN(), 0}
	twinslices.Sort(f)
	if got := fmt.Sprint(f); got != "[NaN NaN -1 0 3 +Inf]" {
		t.Errorf("Sort of floats: %s", got)
	}
}

// small random slices over few values find the edges.
func TestTwinSlices(t *testing.T) {
	even := func(v int) bool { return v%2 == 0 }
	show := func(s []int) string { return fmt.Sprintf("%v nil=%v %v", s, s == nil, s[:cap(s)][:max(len(s), 0)]) }
	for range 3000 {
		s := make([]int, rand.IntN(6), 6+rand.IntN(4))
		for i := range s {
			s[i] = rand.IntN(3)
		}
		if rand.IntN(20) == 0 {
			s = nil
		}
		v := make([]int, rand.IntN(4))
		i, j := rand.IntN(8)-1, rand.IntN(8)-1
		pairs := []struct {
			name       string
			real, twin func(s []int) string
		}{
			{"Insert", func(s []int) string { return show(slices.Insert(s, i, v...)) }, func(s []int) string { return show(twinslices.Insert(s, i, v...)) }},
			{"Delete", func(s []int) string { return show(slices.Delete(s, i, j)) }, func(s []int) string { return show(twinslices.Delete(s, i, j)) }},
			{"Replace", func(s []int) string { return show(slices.Replace(s, i, j, v...)) }, func(s []int) string { return show(twinslices.Replace(s, i, j, v...)) }},
			{"DeleteFunc", func(s []int) string { return show(slices.DeleteFunc(s, even)) }, func(s []int) string { return show(twinslices.DeleteFunc(s, even)) }},
			{"Compact", func(s []int) string { return show(slices.Compact(s)) }, func(s []int) string { return show(twinslices.Compact(s)) }},
			{"Clone", func(s []int) string { return show(slices.Clone(s)) }, func(s []int) string { return show(twinslices.Clone(s)) }},
			{"Concat", func(s []int) string { return show(slices.Concat(s, v, s)) }, func(s []int) string { return show(twinslices.Concat(s, v, s)) }},
			{"Repeat", func(s []int) string { return show(slices.Repeat(s, i)) }, func(s []int) string { return show(twinslices.Repeat(s, i)) }},
			{"Grow", func(s []int) string { return show(slices.Grow(s, i)) }, func(s []int) string { return show(twinslices.Grow(s, i)) }},
			{"Index", func(s []int) string { return fmt.Sprint(slices.Index(s, i), slices.Contains(s, i)) }, func(s []int) string { return fmt.Sprint(twinslices.Index(s, i), twinslices.Contains(s, i)) }},
			{"Min", func(s []int) string { return fmt.Sprint(slices.Min(s)) }, func(s []int) string { return fmt.Sprint(twinslices.Min(s)) }},
			{"MaxFunc", func(s []int) string { return fmt.Sprint(slices.MaxFunc(s, cmp.Compare[int])) }, func(s []int) string { return fmt.Sprint(twinslices.MaxFunc(s, cmp.Compare[int])) }},
			{"Compare", func(s []int) string { return fmt.Sprint(slices.Compare(s, v), slices.Equal(s, v)) }, func(s []int) string { return fmt.Sprint(twinslices.Compare(s, v), twinslices.Equal(s, v)) }},
			{"Chunk", func(s []int) string { return fmt.Sprint(slices.Collect(slices.Chunk(s, i))) }, func(s []int) string { return fmt.Sprint(slices.Collect(twinslices.Chunk(s, i))) }},
			{"Reverse", func(s []int) string { slices.Reverse(s); return show(s) }, func(s []int) string { twinslices.Reverse(s); return show(s) }},
			{"BinarySearch", func(s []int) string {
				slices.Sort(s)
				return fmt.Sprint(slices.BinarySearch(s, i))
			}, func(s []int) string { twinslices.Sort(s); return fmt.Sprint(twinslices.BinarySearch(s, i)) }},
		}
		for _, p := range pairs {
			a, b := sameCap(s), sameCap(s)
			want := outcome(func() string { return p.real(a) })
			got := outcome(func() string { return p.twin(b) })
			if got != want {
				t.Fatalf("%s of %v (i=%d j=%d v=%v): got %s, want %s", p.name, s, i, j, v, got, want)
			}
			if !slices.Equal(a[:cap(a)], b[:cap(b)]) {
				t.Fatalf("%s of %v (i=%d j=%d v=%v): left %v, want %v", p.name, s, i, j, v, b[:cap(b)], a[:cap(a)])
			}
		}
	}
}

func sameCap(s []int) []int {
	if s == nil {
		return nil
	}
	r := make([]int, len(s), cap(s))
	copy(r, s)
	return r
}

// Insert of a slice's own elements, with and without room.
func TestTwinOverlap(t *testing.T) {
	for i := range 5 {
		for _, room := range []int{4, 16} {
			make4 := func() []int { return append(make([]int, 0, room), 1, 2, 3, 4) }
			a, b := make4(), make4()
			if got, want := twinslices.Insert(b, i, b[1:3]...), slices.Insert(a, i, a[1:3]...); !slices.Equal(got, want) {
				t.Errorf("Insert at %d: got %v, want %v", i, got, want)
			}
			a, b = make4(), make4()
			if got, want := twinslices.Replace(b, 0, min(i, 2), b[1:4]...), slices.Replace(a, 0, min(i, 2), a[1:4]...); !slices.Equal(got, want) {
				t.Errorf("Replace to %d: got %v, want %v", i, got, want)
			}
		}
	}
}

func TestTwinMaps(t *testing.T) {
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	if c := twinmaps.Clone(m); !twinmaps.Equal(c, m) || twinmaps.Clone(map[string]int(nil)) != nil {
		t.Errorf("Clone: %v", c)
	}
	c := twinmaps.Collect(twinmaps.All(m))
	twinmaps.DeleteFunc(c, func(k string, v int) bool { return v > 1 })
	if want := map[string]int{"a": 1}; !maps.Equal(c, want) {
		t.Errorf("DeleteFunc: %v", c)
	}
	twinmaps.Insert(c, maps.All(map[string]int{"z": 26}))
	twinmaps.Copy(c, map[string]int{"y": 25})
	if keys := slices.Sorted(twinmaps.Keys(c)); strings.Join(keys, "") != "ayz" {
		t.Errorf("keys: %v", keys)
	}
	if vals := slices.Sorted(twinmaps.Values(c)); !slices.Equal(vals, []int{1, 25, 26}) {
		t.Errorf("values: %v", vals)
	}
}

func TestTwinCmp(t *testing.T) {
	fs := []float64{math.NaN(), math.Inf(-1), -1, 0, 1, math.Inf(1)}
	for _, a := range fs {
		for _, b := range fs {
			if cmp.Compare(a, b) != twincmp.Compare(a, b) || cmp.Less(a, b) != twincmp.Less(a, b) {
				t.Errorf("Compare(%v, %v) = %d", a, b, twincmp.Compare(a, b))
			}
		}
	}
	if twincmp.Or("", "x", "y") != "x" || twincmp.Or[int]() != 0 {
		t.Error("Or")
	}
}

func TestTwinPull(t *testing.T) {
	next, stop := twiniter.Pull(twiniter.Seq[error](func(yield func(error) bool) {
		_ = yield(nil) && yield(fs.ErrExist)
	}))
	defer stop()
	for i, want := range []error{nil, fs.ErrExist} {
		if got, ok := next(); got != want || !ok {
			t.Errorf("%d: got %v, %v", i, got, ok)
		}
	}
	if got, ok := next(); got != nil || ok {
		t.Errorf("end: got %v, %v", got, ok)
	}
	next2, stop2 := twiniter.Pull2(twiniter.Seq2[int, string](iter.Seq2[int, string](slices.All([]string{"a"}))))
	defer stop2()
	if i, s, ok := next2(); i != 0 || s != "a" || !ok {
		t.Errorf("Pull2: %d %q %v", i, s, ok)
	}
	if i, s, ok := next2(); i != 0 || s != "" || ok {
		t.Errorf("Pull2 at the end: %d %q %v", i, s, ok)
	}
	// a panic inside the sequence reaches the caller of next
	next, _ = twiniter.Pull(twiniter.Seq[error](func(func(error) bool) { panic("inside") }))
	if got := outcome(func() string { next(); return "" }); got != "panic: inside" {
		t.Errorf("panic: %s", got)
	}
}

func TestTwinOnce(t *testing.T) {
	n := 0
	f := twinsync.OnceValue(func() int { n++; return n })
	if f()+f() != 2 {
		t.Error("OnceValue ran twice")
	}
	g := twinsync.OnceValues(func() (int, error) { n++; panic("boom") })
	for range 2 {
		if got := outcome(func() string { g(); return "" }); got != "panic: boom" || n != 2 {
			t.Errorf("OnceValues: %s, n %d", got, n)
		}
	}
}

func TestTwinErrors(t *testing.T) {
	err := fmt.Errorf("open: %w", errors.Join(fs.ErrExist, &fs.PathError{Op: "open", Path: "x", Err: fs.ErrInvalid}))
	if e, ok := twinerrors.AsType[*fs.PathError](err); !ok || e.Path != "x" {
		t.Errorf("AsType: %v %v", e, ok)
	}
	if _, ok := twinerrors.AsType[*fs.PathError](nil); ok {
		t.Error("AsType found something in nil")
	}
}

func TestTwinSmall(t *testing.T) {
	var p twinatomic.Pointer[int]
	a, b := new(int), new(int)
	if p.Load() != nil || p.CompareAndSwap(a, b) || !p.CompareAndSwap(nil, a) || p.Swap(b) != a || p.Load() != b {
		t.Error("atomic.Pointer")
	}
	x := twinunique.Make("x")
	if x != twinunique.Make(string([]byte{'x'})) || twinunique.Make("x") == twinunique.Make("y") || twinunique.Make[any](1).Value() != 1 {
		t.Error("unique.Make")
	}
	if twinreflect.TypeFor[error]().String() != "error" {
		t.Error("TypeFor")
	}
	if s, ok := twinreflect.TypeAssert[fmt.Stringer](reflect.ValueOf(time.Second)); !ok || s.String() != "1s" {
		t.Error("TypeAssert")
	}
	v := new([64]int)
	w := twinweak.Make(v)
	if w.Value() != v || w != twinweak.Make(v) || twinweak.Make[int](nil).Value() != nil {
		t.Error("weak.Pointer")
	}
}

func TestTwinNull(t *testing.T) {
	type celsius float64
	var n twinsql.Null[celsius]
	if err := n.Scan("21.5"); err != nil || n.V != 21.5 || !n.Valid {
		t.Errorf("Scan: %v %v", n, err)
	}
	if err := n.Scan(nil); err != nil || n.V != 0 || n.Valid {
		t.Errorf("Scan of nil: %v %v", n, err)
	}
	var s twinsql.Null[string]
	if err := s.Scan([]byte("abc")); err != nil || s.V != "abc" {
		t.Errorf("Scan of bytes: %v %v", s, err)
	}
	if v, err := s.Value(); v != "abc" || err != nil {
		t.Errorf("Value: %v %v", v, err)
	}
}
