package lower

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower/escape"
	"playground/internal/gofront/lower/typetable"
)

// Host is what the lowering needs of the compiled side.
type Host interface {
	// Symbols returns the host values of a package: functions, addressable
	// variables, and nil pointers that stand for types.
	Symbols(path string) map[string]reflect.Value
	// Method returns a function that takes the place of a host type's method,
	// the receiver first.
	Method(recv reflect.Type, name string) (reflect.Value, bool)
	// Twin returns a package's generic part as checked source, or nil.
	Twin(path string) *Source
	// Instance returns a compiled instance of a generic function.
	Instance(path, name string, typ reflect.Type, targs ...reflect.Type) (reflect.Value, bool)
}

// Source is one checked package whose bodies can be lowered.
type Source struct {
	Pkg   *types.Package
	Info  *types.Info
	Files []*ast.File
	// Name tells apart the packages in the names of lowered functions.
	Name string
	// Path is the import path that the package stands for.
	Path string
	// Embeds are the values of variables with a go:embed directive: a string, a
	// []byte or an embed.FS.
	Embeds map[*types.Var]any
}

// Program is plain Go source for the interpreter and what it refers to.
type Program struct {
	// Source imports the packages t (types), s (standard library) and x
	// (operations), all made for this program alone.
	Source string
	// Exports holds these three.
	Exports map[string]map[string]reflect.Value
	// Hosts says what the functions of package s are, those that stand-ins take the
	// places of by the names of what they stand for.
	Hosts map[string]HostFunc
	// Ops says what each function of package x does.
	Ops map[string]*ir.Op
	// Funcs describes every lowered function by its name.
	Funcs map[string]*Func
	// Methods finds the lowered function behind a forged type's method.
	Methods map[MethodKey]*ir.Slot
	// Slots lists every lowered function that compiled code must reach.
	Slots []*ir.Slot
	// Lines maps offsets in Source to positions of the reader's files.
	Lines []ir.Mark
	// Extents are where in Source its functions are.
	Extents []ir.Extent
	// Roots finds the functions that Lower was asked for.
	Roots map[*types.Func]*ir.Slot
	// Entry is the function that initialises the program and calls main.
	Entry string
}

// MethodKey names a method of a run-time type.
type MethodKey struct {
	Type reflect.Type
	Name string
}

// HostFunc names a function of the library, or a method of one of its types: of Recv
// or a pointer to that.
type HostFunc struct{ Path, Recv, Name string }

// String is the function's name as traces have it, where the receiver is a pointer.
func (h HostFunc) String() string {
	if h.Recv == "" {
		return h.Path + "." + h.Name
	}
	return h.Path + ".(*" + h.Recv + ")." + h.Name
}

// Func is a lowered function.
type Func struct {
	Name string // in Source
	// Reader is the name that a trace shows, such as main.(*T).String.
	Reader string
	// Hidden functions do not show in a trace.
	Hidden bool
	// Suspended functions are hidden ones that make the call of a go or defer statement,
	// and their positions are that statement's. Calls is the function of the program or
	// of package s that they call, empty if that is found at run time.
	Suspended bool
	Calls     string
	// Args says that it has parameters, or a receiver.
	Args bool
	// Pos is where the reader has written it. What was not written, such as the
	// wrapper around a promoted method, has none.
	Pos token.Pos
}

// Parens is what follows the function's name in a trace: a hint at arguments,
// whose values a trace of ours does not tell.
func (f *Func) Parens() string {
	if f.Args {
		return "(...)"
	}
	return "()"
}

// Unsupported is a construct that cannot be run, found at Pos.
type Unsupported struct {
	Pos token.Pos
	Msg string
}

func (u *Unsupported) Error() string { return u.Msg }

