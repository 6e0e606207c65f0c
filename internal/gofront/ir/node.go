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
	// Temp variables are the lowering's own: nothing that the program does
	// changes them between their assignment and their use.
	Temp bool
	// Global variables are the package's, which a call may change.
	Global bool
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

// Seq is X after the statements in Body. Only a tree that is not in order has it.
type Seq struct {
	Value
	Body []Stmt
	X    Expr
}

// Old is, in the value of an Update, what is at its place. Only a tree that is
// not in order has it.
type Old struct{ Value }

// Stmt is a statement: one of the nodes of this file that embed Place.
type Stmt interface{ Where() token.Pos }

// Place is the position that every statement has.
type Place struct{ Pos token.Pos }

// Where returns the position of a statement.
func (p Place) Where() token.Pos { return p.Pos }

// Assign is Lhs = Rhs. In order it has one value, with several places on the left
// if that is a call. Out of order it may have as many values as places; a nil
// place is one that drops its value.
type Assign struct {
	Place
	Lhs, Rhs []Expr
}

// Update is X = Value, where Value has X as Old and X is evaluated once. Only a
// tree that is not in order has it.
type Update struct {
	Place
	X, Value Expr
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

// For is a loop; Cond may be nil. In order, Post is empty or one Assign.
type For struct {
	Place
	Cond Expr
	Post []Stmt
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
