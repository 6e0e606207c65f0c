package stdlib

import (
	"go/ast"
	"go/types"
	"iter"
	"reflect"
)

// iterators are the instances of iter.Seq and iter.Seq2 in what the library's
// compiled functions and methods take and return.
var iterators = []reflect.Type{
	reflect.TypeFor[iter.Seq[string]](),
	reflect.TypeFor[iter.Seq[[]byte]](),
	reflect.TypeFor[iter.Seq[reflect.Value]](),
	reflect.TypeFor[iter.Seq[reflect.Type]](),
	reflect.TypeFor[iter.Seq[reflect.Method]](),
	reflect.TypeFor[iter.Seq[reflect.StructField]](),
	reflect.TypeFor[iter.Seq[ast.Node]](),
	reflect.TypeFor[iter.Seq[types.Type]](),
	reflect.TypeFor[iter.Seq[*types.Func]](),
	reflect.TypeFor[iter.Seq[*types.Scope]](),
	reflect.TypeFor[iter.Seq[*types.Selection]](),
	reflect.TypeFor[iter.Seq[*types.Term]](),
	reflect.TypeFor[iter.Seq[*types.TypeParam]](),
	reflect.TypeFor[iter.Seq[*types.Var]](),
	reflect.TypeFor[iter.Seq2[reflect.Value, reflect.Value]](),
	reflect.TypeFor[iter.Seq2[reflect.Method, reflect.Value]](),
	reflect.TypeFor[iter.Seq2[reflect.StructField, reflect.Value]](),
}
