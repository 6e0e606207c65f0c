// Package fault has the run-time errors that a program can see, in the runtime's
// own words.
//
// Where the runtime can be made to raise an error itself, it is made to; where
// that is not to be had, because what would raise it was done by reflection or
// with more knowledge than the runtime has, an error of the runtime's own type is
// made with the text or the numbers. Translate is for panics of package reflect
// that have come up already.
package fault
