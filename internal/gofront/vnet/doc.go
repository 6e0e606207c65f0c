// Package vnet is a network inside one process. A program's goroutines listen
// and dial on loopback as they would with package net, and no socket is made:
// a worker has no right to make one.
//
// # How a program gets here
//
// The front end replaces the functions of net, net/http and a few others by
// those of a Network (Symbols), and calls of methods of their structs, such as
// (*net.Dialer).DialContext, by those of Methods. http.DefaultTransport
// dials here after Install, and a transport that the program makes does once
// it was Prepared: when it is converted to an interface or used directly.
//
// # The model
//
// A connection is two streams, one per direction, each a bounded buffer with
// a writing and a reading end. The buffer is what the kernel's would be: a
// write returns when its bytes are in it, a slow reader stalls the writer. A
// listener holds connections that were dialled and not yet accepted, so Dial
// returns before Accept is called, as it does with TCP. Addresses are those of
// loopback; the local port of a dialled connection and port 0 are taken from
// Linux's ephemeral range, in order. Errors have the types and the texts that
// package net gives them on Linux.
//
// # Blocking
//
// The package starts no goroutine. Whoever must wait does so in a select on
// channels that are closed when something changes, so that testing/synctest sees
// a goroutine in Read as durably blocked. To the runtime's look for deadlocks such
// a wait is none, as with sockets, where a peer may come (see await). Deadlines
// are time.AfterFunc timers that close a channel.
//
// # Concrete types
//
// A Conn here is not a *net.TCPConn, whose fields cannot be made without a
// socket. Functions that must return one, such as net.DialTCP, return a handle
// that stands for a Conn: its methods are hooked, and it turns into the Conn
// when it is converted to an interface (Concrete), and back when an interface
// is asserted (Handle).
//
// # Non-goals
//
// No address beyond loopback, no raw IP, no multicast, no congestion, loss or
// latency, and no urgent data.
package vnet
