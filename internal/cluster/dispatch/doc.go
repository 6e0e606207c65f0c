// Package dispatch gives programs to the nodes of a cluster, and reads what they say:
// a stream.Book for readers of one node, whose runs are on all.
//
// # Theory of operation
//
// The node that runs a program owns the run: its journal, its input, its end. The node
// that a reader is connected to, the gateway, only knows where the run is:
//
//	gateway                      every node              the best
//	Start ── ask ───────────────▶ has it? room?
//	      ◀─ answers ────────────
//	      ── start ─────────────────────────────────────▶ runs.Book.Start
//	                              ◀──────────── placed ──
//	Listen ─ read after N, credit ──────────────────────▶ pump ◀─ journal
//	      ◀─ batches, numbered, as far as there is credit
//	      ── more credit, as the reader takes ──────────▶
//
// Where a run is best is told by what its nodes offer (Offer): one that promised this
// reader a place, then those where nobody waits, then the least busy; this node, which
// takes no hop, before others that are as good. If every node has a queue, the run joins
// the shortest, and its position there is what its reader is told.
//
// The question also finds the run if it is somewhere already, so that the same id is
// the same run by every gateway. If several are asked to start it at a time, turns
// decide which of them does (see Dispatcher.place).
//
// A gateway that dies takes nothing along: its reader asks another one, which finds the
// run by a question and reads on after the last message that the reader has.
//
// Once a second nodes tell one another what clients did (admit.News), so that a client that
// goes from one to the next has no more than one that stays.
//
// # What is lost on the way
//
// A message can be lost, when a connection between nodes breaks. A batch that does not
// follow the one before, and a node that has said nothing for a second and a half, are
// answered by reading anew after the last number that came. Credit is told as a sum,
// again and again; what may not be done twice has a number of its own or is a repetition
// for its node. So nothing is missing and nothing comes twice.
//
// # Nodes that are lost
//
// Each says five times a second that it is there. After two seconds of silence it is
// lost: whoever reads a run of it gets what came, and an end whose status is node_lost.
// All nodes have heard where runs were placed, so a reader that comes later is told the
// same; and so is one that has messages of a run which nobody knows, for as long as it
// takes to lose a node: those that knew were lost as well. It is never run again unasked.
// Whoever knows that a run's node is lost says so at once; nobody waits for nodes that stand
// still to agree. A
// node that stood still itself does not hold the others' silence against them, and one that
// has just begun hears the others before it has readers (Meet): else it would tell them that
// nobody has their runs, or keep them waiting.
//
// A run that has ended outlives its node where its Book has an Archive: whoever asks for
// one that was lost is given what that has (runs.Book.Recall).
//
// A node that hears most others no more is cut off itself. It sends readers of their runs
// elsewhere long before it takes them for lost (Config.Isolated), and takes no new ones
// meanwhile (CutOff).
//
// # Versions
//
// Subjects carry a major version, which decides who hears whom. Within it messages only
// gain fields, and unknown ones are left alone: nodes of both versions work together
// while one after the other is replaced.
//
// # Goroutines
//
// One that beats; one for each run that is being placed, for each reader on another node
// (pump), and for each request that waits to be answered or repeated (owner: Dispatcher;
// Close waits for all). NATS's own call hear, obey and take, which do not wait.
//
// # Trust
//
// Other nodes are believed (see package cluster). What they hold here is bounded: readers
// by number, and what waits for a reader by its window.
package dispatch
