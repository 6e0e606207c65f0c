package engine

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/reference"
)

// A trial is a few operations on boundary values. It is run twice: as a lowered
// program, with whatever the engine has for the types at hand, and with the
// reference. What comes out must be the same, the panic included. Where Go itself
// can be asked, it is asked as well.
type trial struct {
	name string
	run  func(v variant) any
	real func() any // nil where the test cannot say it in Go
}

// variant is one of the two ways.
type variant interface {
	// do carries out an operation and returns its results.
	do(op ir.Op, operands ...any) []any
	// function carries out operations one after the other, in one call of a
	// function, to its end. An operand may be the result of the step before.
	function(steps ...operationStep)
	// recovers calls a function that panics with a value and whose deferred call
	// recovers twice, and returns what it recovered.
	recovers(value any) []any
}

type operationStep struct {
	op       ir.Op
	operands []any
}

// previous is the operand that is the result of the step before.
type previous struct{}

// TestOperations runs the trials of every operation.
func TestOperations(t *testing.T) {
	engines := &engineVariant{t: t, compiled: map[string]*ir.Slot{}}
	for kind, row := range trials {
		if row.kind != ir.OpKind(kind) {
			t.Fatalf("row %d of the trials is %s's", kind, row.kind)
		}
		t.Run(row.kind.String(), func(t *testing.T) {
			list := row.list()
			if len(list) == 0 {
				t.Fatal("no trials")
			}
			for _, c := range list {
				got := outcome(func() any { return c.run(engines) })
				want := outcome(func() any { return c.run(newReferenceVariant()) })
				if got != want {
					t.Errorf("%s:\nengine    %s\nreference %s", c.name, got, want)
				}
				if c.real == nil {
					continue
				}
				if real := outcome(c.real); real != want {
					t.Errorf("%s:\nreference %s\nGo        %s", c.name, want, real)
				}
			}
		})
	}
}

// TestOperationsAreInOrder: each row is in its place, and has a reference.
func TestOperationsAreInOrder(t *testing.T) {
	for kind, row := range operations {
		if row.kind != ir.OpKind(kind) || row.reference == nil {
			t.Errorf("row %d is %s's", kind, row.kind)
		}
	}
}

// outcome is what a trial comes to, as text: types and values of its results, or
// those of its panic.
func outcome(run func() any) (text string) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		r = fault.Translate(r)
		text = fmt.Sprintf("panic: %T: %v", r, r)
	}()
	v := run()
	if list, ok := v.([]any); ok { // whose capacity means nothing
		return describe(list)
	}
	return render(reflect.ValueOf(v))
}

