package lower

import (
	"go/ast"
	"go/types"
	"strconv"

	"playground/internal/gofront/lower/escape"
)

// literals counts what a function of the reader's has in it, as the compiler
// does for the names in traces.
type literals struct {
	name    string
	closure bool // it is a function literal itself
	funcs   int
	ranges  int
}

// nameLiterals names the function literals, and the bodies of loops over
// functions, below root, which lies in the function that in counts for. A body
// is no function of the reader's: what lies in it counts for the one around.
func (s *source) nameLiterals(root ast.Node, in *literals) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			in.funcs++
			name := in.name + ".func"
			if in.closure {
				name = in.name + "."
			}
			name += strconv.Itoa(in.funcs)
			s.literals[n] = name
			s.nameLiterals(n.Body, &literals{name: name, closure: true})
			return false
		case *ast.RangeStmt:
			if t := s.Info.TypeOf(n.X); t == nil || !escape.IsFunc(t) {
				return true
			}
			s.nameLiterals(n.X, in)
			in.ranges++
			s.literals[n] = in.name + "-range" + strconv.Itoa(in.ranges)
			s.nameLiterals(n.Body, in)
			return false
		}
		return true
	})
}

// readerName is the name that Go's traces show.
func readerName(src *source, o *types.Func, generic bool) string {
	pkg := src.symbol()
	dots := ""
	if generic {
		dots = "[...]"
	}
	recv := o.Signature().Recv()
	if recv == nil {
		return pkg + "." + o.Name() + dots
	}
	return pkg + "." + receiverName(recv.Type(), dots) + "." + o.Name()
}

// methodReader is the name in traces of t's method, which it may have from an
// embedded field.
func methodReader(t types.Type, method string) string {
	n := namedOf(t)
	if n == nil { // of a struct or an interface without a name
		return "main." + method
	}
	dots, pkg := "", ""
	if n.TypeArgs().Len() > 0 {
		dots = "[...]"
	}
	if p := n.Obj().Pkg(); p != nil {
		pkg = p.Path() + "."
	}
	return pkg + receiverName(t, dots) + "." + method
}

// receiverName is "T" or "(*T)".
func receiverName(t types.Type, dots string) string {
	name := namedOf(t).Obj().Name() + dots
	if isPointer(t) {
		return "(*" + name + ")"
	}
	return name
}

// isPointer says whether a receiver's type is a pointer.
func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}