// program is a lowering in progress.
type program struct {
	host     Host
	fset     *token.FileSet
	packages []*Source // the program's, in the order in which they are initialised
	sources  map[*types.Package]*source
	tree     ir.Program
	built    *ir.Program // the tree before it was put in order, if somebody wants to see it
	res      *Program
	roots    []*types.Func

	funcs   map[string]string // instance key -> name
	queue   []func()          // functions still to emit
	vars    map[*types.Var]*ir.Var
	varList []*types.Var
	ids     map[types.Object]int
	ntmp    int
	pos     token.Pos // where a failure is reported

	types  *typetable.Table
	ops    map[string]*ir.Op
	consts map[string]string
	slots  map[string]*ir.Slot
	hosts  map[string]string

	stackArrays map[*ast.CallExpr]escape.Array // see buffers; nil until somebody asks
}

// source is a Source with what the lowering notes about it.
type source struct {
	*Source
	twin   bool // of a package of the library, not of the program
	decls  map[types.Object]*ast.FuncDecl
	escape map[ast.Node]*escape.Info
	inited bool
	// literals has the names of function literals in traces, and of the bodies
	// of loops over functions; inits counts those outside of functions.
	literals map[ast.Node]string
	inits    literals
	// localTypes numbers the types that are declared in functions, by their places;
	// it is made when somebody asks.
	localTypes map[token.Pos]int
}

// Lower translates a checked program: its packages, in the order in which Go
// initialises them. The functions in roots are lowered too, reachable or not.
// The error is an *Unsupported.
func Lower(fset *token.FileSet, packages []*Source, host Host, roots ...*types.Func) (*Program, error) {
	p := newProgram(fset, packages, host)
	p.roots = roots
	if err := p.run(); err != nil {
		return nil, err
	}
	return p.res, nil
}

// Stages are a program on its way, for people who want to see it.
type Stages struct {
	Built   *ir.Program // what the constructs became
	Ordered *ir.Program // the same, in order
	Program *Program
}

// Trace is Lower, for those who want to see the stages.
func Trace(fset *token.FileSet, packages []*Source, host Host) (*Stages, error) {
	p := newProgram(fset, packages, host)
	p.built = new(ir.Program)
	if err := p.run(); err != nil {
		return nil, err
	}
	p.built.Vars = p.tree.Vars
	return &Stages{Built: p.built, Ordered: &p.tree, Program: p.res}, nil
}

// run lowers the program, and turns the panics of this package into an error.
func (p *program) run() (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Unsupported:
			err = r
		default:
			err = &Unsupported{Pos: p.pos, Msg: fmt.Sprintf("internal error: %v", r)}
		}
		if debugPanics && err != nil {
			panic(err)
		}
	}()
	p.program()
	return nil
}

// newProgram is a lowering that has not begun.
func newProgram(fset *token.FileSet, packages []*Source, host Host) *program {
	p := &program{
		host: host, fset: fset, packages: packages,
		sources: map[*types.Package]*source{},
		funcs:   map[string]string{},
		vars:    map[*types.Var]*ir.Var{},
		ids:     map[types.Object]int{},
		ops:     map[string]*ir.Op{},
		consts:  map[string]string{},
		slots:   map[string]*ir.Slot{},
		hosts:   map[string]string{},
		res: &Program{
			Exports: map[string]map[string]reflect.Value{"t/t": {}, "s/s": {}, "x/x": {}},
			Ops:     map[string]*ir.Op{},
			Funcs:   map[string]*Func{},
			Hosts:   map[string]HostFunc{},
			Methods: map[MethodKey]*ir.Slot{},
			Roots:   map[*types.Func]*ir.Slot{},
			Entry:   "entry",
		},
	}
	p.types = typetable.New(tableOwner{p})
	for _, s := range packages {
		p.add(s)
	}
	return p
}

// add makes the bodies of a package known, by what they declare.
func (p *program) add(s *Source) *source {
	if src, ok := p.sources[s.Pkg]; ok {
		return src
	}
	src := &source{Source: s, decls: map[types.Object]*ast.FuncDecl{}, escape: map[ast.Node]*escape.Info{}, literals: map[ast.Node]string{}}
	src.inits.name = src.symbol() + ".init"
	for _, f := range s.Files {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok {
				src.decls[s.Info.Defs[fd.Name]] = fd
			}
		}
	}
	p.sources[s.Pkg] = src
	return src
}

