package yaegi

import (
	"reflect"
	_ "unsafe" // for go:linkname
)

// Generator says which function of yaegi generates a node's operation.
type Generator int

// The generators by which the engine tells binary operators apart: a node does not
// say otherwise which it is.
const (
	Other        Generator = iota // another one, or none
	Add                           // x + y
	Sub                           // x - y
	Mul                           // x * y
	Quo                           // x / y
	Rem                           // x % y
	And                           // x & y
	Or                            // x | y
	Xor                           // x ^ y
	Equal                         // x == y
	NotEqual                      // x != y
	Lower                         // x < y
	LowerEqual                    // x <= y
	Greater                       // x > y
	GreaterEqual                  // x >= y
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
