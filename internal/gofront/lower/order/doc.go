// Package order puts the tree of a function into the order of evaluation that
// Go's compiler has: tree to tree, from one in which expressions may contain
// statements and assignments several values, to one in which they do not.
//
// # The rules
//
// Go fixes the order of calls, channel operations and && and ||, from left to
// right, and leaves open when a variable is read beside a call that changes it.
// Programs have come to rely on what Go's compiler does there, so that is kept:
//
//  1. Operands are evaluated from left to right. The interpreter does that for an
//     expression that has no statements in it, so most stay as they are.
//  2. Where an operand needs statements of its own (Seq), they come before the
//     statement at hand, and the operands before it are held in temporaries,
//     except those that nothing can change.
//  3. Where a call follows an operand that it could change, calls come first, from
//     left to right, each held in a temporary, and then what is left of the
//     operands. So a nil pointer is found after the arguments of the method that
//     is called on it. What the compiler copies to a temporary of its own is
//     evaluated in its turn among the calls: len, min, append, slicing, type
//     assertions, && and ||, and more (inTurn). A map's entries are evaluated one
//     after the other.
//  4. What the right side of && and || needs is evaluated only if the left side
//     asks for it.
//  5. An assignment makes the calls on its left side, then those on its right
//     side; then it evaluates the operands of the places, then the values, and
//     assigns from left to right. A place that may not exist is reached last.
//  6. x op= y evaluates the operands of x once, and after a call in y.
//
// So, with l and b in boxes, a and i in the frame, and f a function,
//
//	l[b], a = f(i), b
//
// becomes
//
//	t1 = f(i)          // calls, rule 5
//	t2 = l             // operands of the places
//	t3 = b
//	t4 = b             // values
//	t2[t3] = t1        // assignments
//	a = t4
//
// A function literal, a conversion or an arithmetic operation on variables of
// the frame is no load: calls cannot change those, because a variable that is
// captured and assigned to lives in a box.
//
// The package starts no goroutines and keeps no state.
package order