// twin returns the source twin of a host package, or nil.
func (p *program) twin(path string) *source {
	s := p.host.Twin(path)
	if s == nil {
		return nil
	}
	src := p.add(s)
	src.twin = true
	return src
}

// fail gives up: what is at pos cannot be lowered. It is a panic that run turns into an
// error, because nothing on the way has anything to clean up.
func (p *program) fail(pos token.Pos, format string, args ...any) {
	if !pos.IsValid() {
		pos = p.pos
	}
	panic(&Unsupported{Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// tmp is a number that no name has yet. One counter serves temporaries, labels and
// functions, so that no two names of a program are the same.
func (p *program) tmp() int {
	p.ntmp++
	return p.ntmp
}

// Number implements order.Names.
func (p *program) Number() int { return p.tmp() }

// Needs implements order.Names.
func (p *program) Needs(t types.Type) { p.types.Text(t) }

// id is the number of a variable, which tells apart those with the same name.
func (p *program) id(o types.Object) int {
	n, ok := p.ids[o]
	if !ok {
		n = len(p.ids) + 1
		p.ids[o] = n
	}
	return n
}

// program lowers everything that main can reach.
func (p *program) program() {
	var inits []string
	for _, s := range p.packages {
		src := p.sources[s.Pkg]
		inits = append(inits, p.packageInit(src)...)
		if m, ok := s.Pkg.Scope().Lookup("main").(*types.Func); ok && s.Path == "main" {
			inits = append(inits, p.function(src, m, nil))
		}
	}
	for _, o := range p.roots {
		p.res.Roots[o] = p.slot(p.function(p.sources[o.Pkg()], o, nil))
	}
	p.drain()
	// What has been lowered may use variables of twins, whose initialisation may
	// use more; all of that runs before the program's own.
	var before []string
	for again := true; again; {
		again = false
		for _, tw := range p.touchedTwins() {
			again = true
			tw.inited = true
			before = append(p.packageInit(tw), before...)
			p.drain()
		}
	}
	for _, v := range p.varList {
		p.types.Text(v.Type()) // may be a type that nothing else mentions
		p.drain()
	}
	p.types.Finish()
	p.assemble(append(before, inits...))
}

// drain emits queued functions until none is left.
func (p *program) drain() {
	for len(p.queue) > 0 || p.types.Pending() {
		p.types.Flush()
		if len(p.queue) > 0 {
			next := p.queue[0]
			p.queue = p.queue[1:]
			next()
		}
	}
}

// touchedTwins returns twins with a variable in use that nobody initialised.
func (p *program) touchedTwins() []*source {
	var list []*source
	seen := map[*source]bool{}
	for _, v := range p.varList {
		src := p.sources[v.Pkg()]
		if src.twin && !src.inited && !seen[src] {
			seen[src] = true
			list = append(list, src)
		}
	}
	return list
}

// packageInit emits the initialisation of a package's variables in
// dependency order and its init functions, and returns their names in order.
func (p *program) packageInit(src *source) []string {
	var names []string
	if len(src.Embeds) > 0 {
		names = append(names, p.embedInit(src))
	}
	n := 0 // init functions, which traces number
	for _, in := range src.Info.InitOrder {
		names = append(names, p.varInit(src, in))
	}
	for _, f := range src.Files {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil && fd.Name.Name == "init" && fd.Body != nil {
				names = append(names, p.initFunc(src, fd, n))
				n++
			}
		}
	}
	return names
}

// initFunc emits an init function. There may be several in a package, so they are
// numbered, as in the compiler's names.
func (p *program) initFunc(src *source, fd *ast.FuncDecl, n int) string {
	name := fmt.Sprintf("i%d_init", p.tmp())
	f := p.unit(src, p.types.Plain)
	sig := types.NewSignatureType(nil, nil, nil, nil, nil, false)
	f.reader = fmt.Sprintf("%s.init.%d", src.symbol(), n)
	f.declare(name, nil, sig, fd.Body, fd)
	return name
}

// varInit emits a function that gives package variables their values.
// embedInit gives the variables with a go:embed directive their values, which in a
// binary they have before any code runs.
func (p *program) embedInit(src *source) string {
	name := fmt.Sprintf("i%d_embed", p.tmp())
	f := p.unit(src, p.types.Plain)
	f.reader = src.symbol() + ".init"
	for _, v := range slices.SortedFunc(maps.Keys(src.Embeds), func(a, b *types.Var) int { return cmp.Compare(a.Pos(), b.Pos()) }) {
		p.pos = v.Pos()
		have := v.Type()
		switch src.Embeds[v].(type) {
		case string:
			have = types.Typ[types.String]
		case []byte:
			have = types.NewSlice(types.Typ[types.Byte])
		}
		value := reflect.New(reflect.TypeOf(src.Embeds[v]))
		value.Elem().Set(reflect.ValueOf(src.Embeds[v]))
		sym := fmt.Sprintf("E%d_%s", len(p.hosts)+1, v.Name())
		p.hosts["embed "+sym] = sym
		p.res.Exports["s/s"][sym] = value
		from := deref(&ir.Symbol{Value: ir.Value{Type: types.NewPointer(have)}, Name: sym}, have)
		f.set(p.global(v), f.convert(from, have, v.Type()))
	}
	f.finish(name, nil, nil, false)
	return name
}

func (p *program) varInit(src *source, in *types.Initializer) string {
	name := fmt.Sprintf("i%d_var", p.tmp())
	f := p.unit(src, p.types.Plain)
	f.reader = src.symbol() + ".init"
	src.nameLiterals(in.Rhs, &src.inits)
	f.analyse(in.Rhs, in.Rhs)
	p.pos = in.Rhs.Pos()
	f.at(in.Rhs.Pos())
	if len(in.Lhs) == 1 {
		v := in.Lhs[0]
		x := f.convTo(in.Rhs, v.Type())
		if v.Name() == "_" {
			f.discard(x, v.Type())
		} else {
			f.set(p.global(v), x)
		}
	} else {
		f.assignTuple(in.Rhs, len(in.Lhs), func(i int, val ir.Expr, have types.Type) {
			if v := in.Lhs[i]; v.Name() != "_" {
				f.set(p.global(v), f.convert(val, have, v.Type()))
			}
		})
	}
	f.finish(name, nil, nil, false)
	return name
}

// global is a package variable.
func (p *program) global(v *types.Var) *ir.Var {
	g, ok := p.vars[v]
	if !ok {
		g = &ir.Var{Value: ir.Value{Type: v.Type()}, Name: fmt.Sprintf("v%d_%s", len(p.vars), v.Name()), Global: true}
		p.vars[v] = g
		p.varList = append(p.varList, v)
	}
	return g
}

// symbol is the package's path as it stands in the names of its functions: dots
// in the last element are escaped there.
func (s *source) symbol() string {
	dir, last := path.Split(cmp.Or(s.Path, s.Pkg.Path()))
	return dir + strings.ReplaceAll(last, ".", "%2e")
}

// assemble puts the parts together and prints them.
func (p *program) assemble(calls []string) {
	for _, v := range p.varList {
		p.tree.Vars = append(p.tree.Vars, p.vars[v])
	}
	entry := &ir.Func{Name: "entry"}
	for _, c := range calls {
		entry.Body = append(entry.Body, &ir.Do{X: &ir.Call{Fun: &ir.FuncName{Name: c}}})
	}
	p.tree.Funcs = append(p.tree.Funcs, entry)
	p.res.Funcs["entry"] = &Func{Name: "entry", Hidden: true}
	p.types.Finish()
	nop := reflect.ValueOf(func() {})
	p.res.Exports["t/t"]["Nop"] = reflect.ValueOf((*int)(nil))
	p.res.Exports["s/s"]["Nop"] = nop
	p.res.Exports["x/x"]["Nop"] = nop
	p.res.Source, p.res.Lines, p.res.Extents = ir.Print(&p.tree, p.types.Text)
}
