// Package hook is what stands between the engine and those who look at a running
// program, or steer it: the timeline, the scheduler.
//
// # Modes
//
// A Mode is chosen before a program is compiled. The engine asks it, for every
// Point of the program at which goroutines can see each other, whether it wants to be
// there (Wants), while it compiles that point; and only there it compiles a closure
// that calls Mode.Do in the place of the operation. A program without modes is
// compiled to the same closures as if this package were not there.
//
// Do has the operation in its hands (Act): where its operands and results lie, which
// goroutine is at it, and Native, which carries it out as ever. A mode that only looks
// does so before and after it; one that steers waits before it, or carries the
// operation out itself and leaves the results where they go.
//
// Modes may be combined: the first that was given is asked first, and its Native leads
// to the next one's Do.
//
// # Points
//
// Every go statement; every send, receive (of a loop over a channel as well), select,
// close, make, len and cap of a channel; every loop over a map, and its every step, since
// their order is a matter of luck, and where the keys come from that have no order of their
// own; every call of a function or method of the
// library, by its own name, of an interface's value or of a function value. The
// engine's stand-ins are called under the names of what they stand for; what twins (such
// as sync.OnceValue) do inside of themselves are points of their own.
//
// # Goroutines
//
// A Goroutine begins when Mode.Start has returned, and ends with Mode.End, both called
// on it. The program's main is number 1. A goroutine that the library has started, and
// which calls the program, is one while that call lasts.
//
// # What a mode must keep to
//
// Its methods are called from many goroutines at once. Do must neither keep the Act nor
// the memory that it shows, both of which are used again when Do has returned. It may
// panic with what the operation would panic with. It calls Native at most once.
//
// The package starts no goroutines and keeps no state.
package hook
