// Package admit decides who may run a program now, who waits, and who is told
// to come back later.
//
// # Theory of operation
//
// Most programs of an article about concurrency sleep. So a program counts for
// what it uses, not for being there:
//
//	Enter ─▶ token bucket ─▶ queue ─▶ order: clients, then sessions ─▶ fits? ─▶ Lease
//	                                   (deficit round robin)            ▲
//	                                              Load, Lease.Used ─────┘
//
// A program is let in when it fits: below the hard cap of programs, within the
// memory and the threads that all workers may hold (as measured; a program that
// has not been measured yet counts for what a newcomer is given), and while the
// processors have room. Checking and lowering a program is the one thing that
// every program spends processor time on, so only a few may start at a time: a
// crowd is served one after the other, which is sooner for each of them. Clients
// that have used much lately, or have something running, start fewer at a time
// than newcomers, and their leases are modest, but those of small sessions: they
// leave idle workers to others, and give way to them.
//
// When the processors have no room, whoever has something running waits. A
// session with nothing running is let in all the same, until too many programs
// are hungry, and a client with nothing running that has used little lately
// beyond that. So spinning programs never keep a newcomer out. A session that
// never ran a program passes those of its client that spin: as they go on they
// give way to new ones, so only those that began lately are in its way. Of those
// that are as new, the ones that came at once are one wave, and waves have their
// turns one after the other: who comes later does not wait behind hundreds.
//
// No client fills the house: it gets one more program, more memory or more
// threads, or place in the queue, only while it holds less than four times what
// is left (the dynamic threshold of shared-memory switches). A client alone has
// four fifths, and there is always something left for the next. What a client's
// programs came to hold before is expected of its next. Half of it is for sessions
// whose programs are not known to be large, and a newcomer whose client asks too
// often waits in the queue for that, too, beside some others: many at one address
// may be as new as it is.
//
// Turns go around the clients that wait, and for each client around its
// sessions, by deficit round robin. The cost of a turn is processor time: what a
// client's programs used lately is charged when its turn comes, and put right as
// its program goes on and ends. Readers behind one address are told apart by
// their sessions; one reader with many sessions has one client's share.
//
// Whoever is refused is told when to come back. The time is the one in which a
// place will be free at the rate at which programs end now, one place for each
// who was told so; who keeps to it is let into the queue, even if it is full
// again.
//
// Where a site has several machines, each has a Gate, and hears from the others' what
// clients did there (News): rate and order are then those of one machine, as of some
// moments ago.
//
// # Goroutines
//
// None: callers wait in their own, and one timer looks at the load again while
// somebody waits.
//
// # Trust
//
// Addresses and sessions are as whoever calls says. Everything is bounded: those
// that wait, in all and per client, the clients that are remembered, and the
// promises that were given. Clients beyond the bound share one account.
package admit
