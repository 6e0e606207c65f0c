// Package observe notes what a program's goroutines do to each other: it is the mode
// (package hook) behind the timeline. Its events are those of package events.
//
// # How a wait is noticed
//
// What may wait is first tried: a channel's operation that can be done at once, a lock
// that is free. That happens under the observer's own lock, so the order in which events
// are told is the order in which they happened. What cannot be done at once is told as a
// wait before it is done as ever, in the runtime's own way: it knows the goroutine as one
// that waits for a channel, and finds a deadlock.
//
// # Who gave to whom
//
// Channels are first in, first out, whether values or goroutines wait, so the observer
// keeps the same queues beside each channel (queue.go): which sends lie in the buffer,
// who waits to send, who waits to receive. A value's number is the number of the send.
// While a goroutine is on its way into the runtime's queue nobody else tries that channel
// (parking.go), so that both orders are one. The program's compiled side, such as package
// time, may be at the other end: then nobody is named.
//
// # Files
//
// observe.go has the mode and the places, channel.go and queue.go channels and select,
// lock.go package sync, library.go time, context and atomic, value.go how values are
// shown.
//
// Its methods run on the program's goroutines; it starts none, but what package context
// starts when a context ends. It never calls the program.
package observe
