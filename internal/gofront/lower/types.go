package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower/typetable"
)

// tableOwner is the program as the table of its types sees it.
type tableOwner struct{ p *program }

// Fail implements typetable.Program, as do the methods that follow.
func (o tableOwner) Fail(pos token.Pos, format string, args ...any) { o.p.fail(pos, format, args...) }

func (o tableOwner) Pos() token.Pos { return o.p.pos }

func (o tableOwner) Packages() []*types.Package {
	var list []*types.Package
	for _, s := range o.p.packages {
		list = append(list, s.Pkg)
	}
	return list
}

func (o tableOwner) Lowered(pkg *types.Package) bool { return o.p.sources[pkg] != nil }

func (o tableOwner) Symbols(path string) map[string]reflect.Value { return o.p.host.Symbols(path) }

func (o tableOwner) Twin(path string) *types.Package {
	if src := o.p.twin(path); src != nil {
		return src.Pkg
	}
	return nil
}

func (o tableOwner) ExportType(name string, v reflect.Value) { o.p.res.Exports["t/t"][name] = v }

func (o tableOwner) MethodName(m *types.Func) string { return o.p.methodName(m) }

// LocalType goes by the place, since each instance of a generic function has a copy of
// the types that it declares.
func (o tableOwner) LocalType(t *types.TypeName) int {
	src := o.p.sources[t.Pkg()]
	if src == nil || src.twin {
		return 0
	}
	if src.localTypes == nil {
		src.localTypes = localTypes(src)
	}
	return src.localTypes[t.Pos()]
}

// localTypes numbers the types that are declared in functions.
func localTypes(src *source) map[token.Pos]int {
	numbers := map[token.Pos]int{}
	for _, f := range src.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && !spec.Assign.IsValid() {
				if o := src.Info.Defs[spec.Name]; o != nil && o.Parent() != src.Pkg.Scope() {
					numbers[o.Pos()] = len(numbers) + 1
				}
			}
			return true
		})
	}
	return numbers
}

// Method queues the function behind a method, and notes where it is found.
func (o tableOwner) Method(m typetable.Method) *ir.Slot {
	p := o.p
	slot := &ir.Slot{Name: m.Name, Ptr: m.Ptr, Recv: m.Recv}
	p.res.Slots = append(p.res.Slots, slot)
	p.queue = append(p.queue, func() { p.methodBody(slot.Name, m.Type, m.Sel, m.Ptr, m.Sig) })
	name := p.methodName(m.Sel.Obj().(*types.Func))
	pointer := reflect.PointerTo(m.Recv)
	if m.Ptr {
		slot.Recv = pointer
	} else {
		p.res.Methods[MethodKey{m.Recv, name}] = slot
	}
	p.res.Methods[MethodKey{pointer, name}] = slot
	return slot
}

// methodName is a method's name at run time. All names are marked as exported
// there, so one that is not gets its package into the name: methods of two
// packages are never the same. Package main's stay as they are, for traces.
func (p *program) methodName(m *types.Func) string {
	if m.Exported() || m.Pkg().Path() == "main" || p.sources[m.Pkg()] == nil {
		return m.Name()
	}
	return m.Pkg().Path() + "." + m.Name()
}
