// Package reference says what each operation of package ir means.
//
// An operation is a function here of the same name, on the reflect values of its
// operands: no frames, no places, no types known beforehand. So it is slow and
// can be read. The engine runs these functions where it has nothing better for
// the types at hand, and its tests run both on the same values: results, effects
// and panics must agree.
//
// What an operation can see besides its operands is in a Context: the stand-ins
// for methods and values of the library, and, for those that are about the end of
// a function, the call that they are in. The engine has frames for that, and so
// never runs these, but they say what the frames must do.
//
// Operands are of the types of the operation's signature; results may be of types
// that can be assigned to it.
package reference
