// Package budget computes what a server may promise from what it may use.
//
// # Theory of operation
//
// Read finds the least of every limit that holds for this process: of its cgroup
// and all above that (version 2 or 1), of its resource limits, and of the
// machine. Make keeps back the server's own share of each and divides the rest:
//
//	descriptors ─▶ workers (half), connections (the rest), of those websockets
//	pids        ─▶ threads of all workers, the most of one, programs at once
//	memory      ─▶ what all workers may hold; what a newcomer counts for
//	cores       ─▶ idle workers, programs at once
//
// When not even one program fits, the error names the limit, what is needed and
// where it is set. The figures for a worker and for the server are measured, by
// tests of the packages that use them up.
//
// Non-goals: enforcing anything. Package admit keeps programs within the Budget,
// and package sandbox keeps each of them within its own limits.
package budget
