// Package lower turns a checked Go program into a smaller language that an
// interpreter of the Go of 2022 runs right: first-order functions over host
// types. It makes a tree of package ir, in which every expression has its type,
// and prints it once, at the end; nothing reads the text again.
//
// # The target
//
// The result is one Go file with nothing in it but function declarations over
// local variables, assignments, if, for, goto, return, arithmetic on basic
// types, indexing, field selection and calls. It has
//
//   - no types of its own: every named type, struct, interface, function and
//     channel type is a symbol of the package t, a real reflect.Type made for
//     the program by package forge (package typetable);
//   - no generics: each instance of a function is a function (instance.go), and
//     types are substituted (package typetable); a type declared in a generic function
//     is another type in each instance;
//   - no methods: they are functions that take the receiver first, called
//     directly where the receiver's type is known. The forged types' method
//     tables lead to the same functions (method.go, methodBody);
//   - no function literals: each becomes a declared function whose first
//     parameters are what it captures (closure.go, lift);
//   - no address-of on local variables: a variable whose address matters, or
//     that is captured and assigned to, lives in a box, and its slot holds the
//     pointer (package escape). So the variables of a call die with it, and the
//     executor can use its frame again;
//   - no defer, go, select, range, switch, type switch, type assertion,
//     conversion, composite literal, channel operation or comparison of
//     anything but basic values: each is control flow (stmt.go, loop.go,
//     switch.go, rangefunc.go) or a call of an operation;
//   - no constants but plain int, string and bool: the rest are symbols of the
//     package s that hold the exact value (convert.go).
//
// An operation is a function of the package x, made for the types of its
// operands and described by an Op. The executor knows what each means; to the
// interpreter it is a compiled function. The standard library's functions and
// variables are symbols of s too, and a method of one of its types is a
// function like any other.
//
// # An example
//
// A method that is called in a closure, on a variable that both change:
//
//	type T struct{ n int }
//
//	func (t *T) add(d int) int { t.n += d; return t.n }
//
//	func main() {
//		var t T
//		f := func(d int) int { return t.n + t.add(d) }
//		println(f(2), t.n)
//	}
//
// becomes, shortened:
//
//	func l1_func(t_1 *t.T1, d_2 int) (int) {
//		var t2 int
//		t2 = f1_add(t_1, d_2)             // the call comes before the load of t.n
//		return ((*t_1).n + t2)
//	}
//
//	func f0_main() {
//		var t_1 *t.T1                     // t lives in a box: f has it, too
//		var f_3 t.T2
//		t_1 = x.New1()
//		f_3 = x.Fn2(t_1)                  // a function value of l1_func, t_1 bound
//		x.Println5(x.Conv4(x.Call3(f_3, 2)), x.Conv4((*t_1).n))
//	}
//
//	func f1_add(t_4 *t.T1, d_5 int) (int) {
//		t_4.n = (t_4.n + d_5)
//		return t_4.n
//	}
//
//	func m_T1_add(r_0 *t.T1, a0_p int) (int) {
//		var t3 int                        // what T's method table leads to
//		t3 = f1_add(r_0, a0_p)
//		return t3
//	}
//
// The command cmd/lowered shows the same of any program, with the trees before.
//
// # Where to find what
//
// One file for each construct, which says at its head what that becomes; what they
// share is named for what it is:
//
//	program.go    what is reachable, initialisation, how the parts come together
//	instance.go   instances of generic functions
//	unit.go       one lowered function: parameters, results, variables, how to emit
//	op.go         asking for an operation
//	types.go      the program as package typetable sees it
//	literal.go    names in traces
//	expr.go       operators, selectors, indexing; compare.go what is equal or less
//	convert.go    conversions and constants
//	call.go       calls; method.go, closure.go and builtin.go what may be called
//	composite.go  composite literals
//	assign.go     assignments and declarations
//	stmt.go       the other statements; jumps, return
//	loop.go       for and range; rangefunc.go range over functions
//	switch.go     switches on values and types; select.go, defer.go (and go)
//
// # What must stay true
//
//   - Every expression has its type, in the instance that is being lowered: types
//     from go/types go through unit.typ first.
//   - Whoever mentions a type in the tree has asked for its text before the program
//     is printed (unit.param, typetable.Table.Text), or its methods come too late.
//   - An expression that needs statements says so by a Seq (unit.seq). Nothing is
//     emitted while an expression is built, but what the Seq takes in.
//   - Nodes may be shared, so nobody changes one that somebody else may have;
//     ir.At and ir.With copy.
//   - The order in which the parts are built is not the order in which they are
//     evaluated: only package order decides that.
//   - A construct that is not known here is refused (program.fail), at its position.
//
// # Order
//
// What is built here is a tree in which expressions may need statements of their
// own, and assignments may have several values. Package order puts each function
// into the order of evaluation that Go's compiler has before it is printed; no
// construct decides about order itself. Package variables are initialised in the
// order that go/types found.
//
// # Loops over functions
//
// The body of a loop over a function is a function of its own (rangefunc.go).
// A statement that leaves the body stores a code in a state shared with the
// function around it and returns false; after the call the code says where to
// go on. Results live in boxes, and a defer statement in the body goes to the
// stack of deferred calls of the function around it.
//
// # Results and defer
//
// A function with results and a defer statement is split: the inner half has
// the body and stores the results in boxes; the outer half reads the boxes when
// the inner half is done, its deferred calls included (unit.go, split).
//
// # Positions
//
// Nodes and statements of the tree carry positions; Program.Lines maps offsets of
// the printed text to them, so that a trace names the reader's lines.
//
// # Trust and limits
//
// The input was accepted by go/types. What cannot be lowered is an
// *Unsupported with its position, never a program that does something else;
// that includes failures of this package itself. The number of instances and
// the depth of types are bounded, because both can be infinite in a program
// that go/types accepts. Package unsafe is not supported.
//
// The package starts no goroutines and keeps no state between calls.
package lower
