package typetable

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"testing"

	"playground/internal/gofront/ir"
)

// owner is a program of one package, without methods and without a library.
type owner struct {
	pkg     *types.Package
	exports map[string]reflect.Type
}

func (o *owner) Fail(_ token.Pos, format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (o *owner) Pos() token.Pos { return token.NoPos }

func (o *owner) Packages() []*types.Package { return []*types.Package{o.pkg} }

func (o *owner) Lowered(p *types.Package) bool { return p == o.pkg }

func (o *owner) Symbols(string) map[string]reflect.Value { return nil }

func (o *owner) Twin(string) *types.Package { return nil }

func (o *owner) ExportType(name string, v reflect.Value) { o.exports[name] = v.Type().Elem() }

func (o *owner) MethodName(m *types.Func) string { return m.Name() }
func (o *owner) LocalType(*types.TypeName) int   { return 0 }

func (o *owner) Method(m Method) *ir.Slot { return &ir.Slot{Name: m.Name} }

// Identical types have the same text, others have not, and the text leads to a
// type of that kind at run time.
func TestTexts(t *testing.T) {
	pkg := types.NewPackage("main", "main")
	o := &owner{pkg, map[string]reflect.Type{}}
	tt := New(o)
	intT := types.Typ[types.Int]
	named := types.NewNamed(types.NewTypeName(0, pkg, "P", nil), nil, nil)
	named.SetUnderlying(types.NewStruct([]*types.Var{types.NewField(0, pkg, "next", types.NewPointer(named), false)}, nil))
	channel := func(d types.ChanDir, t types.Type) types.Type { return types.NewChan(d, t) }
	for _, c := range []struct {
		t    types.Type
		text string
		kind reflect.Kind
	}{
		{intT, "int", reflect.Int},
		{types.Universe.Lookup("byte").Type(), "uint8", reflect.Uint8},
		{types.NewSlice(types.NewPointer(intT)), "[]*int", reflect.Slice},
		{types.NewMap(intT, types.NewArray(intT, 3)), "map[int][3]int", reflect.Map},
		{named, "t.T1", reflect.Struct},
		{types.NewSlice(named), "[]t.T1", reflect.Slice},
		{channel(types.SendRecv, channel(types.RecvOnly, intT)), "t.T3", reflect.Chan},
		{channel(types.SendOnly, channel(types.SendRecv, intT)), "t.T5", reflect.Chan},
		{channel(types.SendRecv, channel(types.RecvOnly, intT)), "t.T3", reflect.Chan},
		{types.NewSignatureType(nil, nil, nil, nil, nil, false), "t.T6", reflect.Func},
		{types.NewSignatureType(nil, nil, nil, nil, nil, false), "t.T6", reflect.Func},
		{types.Universe.Lookup("any").Type(), "interface{}", reflect.Interface},
	} {
		if got := tt.Text(c.t); got != c.text {
			t.Errorf("%s is %s, want %s", c.t, got, c.text)
		}
		if got := tt.Type(c.t).Kind(); got != c.kind {
			t.Errorf("%s is of kind %s at run time, want %s", c.t, got, c.kind)
		}
	}
	tt.Finish()
	if f := o.exports["T1"].Field(0); f.Name != "next" || f.Type != reflect.PointerTo(o.exports["T1"]) {
		t.Errorf("P has the field %s %s, want next *P", f.Name, f.Type)
	}
}

// A scope replaces type parameters and keeps what does not mention any.
func TestScope(t *testing.T) {
	pkg := types.NewPackage("main", "main")
	tt := New(&owner{pkg, map[string]reflect.Type{}})
	param := types.NewTypeParam(types.NewTypeName(0, pkg, "E", nil), types.Universe.Lookup("any").Type())
	s := tt.Scope(Env{param: types.Typ[types.String]}, nil)
	if got := s.Type(types.NewMap(types.Typ[types.Int], types.NewSlice(param))).String(); got != "map[int][]string" {
		t.Errorf("map[int][]E is %s", got)
	}
	if plain := types.NewSlice(types.Typ[types.Int]); s.Type(plain) != plain {
		t.Error("a type without parameters was made anew")
	}
	defer func() {
		if recover() == nil {
			t.Error("a parameter of nobody's was accepted")
		}
	}()
	tt.Plain.Type(param)
}
