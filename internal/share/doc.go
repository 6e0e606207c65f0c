// Package share keeps what readers share: a program, or a run of one with all
// that it printed and when. Each has an address of its own, /p/ and its id.
//
// # Theory of operation
//
// An Item is encoded, compressed, and put into a Store under an id that is the
// hash of it: who shares the same twice gets the same address, and nothing
// can be changed under an address that somebody has. There are three Stores: one in
// memory here, a file (package sqlite), and a cluster's (package natskv).
//
// A run comes from the server's own journal. No client says what a program
// printed, so a page that says "this server ran it" can be believed.
//
// # Bounds
//
// An Item has at most MaxItem bytes, a Store a number of bytes in all, a client a
// rate. An Item is kept for a while and then forgotten, unless it was shared
// again. A full store refuses what is new instead of letting go of what others
// have addresses of.
//
// # Trust
//
// What an Item says is a stranger's: its program, what that printed. Where it stands
// in an article is a claim that whoever shows it checks. An id is checked before a
// store is asked.
//
// The package starts no goroutine.
package share
