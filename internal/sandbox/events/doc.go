// Package events is what a program's goroutines did, as it comes from a worker: the
// events, their encoding, and the memory by which they cross to the parent.
//
// # Why memory, and not a pipe
//
// What a program did last is what matters most where it did not end well: it was killed,
// or waits for ever. So an event must have left the worker when it has happened, at no
// more than the cost of writing some bytes: a system call for each would slow a hand-off
// loop several times, and a batch would die with the worker. Worker and parent share a
// file in memory, which the parent makes before the worker exists. The worker maps it
// before its walls stand; its descriptor is closed there, and the file is sealed, so that
// nobody can cut it short under the parent's hands.
//
// # The ring
//
// A header of 64 bytes: how many bytes were written ever, how many the parent has taken
// ever, how many events are lost; then the records, round and round. A record is a byte
// that says how long the rest is, and the rest (Append, parse). The worker waits for
// nobody: of the events that find no room the newest are kept in places of their own,
// and the others counted, so that the end of a program is there whatever came before.
// The parent looks every few milliseconds, and copies before it looks closer.
//
// # Trust
//
// The parent believes nothing that it reads. The worker's program can write into this
// memory, and only spoils its own picture: what is no event ends the picture (ErrBroken),
// and what is one is held to bounds: times between the start of the run and now, numbers
// and texts of limited size, at most MaxEvents of them. How often the parent looks, and
// what it can find at most then, bound what that costs it.
//
// The package starts no goroutines.
package events