// render is a value with its type, and with what pointers and interfaces lead to
// instead of addresses.
func render(v reflect.Value) string {
	if !v.IsValid() {
		return "nil"
	}
	switch v.Kind() {
	case reflect.Interface:
		return render(v.Elem())
	case reflect.Pointer, reflect.UnsafePointer, reflect.Func, reflect.Chan, reflect.Map, reflect.Slice:
		if v.IsNil() {
			return v.Type().String() + "(nil)"
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		return v.Type().String() + "&" + render(v.Elem())
	case reflect.Func, reflect.UnsafePointer:
		return v.Type().String()
	case reflect.Chan:
		return fmt.Sprintf("%s(%d/%d)", v.Type(), v.Len(), v.Cap())
	case reflect.Slice, reflect.Array:
		s := fmt.Sprintf("%s{%d/%d", v.Type(), v.Len(), v.Cap())
		for i := range v.Len() {
			s += " " + render(v.Index(i))
		}
		return s + "}"
	case reflect.Map:
		var entries []string
		for k, e := range v.Seq2() {
			entries = append(entries, render(k)+":"+render(e))
		}
		slices.Sort(entries)
		return fmt.Sprint(v.Type(), entries)
	}
	return fmt.Sprintf("%s(%#v)", v.Type(), v)
}

// testHooks have a stand-in for the one type double, whose methods print twice.
var testHooks = Hooks{
	Position: func(int) token.Position { return token.Position{} },
	Place:    func(token.Pos) token.Position { return token.Position{} },
	Method: func(recv reflect.Type, name string) (reflect.Value, bool) {
		if recv == reflect.TypeFor[double]() && name == "Error" {
			return reflect.ValueOf(func(d double) string { return string(d + d) }), true
		}
		return reflect.Value{}, false
	},
	ToInterface: func(t reflect.Type) (func(any) any, bool) {
		return func(v any) any { return outside{v.(*inside).n + 1} }, t == reflect.TypeFor[*inside]()
	},
	FromInterface: func(t reflect.Type) (func(any) any, bool) {
		return func(v any) any {
			if o, ok := v.(outside); ok {
				return &inside{o.n - 1}
			}
			return v
		}, t == reflect.TypeFor[*inside]()
	},
	Crash: func(text string) { panic(text) },
}

type double string

func (d double) Error() string { return string(d) }

// inside is in interfaces as an outside.
type (
	inside  struct{ n int }
	outside struct{ n int }
)

// engineVariant carries out operations as parts of lowered programs, which it
// keeps: one with the operation has been compiled and serves all operands.
type engineVariant struct {
	t        *testing.T
	compiled map[string]*ir.Slot
}

// do implements variant by a function whose parameters are the operands.
func (v *engineVariant) do(op ir.Op, operands ...any) []any {
	slot := v.compile(op, len(operands))
	in := make([]reflect.Value, len(operands))
	for i := range in {
		in[i] = reflect.New(paramType(op.Type, i, false)).Elem()
		set(in[i], operands[i])
	}
	return results(slot.Call(in))
}

func (v *engineVariant) compile(op ir.Op, operands int) *ir.Slot {
	key := fmt.Sprintf("%d %p %s %v %v %s %v %d", op.Kind, abi.TypeOf(op.Type), op.Token, op.Types, op.Index, op.Method, op.Default, operands)
	slot := v.compiled[key]
	if slot == nil {
		p := newTestProgram()
		p.begin()
		names := make([]string, operands)
		for i := range names {
			names[i] = p.param(paramType(op.Type, i, false))
		}
		p.call(op, names)
		slot = p.compile(v.t)
		v.compiled[key] = slot
	}
	return slot
}

func (v *engineVariant) function(steps ...operationStep) {
	p := newTestProgram()
	p.begin()
	var in []reflect.Value
	var result []string
	for _, s := range steps {
		names := make([]string, len(s.operands))
		for i, o := range s.operands {
			if o == (any)(previous{}) {
				names[i] = result[0]
				continue
			}
			t := paramType(s.op.Type, i, false)
			names[i] = p.param(t)
			in = append(in, reflect.New(t).Elem())
			set(in[len(in)-1], o)
		}
		if r := p.call(s.op, names); len(r) > 0 {
			result = r
		}
	}
	p.out, p.types = nil, nil // the results were for the steps
	p.compile(v.t).Call(in)
}

// recovered is what a lowered program of a test tells of two recovers.
type recovered struct{ First, Second any }

func (v *engineVariant) recovers(value any) []any {
	p := newTestProgram()
	to := p.name(reflect.TypeFor[*recovered]())
	p.text.WriteString("func handler(p " + to + ") {\n")
	for _, field := range []string{"First", "Second"} {
		fmt.Fprintf(&p.text, "p.%s = %s()\n", field, p.op(opOf(ir.OpRecover, (func() any)(nil))))
	}
	p.text.WriteString("}\n")
	p.slots = append(p.slots, &ir.Slot{Name: "handler"})
	p.begin()
	a, b := p.param(reflect.TypeFor[*recovered]()), p.param(reflect.TypeFor[any]())
	bind := opOf(ir.OpClosure, (func(*recovered) func())(nil))
	bind.Slot = p.slots[len(p.slots)-1]
	p.call(opOf(ir.OpDefer, (func(func()))(nil)), p.call(bind, []string{a}))
	p.call(opOf(ir.OpPanic, (func(any))(nil)), []string{b})
	p.out, p.types = nil, nil
	r, panics := new(recovered), reflect.New(reflect.TypeFor[any]()).Elem()
	set(panics, value)
	p.compile(v.t).Call([]reflect.Value{reflect.ValueOf(r), panics})
	return []any{r.First, r.Second}
}

// testProgram is a lowered program on its way: a function f, and func sum for
// closures to be made of.
type testProgram struct {
	lower.Program
	text   strings.Builder // of functions before f
	params []string
	vars   strings.Builder
	body   strings.Builder
	out    []string // the results of f
	types  []string
	slots  []*ir.Slot
	number int
}

func newTestProgram() *testProgram {
	return &testProgram{
		Program: lower.Program{
			Ops: map[string]*ir.Op{}, Funcs: map[string]*lower.Func{}, Methods: map[lower.MethodKey]*ir.Slot{},
			Exports: map[string]map[string]reflect.Value{"t/t": {}, "x/x": {}, "s/s": {"None": reflect.ValueOf(0)}},
		},
		slots: []*ir.Slot{{Name: "sum"}},
	}
}

// next is a number for a name.
func (p *testProgram) next() int { p.number++; return p.number }

// name is a type's name in the text.
func (p *testProgram) name(t reflect.Type) string {
	n := fmt.Sprintf("T%d", p.next())
	p.Exports["t/t"][n] = reflect.Zero(reflect.PointerTo(t))
	return "t." + n
}

// op is an operation's name in the text.
func (p *testProgram) op(op ir.Op) string {
	op.Name = fmt.Sprintf("%s%d", op.Kind, p.next())
	if op.Slot != nil && op.Slot.Name == "sum" {
		op.Slot = p.slots[0]
	}
	p.Ops[op.Name] = &op
	p.Exports["x/x"][op.Name] = reflect.Zero(op.Type)
	return "x." + op.Name
}

// begin begins f.
func (p *testProgram) begin() {
	n := p.name(reflect.TypeFor[int]())
	fmt.Fprintf(&p.text, "func sum(a, b %s) %s {\nreturn a + b\n}\n", n, n)
}

// param adds a parameter to f.
func (p *testProgram) param(t reflect.Type) string {
	n := fmt.Sprintf("a%d", p.next())
	p.params = append(p.params, n+" "+p.name(t))
	return n
}

// call adds an operation to f and returns the variables of its results, which
// are f's as well.
func (p *testProgram) call(op ir.Op, operands []string) (vars []string) {
	for t := range op.Type.Outs() {
		v, n := fmt.Sprintf("r%d", p.next()), p.name(t)
		fmt.Fprintf(&p.vars, "var %s %s\n", v, n)
		vars = append(vars, v)
		p.types = append(p.types, n)
	}
	p.out = append(p.out, vars...)
	if len(vars) > 0 {
		p.body.WriteString(strings.Join(vars, ", ") + " = ")
	}
	fmt.Fprintf(&p.body, "%s(%s)\n", p.op(op), strings.Join(operands, ", "))
	return vars
}

// compile gives the program to the engine and returns f.
func (p *testProgram) compile(t *testing.T) *ir.Slot {
	t.Helper()
	f := &ir.Slot{Name: "f"}
	p.Slots = append(p.slots, f)
	p.Source = fmt.Sprintf("package main\n\nimport (\n\"s\"\n\"t\"\n\"x\"\n)\n\nvar _ = s.None\n%s\nfunc f(%s) (%s) {\n%s%s",
		&p.text, strings.Join(p.params, ", "), strings.Join(p.types, ", "), &p.vars, &p.body)
	if len(p.out) > 0 {
		p.Source += "return " + strings.Join(p.out, ", ")
	}
	p.Source += "\n}\n"
	p.Extents = p.extents(t)
	in := interp.New(interp.Options{})
	if err := in.Use(p.Exports); err != nil {
		t.Fatal(err)
	}
	if _, err := New(in, &p.Program, testHooks); err != nil {
		t.Fatalf("%v\n%s", err, p.Source)
	}
	return f
}

// extents finds the program's functions. None of them is inlined.
func (p *testProgram) extents(t *testing.T) (list []ir.Extent) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", p.Source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.Source)
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		at := func(pos token.Pos) int { return fset.Position(pos).Offset }
		x := ir.Extent{Name: f.Name.Name, Start: at(f.Pos()), Body: at(f.Body.Lbrace) + 1, End: at(f.End())}
		for name, op := range p.Ops {
			x.Defers = x.Defers || op.Kind.Defers() && strings.Contains(p.Source[x.Start:x.End], "x."+name+"(")
		}
		list = append(list, x)
	}
	return list
}

