// Package runs keeps the runs of readers: it starts them, finds them again, and
// lets them outlive the connection that asked for them.
//
// # Theory of operation
//
// A run belongs to a session, which is a token that its client alone knows, and
// has an id of the client's choice. Start is idempotent: the same id with the
// same program is the same run, whichever connection asks, and with another
// program it is a conflict. What the run says goes to its journal; connections
// read that, and may come and go:
//
//	Start ──▶ Run ── goroutine: gate ─▶ runner ─▶ encoder ─▶ journal ──▶ Listener …
//	Find  ──▶  ▲                                               (many, from any number)
//	           └─ Kill, Input
//
// A run's context hangs on the Book, not on a connection. While nobody listens,
// a run goes on for Grace, and is then ended. Ended runs are kept for Keep, all
// of them together within KeepBytes; of those that were let go the id is
// remembered for a while, so that it is answered by "gone" and not run again. An Archive
// has them as long where they outlive the process; Recall reads them there.
//
// A run that is refused is no run: its journal holds the refusal alone, and
// its id is free again.
//
// # Goroutines
//
// One for each run (owner: Book; Close waits for it). Timers end runs that
// nobody listens to, and let go of what is no longer kept.
//
// # Trust
//
// Whoever has the token may see and end the session's runs; a token is only
// ever looked up by its hash, and an archived run by a hash of that. Ids, programs and input are checked and bounded
// by package protocol and by Config before they are kept.
package runs
