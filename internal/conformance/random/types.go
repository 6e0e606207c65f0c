package random

import (
	"fmt"
	"slices"
	"strings"
)

// kind is what values of a type can do.
type kind int

const (
	integer kind = iota
	float
	boolean
	text
	array
	slice
	structure
	pointer
	mapping
	function
	method // an interface with methods
	anything
)

// typ is a type of the program. There is one for each, so that they can be compared.
type typ struct {
	kind   kind
	name   string
	bits   int  // of an integer
	signed bool // an integer
	elem   *typ // of an array, a slice, a pointer or a map
	key    *typ
	len    int
	fields []variable // their names and types
	params []*typ
	result *typ   // of a function
	impls  []*typ // what an interface can hold
}

// variable is something with a name.
type variable struct {
	name    string
	t       *typ
	counter bool // of a loop, which would not end if anything were assigned to it
}

var (
	intType    = &typ{kind: integer, name: "int", bits: 64, signed: true}
	uint8Type  = &typ{kind: integer, name: "uint8", bits: 8}
	boolType   = &typ{kind: boolean, name: "bool"}
	stringType = &typ{kind: text, name: "string"}
	anyType    = &typ{kind: anything, name: "any"}

	integers = []*typ{
		intType, uint8Type,
		{kind: integer, name: "int8", bits: 8, signed: true},
		{kind: integer, name: "int16", bits: 16, signed: true},
		{kind: integer, name: "int32", bits: 32, signed: true},
		{kind: integer, name: "int64", bits: 64, signed: true},
		{kind: integer, name: "uint", bits: 64},
		{kind: integer, name: "uint16", bits: 16},
		{kind: integer, name: "uint32", bits: 32},
		{kind: integer, name: "uint64", bits: 64},
	}
	floats = []*typ{{kind: float, name: "float64", bits: 64}, {kind: float, name: "float32", bits: 32}}
)

// comparable says whether values can be compared with == and be keys.
func (t *typ) comparable() bool {
	switch t.kind {
	case slice, mapping, function, method, anything:
		return false
	}
	return t.all((*typ).comparable)
}

// printable says whether values print the same in each run.
func (t *typ) printable() bool {
	switch t.kind {
	case pointer, function, method:
		return false
	}
	return t.all((*typ).printable)
}

// all says whether something holds of the types of everything that is in a value.
func (t *typ) all(holds func(*typ) bool) bool {
	switch t.kind {
	case array, slice, mapping:
		return holds(t.elem)
	case structure:
		return !slices.ContainsFunc(t.fields, func(f variable) bool { return !holds(f.t) })
	}
	return true
}

// scalar is a random type without parts.
func (g *generator) scalar() *typ {
	switch g.n(10) {
	case 0:
		return stringType
	case 1:
		return boolType
	case 2:
		return one(g, floats)
	}
	return one(g, g.ints)
}

// typ is a random type, of at most so many levels.
func (g *generator) typ(depth int) *typ {
	if depth == 0 || g.chance(45) {
		return g.scalar()
	}
	switch g.n(9) {
	case 0:
		n := 1 + g.n(4)
		return g.composite(fmt.Sprintf("[%d]", n), typ{kind: array, elem: g.typ(depth - 1), len: n})
	case 1, 2:
		return g.composite("[]", typ{kind: slice, elem: g.typ(depth - 1)})
	case 3:
		key := g.scalar()
		for key.kind == float {
			key = g.scalar()
		}
		return g.composite("map["+key.name+"]", typ{kind: mapping, key: key, elem: g.typ(depth - 1)})
	case 4, 5, 6:
		if len(g.structs) > 0 {
			return one(g, g.structs)
		}
	case 7:
		if len(g.structs) > 0 && g.chance(70) {
			return g.composite("*", typ{kind: pointer, elem: one(g, g.structs)})
		}
		return g.composite("*", typ{kind: pointer, elem: g.scalar()})
	}
	return g.scalar()
}

// composite is the type of that description, whose name begins with prefix.
func (g *generator) composite(prefix string, t typ) *typ {
	t.name = prefix + t.elem.name
	return g.unique(t)
}

// signature is a type of functions.
func (g *generator) signature() *typ {
	t := typ{kind: function, result: g.scalar()}
	var names []string
	for range g.n(3) {
		p := g.scalar()
		t.params, names = append(t.params, p), append(names, p.name)
	}
	t.name = "func(" + strings.Join(names, ", ") + ") " + t.result.name
	return g.unique(t)
}

// unique is the one type of that name.
func (g *generator) unique(t typ) *typ {
	if g.types[t.name] == nil {
		g.types[t.name] = &t
	}
	return g.types[t.name]
}

// declareTypes writes the types of the case, with their methods.
func (g *generator) declareTypes() {
	g.ints = []*typ{intType, uint8Type, one(g, integers), one(g, integers)}
	named := *one(g, g.ints)
	under := named.name
	named.name = g.fresh("N")
	g.linef("type %s %s", named.name, under)
	for range 1 + g.n(3) {
		s := &typ{kind: structure, name: g.fresh("S")}
		for range 1 + g.n(4) {
			s.fields = append(s.fields, variable{name: g.fresh("f"), t: g.typ(2)})
		}
		g.linef("type %s struct {", s.name)
		for _, f := range s.fields {
			g.linef("%s %s", f.name, f.t.name)
		}
		g.linef("}")
		g.structs = append(g.structs, s)
	}
	g.ints = append(g.ints, &named)
	g.iface = &typ{kind: method, name: g.fresh("I"), result: g.scalar(), params: []*typ{g.scalar()}}
	g.linef("type %s interface { M(%s) %s }", g.iface.name, g.iface.params[0].name, g.iface.result.name)
	for _, t := range append([]*typ{&named}, g.structs...) {
		g.method(t)
	}
}

// method gives a type the interface's method, by value or by pointer.
func (g *generator) method(t *typ) {
	recv := t
	if t.kind == structure && g.chance(50) {
		recv = g.composite("*", typ{kind: pointer, elem: t})
	}
	g.iface.impls = append(g.iface.impls, recv)
	p := variable{name: "p", t: g.iface.params[0]}
	g.linef("func (r %s) M(p %s) %s {", recv.name, p.t.name, g.iface.result.name)
	g.body(g.iface.result, []variable{{name: "r", t: recv}, p}, 1+g.n(3))
	g.linef("}")
}
