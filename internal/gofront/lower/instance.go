package lower

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"playground/internal/gofront/lower/typetable"
)

// Generic functions have one lowered function for each list of type arguments with which
// something reachable uses them. A use queues the body, under a key that the arguments'
// texts make, so that recursion ends. Of the library's generic functions some instances
// are compiled ahead; the others come from the source of its twin.

// function returns the lowered name of an instance of a source function and
// queues its body.
func (p *program) function(src *source, o *types.Func, targs []types.Type) string {
	o = o.Origin()
	key := fmt.Sprintf("%p", o)
	var args []string
	for _, t := range targs {
		args = append(args, p.types.Text(t))
	}
	key += "[" + strings.Join(args, ",") + "]"
	if name, ok := p.funcs[key]; ok {
		return name
	}
	name := fmt.Sprintf("f%d_%s", len(p.funcs), o.Name())
	p.funcs[key] = name
	fd := src.decls[o]
	if fd == nil || fd.Body == nil {
		p.fail(o.Pos(), "missing function body")
	}
	if len(p.funcs) > maxInstances {
		p.fail(o.Pos(), "too many instances of generic functions, at %s", o.Name())
	}
	p.queue = append(p.queue, func() {
		sig := o.Signature()
		sc := p.types.Plain
		if len(targs) > 0 {
			sc = p.types.Scope(bind(sig, targs), fd)
		}
		f := p.unit(src, sc)
		f.inst = strings.Join(args, ",")
		f.reader = readerName(src, o, len(targs) > 0)
		f.declare(name, sig.Recv(), sig, fd.Body, fd)
	})
	return name
}

// maxInstances bounds monomorphisation: a program can ask for infinitely many
// instances at run time, which Go's compiler refuses.
const maxInstances = 20000

// bind gives the type parameters of a method's receiver and of a function their
// types.
func bind(sig *types.Signature, targs []types.Type) typetable.Env {
	e := typetable.Env{}
	i := 0
	for tp := range sig.RecvTypeParams().TypeParams() {
		e[tp] = targs[i]
		i++
	}
	for tp := range sig.TypeParams().TypeParams() {
		e[tp] = targs[i]
		i++
	}
	return e
}

// targs are the type arguments of a name.
func (f *unit) targs(id *ast.Ident) []types.Type {
	in, ok := f.src.Info.Instances[id]
	if !ok {
		return nil
	}
	var list []types.Type
	for t := range in.TypeArgs.Types() {
		list = append(list, f.typ(t))
	}
	return list
}

// instance is compiled code for a generic function, if the host has it.
func (p *program) instance(path string, o *types.Func, targs []types.Type) (reflect.Value, bool) {
	sig, err := p.types.Instantiate(o.Signature(), targs)
	if err != nil {
		return reflect.Value{}, false
	}
	var rts []reflect.Type
	for _, t := range targs {
		rts = append(rts, p.types.Type(t))
	}
	typ := p.types.Type(p.types.Plain.Type(sig))
	return p.host.Instance(path, o.Name(), typ, rts...)
}

// twinMethod is an instance of a compiled type's generic method: a function of
// its package's twin named Type_Method, which takes the receiver first.
func (f *unit) twinMethod(n *types.Named, m *types.Func, targs []types.Type) string {
	name := n.Obj().Name() + "_" + m.Name()
	if tw := f.p.twin(n.Obj().Pkg().Path()); tw != nil {
		if o, ok := tw.Pkg.Scope().Lookup(name).(*types.Func); ok {
			return f.p.function(tw, o, targs)
		}
	}
	f.p.fail(0, "generic method %s of %s is not available here", m.Name(), n)
	return ""
}