// referenceVariant carries operations out as package reference has them.
type referenceVariant struct {
	context reference.Context
}

func newReferenceVariant() *referenceVariant {
	return &referenceVariant{reference.Context{
		Method: testHooks.Method, ToInterface: testHooks.ToInterface, FromInterface: testHooks.FromInterface, Call: &reference.Activation{},
	}}
}

func (v *referenceVariant) do(op ir.Op, operands ...any) []any {
	in := make([]reflect.Value, len(operands))
	for i := range in {
		in[i] = reflect.New(paramType(op.Type, i, false)).Elem()
		if op.Kind == ir.OpDeferTo && i == 0 {
			in[i] = reflect.ValueOf(operands[0]) // an Activation where the engine has a frame
			continue
		}
		set(in[i], operands[i])
	}
	out := make([]reflect.Value, op.Type.NumOut())
	for i, r := range operations[op.Kind].reference(&v.context, &op, in) {
		out[i] = reflect.New(op.Type.Out(i)).Elem()
		out[i].Set(r)
	}
	return results(out)
}

func (v *referenceVariant) function(steps ...operationStep) {
	var last []any
	for _, s := range steps {
		operands := slices.Clone(s.operands)
		for i, o := range operands {
			if o == (any)(previous{}) {
				operands[i] = last[0]
			}
		}
		if r := v.do(s.op, operands...); len(r) > 0 {
			last = r
		}
	}
	list := v.context.Call.Deferred
	for i := len(list) - 1; i >= 0; i-- {
		list[i].Interface().(func())()
	}
}

func (v *referenceVariant) recovers(value any) []any {
	v.context.Call.Rescues = &reference.Activation{Panics: true, Value: value}
	o := opOf(ir.OpRecover, (func() any)(nil))
	return append(v.do(o), v.do(o)...)
}

// set gives a place a value; nil is the zero value.
func set(place reflect.Value, v any) {
	if v != nil {
		place.Set(reflect.ValueOf(v))
	}
}

func results(places []reflect.Value) []any {
	list := make([]any, len(places))
	for i, p := range places {
		list[i] = p.Interface()
	}
	return list
}
