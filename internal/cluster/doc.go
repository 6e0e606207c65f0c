// Package cluster joins nodes: several processes of this binary, on several
// machines, that serve one site. The engine is NATS, embedded or outside; this
// package is the connection to it, and package dispatch what is said over it.
//
// # Theory of operation
//
// A node is a gateway, which has readers' connections, or a runner, which runs
// their programs, or both. All nodes are alike, and there is no leader:
//
//	reader ── gateway A ──┐            ┌── runner B: sandbox, journals
//	reader ── gateway C ──┼─ core NATS ┼── runner D
//	                      │            └── …
//	                      └─ JetStream (R3): shares, ended runs
//
//	ask      every node: who has this run, who has room?         one round trip
//	run      the best of those that answered takes the program
//	read     numbered messages from a number on, with credit     live
//	kill, input, beat
//
// Core NATS carries work and lines, at most once and in order on one way; so what
// must arrive is numbered, repeated or asked for again. Nothing of it waits for an
// election. JetStream stores what must outlive a node, and nothing else.
//
// # Who may join
//
// Peers connect to one another by TLS in which both show a certificate that the
// cluster's own authority has signed, and send the cluster's token beside it. Without
// all of that nothing is opened. The embedded server listens for peers alone: its
// one client is this process, by a pipe in memory. A server that is of no cluster
// opens nothing of this package.
//
// # Trust
//
// A node is one of ours: it has the keys. What it says is believed, within bounds of
// size. A session's token never leaves the node that its reader is connected to;
// its hash does.
//
// # Goroutines
//
// NATS's own, until Close, but for one that waits for ever (see opened).
package cluster
