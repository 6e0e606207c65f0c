// Package code has addresses for function values to have as their code.
//
// The code of all function values that reflect.MakeFunc returns is the same, and
// so is that of all that come from one function literal of ours. But a program
// can see a function's code pointer, by reflection or by printing it, and takes
// two functions with one for the same. So there is a table of entries, each a few
// instructions long, and each of a program's functions has one of them. An entry
// is entered like any function, with the function value in the register for it.
// It puts the word behind the code pointer in its place, the function value that
// is really meant, and jumps to that one's code. It has no frame and touches no
// arguments, so that nothing ever sees that it was there.
//
// The package keeps no state.
package code
