//go:build amd64 || arm64

package forge

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

func sealedType(t testing.TB) *Named {
	n := Declare("main", "main", "T")
	define(t, n, structOf(reflect.TypeFor[time.Duration](), n.PtrT, reflect.TypeFor[int]()),
		[]Field{{Name: "d", Sealed: true, Tag: `k:"v"`}, {Name: "next", Sealed: true}, {Name: "Open"}})
	return n
}

func TestSealedFields(t *testing.T) {
	n := sealedType(t)
	v := reflect.New(n.T).Elem()
	for i, want := range []bool{false, false, true} {
		if f := v.Field(i); f.CanSet() != want || f.CanInterface() != want || n.T.Field(i).IsExported() != want {
			t.Errorf("field %d: CanSet %v, CanInterface %v", i, f.CanSet(), f.CanInterface())
		}
	}
	if f := n.T.Field(0); f.Name != "d" || f.PkgPath != "main" || f.Tag != `k:"v"` {
		t.Errorf("%+v", f)
	}
}

func TestViewIsTheSameVariable(t *testing.T) {
	n := sealedType(t)
	p := reflect.New(n.T)
	view := Retype(p)
	view.Elem().Field(0).SetInt(int64(time.Second))
	view.Elem().Field(1).Set(p)
	view.Elem().FieldByName("Open").SetInt(3)
	if got := fmt.Sprintf("%+v", p.Elem().Field(0)); got != "1s" { // a field printed by itself
		t.Log(got)
	}
	back := Retype(view)
	if back.Pointer() != p.Pointer() || p.Elem().Field(0).Int() != 1e9 || p.Elem().Field(2).Int() != 3 || p.Elem().Field(1).Pointer() != p.Pointer() {
		t.Error("the view shows other memory")
	}
	if back.Type() != n.PtrT || fmt.Sprintf("%T", back.Interface()) != "*main.T" {
		t.Errorf("converted back to %s", back.Type())
	}
}

func TestRetypedValuesAreCopied(t *testing.T) {
	n := sealedType(t)
	v := reflect.New(n.View).Elem()
	v.Field(2).SetInt(8)
	v.Field(0).SetInt(1e9)
	dest := reflect.New(n.T).Elem()
	dest.Set(Retype(v))
	if got := fmt.Sprint(dest.Interface()); got != "{1000000000 <nil> 8}" {
		t.Error(got)
	}
	v.Field(2).SetInt(9)
	if dest.Field(2).Int() != 8 {
		t.Error("assigning it did not copy")
	}
	unaddressable := reflect.ValueOf(dest.Interface())
	v.Set(Retype(unaddressable))
	if v.Field(2).Int() != 8 || Retype(unaddressable).Field(0).Interface() != time.Second {
		t.Error("a value that is no variable")
	}
}

func TestOnlySealedTypesHaveViews(t *testing.T) {
	n := sealedType(t)
	i := reflect.TypeFor[int]()
	open := Declare("main", "main", "Open")
	define(t, open, structOf(i), []Field{{Name: "a"}})
	if open.View != open.T || open.PtrView != open.PtrT {
		t.Error("a type with nothing sealed has a view of its own")
	}
	// Reflection agrees that the twins are convertible, as the interpreter's
	// type checker asks it.
	if !n.T.ConvertibleTo(n.View) || !n.PtrT.ConvertibleTo(n.PtrView) || !n.PtrView.ConvertibleTo(n.PtrT) {
		t.Error("reflection does not convert between twins")
	}
	if v := reflect.New(i).Elem(); Retype(v) != v {
		t.Error("Retype changed a value without a view")
	}
}
