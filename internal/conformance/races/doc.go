// Package races shows that the product finds data races (worker/interp/race), and that it
// makes none up.
//
// The Go distribution has tests of its race detector: some four hundred functions whose
// names say whether what they do is a race (TestRace…) or not (TestNoRace…). Each is taken
// out as a program of its own, by rule, with those declarations of its package that it
// leads to (goroot.go). What needs assembly, cgo, unsafe, files or packages that no program
// may import is left out, by what it mentions and not by its name. A race counts as found
// as in the distribution: if there is a report, or if the runtime ends the program because
// of maps that are written at once (judge.go).
//
// Correct programs are those of the conformance set and of the article, of which none may
// have a report unless Go's detector has one as well. Beside those there are small programs
// of the kinds that others tell of, with a race and without (testdata).
package races
