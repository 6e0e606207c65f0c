// Package ops tells operators what the server does: metrics, the course of
// single runs, and spans for a collector.
//
// # Theory of operation
//
// Every run has a trace id, made where the run is. Whoever takes part in a run
// marks the stages that it reaches; when it ends, the Recorder counts it:
//
//	Begin(trace) ─▶ Run ── Mark … ── End ──▶ histograms, each with the trace id as exemplar
//	                                    ├──▶ the list of recent runs (/debug/runs)
//	                                    └──▶ exporter: OTLP spans, if a collector is set
//
// One id therefore leads from a reader's widget to the log, from a bucket of a
// histogram to the run in it, and from there to the waterfall of its stages.
// Figures that are somebody else's (sockets, idle workers, bytes kept) are asked
// for when they are scraped: Watch says whom.
//
// # Bounds
//
// Labels are of closed sets: what is not in them counts as "other". The runs
// that are going are as many as the server lets in; of ended ones the newest 256
// are kept. Spans that a slow collector does not take are dropped and counted; a
// run never waits for operators.
//
// # Trust
//
// What is shown has no program, no input, no output, no session token and no
// client's address: of a run there are its trace id, the id that its client
// chose, its task, its stages, and what it used. Handler is for an address that
// readers cannot reach. It refuses hosts that its caller does not know, so that
// no page can point a name of its own at it, and requests from pages of other
// sites.
//
// # Goroutines
//
// One for the exporter, if there is one (owner: Recorder; Close waits for it).
package ops
