// Package assist tells what an editor asks about a place in a program that is
// being written: what could stand there, which parameter of which function it
// is, what a name means.
//
// # Theory of operation
//
// The program is parsed and type-checked as far as that goes (check.Draft), with
// a name of our own put at the place, so that what is selected from is an
// expression to the parser although nothing follows its dot. Then the tree is
// asked: for the members of what is before a dot, else for the scopes around the
// place, the packages that could be imported and the keywords. Documentation of
// the standard library comes from stdlib/docs, of the reader's own declarations
// from their comments.
//
// Places are offsets in bytes of the whole text, also of an archive.
//
// # Trust
//
// The program is a stranger's: this runs where programs run, behind the same
// walls, once per process. No goroutine is started.
package assist
