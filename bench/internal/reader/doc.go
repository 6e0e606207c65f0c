// Package reader is a reader of the article as the server sees one: a browser
// that runs programs one after the other, over one websocket or over its twin
// in plain HTTP, comes back when its connection is lost, and asks for what it
// missed. It keeps a history of every run and checks it, message by message.
//
// It speaks two dialects: today's, with sessions, numbers on every message and
// resume, and that of builds before those (Client.Old), where only output is
// numbered and a lost connection is a lost run.
//
// # What is checked
//
// Of every run: that numbers begin at 1 and have no gap and no repetition,
// over all connections together; that t never falls, to the end; that exactly
// one message is the last, an end or an error; and that nothing follows it.
// What is wrong goes to Run.Faults, in words.
//
// # Goroutines
//
// None of its own. A Reader belongs to one goroutine, but Reset and HalfClose
// may be called from any.
package reader
