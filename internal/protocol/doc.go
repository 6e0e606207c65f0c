// Package protocol is what a client and the server say to each other: the
// messages, their bounds, how a client's are decoded, and the sentences that
// readers are told. The websocket, its HTTP twin, the command line's --json and
// the page speak it; docs/protocol.md is its specification.
//
// It knows no connection, no session and no queue: it turns values into bytes
// and bytes into values.
//
// # Trust
//
// A request is a stranger's: it is checked whole before anything of it is used.
// What a program prints and what is found in its text are encoded, never
// interpreted.
package protocol
