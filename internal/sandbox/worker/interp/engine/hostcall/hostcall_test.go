package hostcall

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// at is a Place that is the same in every frame.
func at[T any](v *T) Place { return func(ptr) ptr { return unsafe.Pointer(v) } }

// TestOperation calls functions of the library by every kind of register.
func TestOperation(t *testing.T) {
	var b bytes.Buffer
	buf, s, n, x, y, r := &b, "playground", 7, 2.0, 10.0, byte('!')
	var (
		gotN   int
		gotX   float64
		gotS   string
		gotB   bool
		gotErr error
		list   = []string{"a", "b"}
	)
	for _, c := range []struct {
		host        any
		args, dests []Place
		ok          func() bool
	}{
		{(*bytes.Buffer).WriteString, []Place{at(&buf), at(&s)}, []Place{at(&gotN), at(&gotErr)}, func() bool { return b.String() == s && gotN == len(s) && gotErr == nil }},
		{(*bytes.Buffer).WriteByte, []Place{at(&buf), at(&r)}, []Place{at(&gotErr)}, func() bool { return b.String() == s+"!" }},
		{(*bytes.Buffer).Truncate, []Place{at(&buf), at(&n)}, nil, func() bool { return b.String() == s[:7] }},
		{math.Pow, []Place{at(&x), at(&y)}, []Place{at(&gotX)}, func() bool { return gotX == 1024 }},
		{strings.ToUpper, []Place{at(&s)}, []Place{at(&gotS)}, func() bool { return gotS == "PLAYGROUND" }},
		{strings.Contains, []Place{at(&s), at(&s)}, []Place{at(&gotB)}, func() bool { return gotB }},
		{strings.Join, []Place{at(&list), at(&s)}, []Place{at(&gotS)}, func() bool { return gotS == "aplaygroundb" }},
		{strings.Join, []Place{at(&list), at(&s)}, []Place{nil}, func() bool { return true }},
		{errors.New, []Place{at(&s)}, []Place{at(&gotErr)}, func() bool { return gotErr != nil && gotErr.Error() == s }},
	} {
		v := reflect.ValueOf(c.host)
		call := Operation(v, c.args, c.dests)
		if call == nil {
			t.Errorf("no caller for a %s", v.Type())
			continue
		}
		if call(nil); !c.ok() {
			t.Errorf("a call of a %s went wrong", v.Type())
		}
	}
}

// TestNoOperation: what has no common signature is not taken for something else.
func TestNoOperation(t *testing.T) {
	for _, host := range []any{
		func(int32) {}, func(complex128) {}, func(struct{ a, b int }) {}, func(...int) {}, func(float32) float32 { return 0 }, (func())(nil),
	} {
		if Operation(reflect.ValueOf(host), make([]Place, 1), make([]Place, 1)) != nil {
			t.Errorf("a %T has an operation", host)
		}
	}
}

// TestSignatures: every caller is that of its signature.
func TestSignatures(t *testing.T) {
	for sig, c := range callers {
		in, out, ok := strings.Cut(sig, ">")
		if !ok || c == nil || len(in) > 3 || len(out) > 2 {
			t.Errorf("caller %q", sig)
		}
	}
}
