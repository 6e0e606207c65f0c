package yaegi

import (
	"reflect"
	_ "unsafe" // for go:linkname
)

// Generator says which function of yaegi generates a node's operation.
type Generator int

// The generators whose operations the engine replaces.
const (
	Other          Generator = iota // one that it leaves alone, or none
	Add                             // x + y
	Sub                             // x - y
	Mul                             // x * y
	Quo                             // x / y
	Rem                             // x % y
	And                             // x & y
	Or                              // x | y
	Xor                             // x ^ y
	Equal                           // x == y
	NotEqual                        // x != y
	Lower                           // x < y
	LowerEqual                      // x <= y
	Greater                         // x > y
	GreaterEqual                    // x >= y
	Not                             // !x
	Land                            // x && y
	Lor                             // x || y
	Assign                          // x = y
	Reset                           // a declaration's zero value
	Return                          // return
	Addr                            // &x
	Deref                           // *x
	IndexArray                      // an element of a slice, an array or a string
	IndexMap                        // an element of a map
	Field                           // x.f of a compiled struct or a pointer to one
	FieldOfOwn                      // of a struct that yaegi has made
	FieldOfPointer                  // of a pointer to one
	Struct                          // T{...}
	StructNoType                    // {...} in a literal of Ts
)

// generator binds a Generator to yaegi's function.
type generator struct {
	is   Generator
	name string // yaegi's, for people
	gen  func(*Node)
}

var generators = []generator{
	{Add, "add", genAdd},
	{Sub, "sub", genSub},
	{Mul, "mul", genMul},
	{Quo, "quo", genQuo},
	{Rem, "rem", genRem},
	{And, "and", genAnd},
	{Or, "or", genOr},
	{Xor, "xor", genXor},
	{Equal, "equal", genEqual},
	{NotEqual, "notEqual", genNotEqual},
	{Lower, "lower", genLower},
	{LowerEqual, "lowerEqual", genLowerEqual},
	{Greater, "greater", genGreater},
	{GreaterEqual, "greaterEqual", genGreaterEqual},
	{Not, "not", genNot},
	{Land, "land", genLand},
	{Lor, "lor", genLor},
	{Assign, "assign", genAssign},
	{Reset, "reset", genReset},
	{Return, "_return", genReturn},
	{Addr, "addr", genAddr},
	{Deref, "deref", genDeref},
	{IndexArray, "getIndexArray", genIndexArray},
	{IndexMap, "getIndexMap", genIndexMap},
	{Field, "getIndexSeqField", genField},
	{FieldOfOwn, "getIndexSeq", genFieldOfOwn},
	{FieldOfPointer, "getPtrIndexSeq", genFieldOfPointer},
	{Struct, "compositeBinStruct", genStruct},
	{StructNoType, "compositeBinStructNotype", genStructNoType},
}

// byCode finds a Generator by the address of yaegi's code.
var byCode = func() map[uintptr]Generator {
	m := make(map[uintptr]Generator, len(generators))
	for _, g := range generators {
		m[reflect.ValueOf(g.gen).Pointer()] = g.is
	}
	return m
}()

// Generator is the generator that yaegi gave the node.
func (n *Node) Generator() Generator {
	if n.Gen == nil {
		return Other
	}
	return byCode[reflect.ValueOf(n.Gen).Pointer()]
}

// yaegi's functions, bound by the linker: there is no program in which one of
// them is missing.

//go:linkname genAdd github.com/traefik/yaegi/interp.add
func genAdd(n *Node)

//go:linkname genSub github.com/traefik/yaegi/interp.sub
func genSub(n *Node)

//go:linkname genMul github.com/traefik/yaegi/interp.mul
func genMul(n *Node)

//go:linkname genQuo github.com/traefik/yaegi/interp.quo
func genQuo(n *Node)

//go:linkname genRem github.com/traefik/yaegi/interp.rem
func genRem(n *Node)

//go:linkname genAnd github.com/traefik/yaegi/interp.and
func genAnd(n *Node)

//go:linkname genOr github.com/traefik/yaegi/interp.or
func genOr(n *Node)

//go:linkname genXor github.com/traefik/yaegi/interp.xor
func genXor(n *Node)

//go:linkname genEqual github.com/traefik/yaegi/interp.equal
func genEqual(n *Node)

//go:linkname genNotEqual github.com/traefik/yaegi/interp.notEqual
func genNotEqual(n *Node)

//go:linkname genLower github.com/traefik/yaegi/interp.lower
func genLower(n *Node)

//go:linkname genLowerEqual github.com/traefik/yaegi/interp.lowerEqual
func genLowerEqual(n *Node)

//go:linkname genGreater github.com/traefik/yaegi/interp.greater
func genGreater(n *Node)

//go:linkname genGreaterEqual github.com/traefik/yaegi/interp.greaterEqual
func genGreaterEqual(n *Node)

//go:linkname genNot github.com/traefik/yaegi/interp.not
func genNot(n *Node)

//go:linkname genLand github.com/traefik/yaegi/interp.land
func genLand(n *Node)

//go:linkname genLor github.com/traefik/yaegi/interp.lor
func genLor(n *Node)

//go:linkname genAssign github.com/traefik/yaegi/interp.assign
func genAssign(n *Node)

//go:linkname genReset github.com/traefik/yaegi/interp.reset
func genReset(n *Node)

//go:linkname genReturn github.com/traefik/yaegi/interp._return
func genReturn(n *Node)

//go:linkname genAddr github.com/traefik/yaegi/interp.addr
func genAddr(n *Node)

//go:linkname genDeref github.com/traefik/yaegi/interp.deref
func genDeref(n *Node)

//go:linkname genIndexArray github.com/traefik/yaegi/interp.getIndexArray
func genIndexArray(n *Node)

//go:linkname genIndexMap github.com/traefik/yaegi/interp.getIndexMap
func genIndexMap(n *Node)

//go:linkname genField github.com/traefik/yaegi/interp.getIndexSeqField
func genField(n *Node)

//go:linkname genFieldOfOwn github.com/traefik/yaegi/interp.getIndexSeq
func genFieldOfOwn(n *Node)

//go:linkname genFieldOfPointer github.com/traefik/yaegi/interp.getPtrIndexSeq
func genFieldOfPointer(n *Node)

//go:linkname genStruct github.com/traefik/yaegi/interp.compositeBinStruct
func genStruct(n *Node)

//go:linkname genStructNoType github.com/traefik/yaegi/interp.compositeBinStructNotype
func genStructNoType(n *Node)
