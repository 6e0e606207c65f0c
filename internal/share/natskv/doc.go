// Package natskv keeps what is shared, and runs that ended, on several machines: each
// kind in a JetStream stream that three nodes of a cluster have copies of.
//
// # Theory of operation
//
// An entry is the last message of a subject of its own: pg.v1., the cluster's name,
// .share. or .run. and the entry's id. The stream keeps one message a subject, and lets go of
// each when its time is over: a Nats-TTL of seconds, by the clock of the node that
// leads. The moment itself stands beside it, in Playground-Until, and whoever reads
// compares.
//
// Put reads the entry at the stream's leader and writes with the sequence number
// that it saw, so of two writers one reads again. That also makes a write safe to
// repeat: whoever did not hear the answer reads, and finds what it wrote. What the
// leader answers is on the disks of two nodes of three: their servers must sync
// always, which package cluster sees to. By default they would every two minutes.
//
// Get asks any node that has a copy, so what is shared can be read while a new
// leader is elected, which takes 4 to 11 seconds. A copy may be a moment behind:
// what it does not have, the leader is asked for.
//
// The stream is made by the first Put, which is when the cluster is there for
// certain; a node that starts need not wait for others.
//
// # Bounds
//
// Put counts what the stream holds as other stores do, and refuses what is new when
// that is full. Nodes that count at the same moment can be over it by as many
// entries as they are; the stream's own bound is a little above, and holds always.
// Every call ends within Patience.
//
// # Trust
//
// Whoever speaks on the cluster's network can write here: it is as closed as the
// cluster is. Bodies are what package share makes of strangers' programs.
//
// The package starts no goroutine.
package natskv
