package ir

import (
	"go/constant"
	"go/token"
	"go/types"
)

// Program is a lowered program: package variables and first-order functions.
type Program struct {
	Vars  []*Var
	Funcs []*Func
}

// Func is a function. Its variables are declared at its top, because a jump may
// not pass over a declaration.
type Func struct {
	Name    string
	Params  []*Var
	Results []types.Type
	Locals  []*Var
	Body    []Stmt
}

// Expr is an expression: one of the nodes of this file that embed Value.
type Expr interface{ Info() *Value }

// Value is what every expression has.
type Value struct {
	// Pos is where in the reader's program it comes from. It is set where
	// something can go wrong or where a call is made, which a trace tells.
	Pos token.Pos
	// Type has no type parameters left. It is nil where there is no value, and a
	// tuple where there are several.
	Type types.Type
}

// Info returns the type and position of an expression.
func (v *Value) Info() *Value { return v }

// Var is a parameter, a local variable, a temporary or a package variable. A
// local variable whose address matters is a pointer to its box.
type Var struct {
	Value
	Name string
}

// Const is a constant that the interpreter reads exactly: a bool, a string, or
// an int that is not negative.
type Const struct {
	Value
	Val constant.Value
}

// Symbol is a value of package s: a function or constant of the compiled side,
// or the address of one of its variables.
type Symbol struct {
	Value
	Name string
}

// FuncName is a lowered function where it is called.
type FuncName struct {
	Value
	Name string
}

// Operation is a function of package x where it is called.
type Operation struct {
	Value
	Op *Op
}

// Builtin is a function of the language that the interpreter gets right.
type Builtin struct {
	Value
	Name string
}

// Deref is what a pointer leads to.
type Deref struct {
	Value
	X Expr
	// Box says that X is the box of a variable, which is never nil.
	Box bool
}

// Addr is the address of a place.
type Addr struct {
	Value
	X Expr
}

// Field is a field of a struct, or of the struct that a pointer leads to.
type Field struct {
	Value
	X    Expr
	Name string
}

// Index is an element of a slice, string, array or map.
type Index struct {
	Value
	X, Index Expr
}

// Not is !X.
type Not struct {
	Value
	X Expr
}

// Binary is X Op Y on basic values, where the interpreter gets it right, && and
// || included.
type Binary struct {
	Value
	Op   token.Token
	X, Y Expr
}

// Struct is a composite literal of a struct type.
type Struct struct {
	Value
	Names  []string
	Fields []Expr
}

// Call is a call of a FuncName, a Symbol, an Operation or a Builtin. Function
// values and methods of interfaces are called through operations.
type Call struct {
	Value
	Fun  Expr
	Args []Expr
	// Spread says that the last argument is the whole list of variadic ones.
	Spread bool
}

// Stmt is a statement: one of the nodes of this file that embed Place.
type Stmt interface{ Where() token.Pos }

// Place is the position that every statement has.
type Place struct{ Pos token.Pos }

// Where returns the position of a statement.
func (p Place) Where() token.Pos { return p.Pos }

// Assign is Lhs = Rhs; with several on the left, Rhs is a call.
type Assign struct {
	Place
	Lhs []Expr
	Rhs Expr
}

// Do is a call for its effects.
type Do struct {
	Place
	X Expr
}

// If is a branch. Else is nil if there is none.
type If struct {
	Place
	Cond       Expr
	Then, Else []Stmt
}

// For is a loop; Cond and Post may be nil.
type For struct {
	Place
	Cond Expr
	Post *Assign
	Body []Stmt
}

// Label is a place that Goto leads to.
type Label struct {
	Place
	Name string
}

// Goto is a jump to a label of the function.
type Goto struct {
	Place
	Name string
}

// Branch is break or continue, of the innermost loop.
type Branch struct {
	Place
	Tok token.Token
}

// Return ends a call.
type Return struct {
	Place
	Results []Expr
}

// At is e at a position, unless e has one of its own. Nodes may be shared, so
// it is a copy.
func At(pos token.Pos, e Expr) Expr {
	if e.Info().Pos.IsValid() || !pos.IsValid() {
		return e
	}
	c := clone(e)
	c.Info().Pos = pos
	return c
}

func clone(e Expr) Expr {
	switch e := e.(type) {
	case *Var:
		c := *e
		return &c
	case *Const:
		c := *e
		return &c
	case *Symbol:
		c := *e
		return &c
	case *FuncName:
		c := *e
		return &c
	case *Operation:
		c := *e
		return &c
	case *Builtin:
		c := *e
		return &c
	case *Deref:
		c := *e
		return &c
	case *Addr:
		c := *e
		return &c
	case *Field:
		c := *e
		return &c
	case *Index:
		c := *e
		return &c
	case *Not:
		c := *e
		return &c
	case *Binary:
		c := *e
		return &c
	case *Struct:
		c := *e
		return &c
	case *Call:
		c := *e
		return &c
	}
	panic("ir: no such expression")
}
