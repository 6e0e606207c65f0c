package typetable

import (
	"fmt"
	"go/types"
	"strings"
)

// Names of instances, as compiled programs have them: they show under %T and in
// reflection. In brackets types are spelled in the linker's way, with paths for packages,
// and numbers for those declared in functions, which have no other identity there.

// nameArgs are the type arguments in a type's name: those of the function that it is
// declared in, and after a semicolon its own.
func (tt *Table) nameArgs(n *types.Named) string {
	copied := tt.copies[n.Obj()]
	var lists []string
	for _, args := range [][]types.Type{copied.outer, copied.own, typeArgs(n)} {
		if len(args) > 0 {
			lists = append(lists, tt.linkNames(args, ","))
		}
	}
	if len(lists) == 0 {
		return ""
	}
	return "[" + strings.Join(lists, ";") + "]"
}

func typeArgs(n *types.Named) (list []types.Type) {
	for a := range n.TypeArgs().Types() {
		list = append(list, a)
	}
	return list
}

func (tt *Table) linkNames(list []types.Type, separator string) string {
	var names []string
	for _, t := range list {
		names = append(names, tt.linkName(t))
	}
	return strings.Join(names, separator)
}

// linkName is a type as it stands in the name of an instance.
func (tt *Table) linkName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.Typ[t.Kind()].Name() // byte and rune are only other names
	case *types.Pointer:
		return "*" + tt.linkName(t.Elem())
	case *types.Slice:
		return "[]" + tt.linkName(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), tt.linkName(t.Elem()))
	case *types.Map:
		return "map[" + tt.linkName(t.Key()) + "]" + tt.linkName(t.Elem())
	case *types.Chan:
		return tt.linkChan(t)
	case *types.Signature:
		return "func" + tt.linkSignature(t)
	case *types.Struct:
		return tt.linkStruct(t)
	case *types.Interface:
		return tt.linkInterface(t)
	case *types.Named:
		return tt.linkNamed(t)
	}
	return t.String()
}

// linkNamed ends in the number of a type that is declared in a function.
func (tt *Table) linkNamed(t *types.Named) string {
	o := t.Obj()
	if o.Pkg() == nil {
		return o.Name()
	}
	name := o.Pkg().Path() + "." + o.Name() + tt.nameArgs(t)
	if n := tt.p.LocalType(o); n > 0 {
		name += fmt.Sprintf("·%d", n)
	}
	return name
}

// linkChan has parentheses where the arrow would be another's.
func (tt *Table) linkChan(t *types.Chan) string {
	elem := tt.linkName(t.Elem())
	switch t.Dir() {
	case types.SendOnly:
		return "chan<- " + elem
	case types.RecvOnly:
		return "<-chan " + elem
	}
	if c, ok := types.Unalias(t.Elem()).(*types.Chan); ok && c.Dir() == types.RecvOnly {
		return "chan (" + elem + ")"
	}
	return "chan " + elem
}

// linkSignature has no names of parameters, and parentheses around several results.
func (tt *Table) linkSignature(s *types.Signature) string {
	var in, out []types.Type
	for v := range s.Params().Variables() {
		in = append(in, v.Type())
	}
	for v := range s.Results().Variables() {
		out = append(out, v.Type())
	}
	params := tt.linkNames(in, ", ")
	if s.Variadic() {
		last := in[len(in)-1].(*types.Slice)
		params = tt.linkNames(append(in[:len(in)-1:len(in)-1], last.Elem()), ", ")
		i := strings.LastIndex(params, tt.linkName(last.Elem()))
		params = params[:i] + "..." + params[i:]
	}
	switch len(out) {
	case 0:
		return "(" + params + ")"
	case 1:
		return "(" + params + ") " + tt.linkName(out[0])
	}
	return "(" + params + ") (" + tt.linkNames(out, ", ") + ")"
}

// linkStruct has the package before names without a capital.
func (tt *Table) linkStruct(t *types.Struct) string {
	if t.NumFields() == 0 {
		return "struct {}"
	}
	var fields []string
	for i := range t.NumFields() {
		f := t.Field(i)
		text := tt.linkName(f.Type())
		switch {
		case f.Embedded():
		case f.Exported():
			text = f.Name() + " " + text
		default:
			text = f.Pkg().Path() + "." + f.Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += fmt.Sprintf(" %q", tag)
		}
		fields = append(fields, text)
	}
	return "struct { " + strings.Join(fields, "; ") + " }"
}

func (tt *Table) linkInterface(t *types.Interface) string {
	if t.NumMethods() == 0 {
		return "interface {}"
	}
	var methods []string
	for m := range t.Methods() {
		name := m.Name()
		if !m.Exported() {
			name = m.Pkg().Path() + "." + name
		}
		methods = append(methods, name+tt.linkSignature(m.Signature()))
	}
	return "interface { " + strings.Join(methods, "; ") + " }"
}
