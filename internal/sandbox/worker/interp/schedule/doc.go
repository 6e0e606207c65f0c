// Package schedule runs a program in many orders, and finds what else could have
// happened.
//
// # The turnstile
//
// A Scheduler is a mode (package hook) that lets one goroutine of the program go at a
// time. Each has a turn, a channel of its own; who has had its turn, runs until its next
// visible operation: one on a channel, a call of sync, atomic, time or context, a line of
// output. There the goroutine itself asks the Strategy who goes on, and hands the turn
// over. What cannot be seen by others, needs no choice.
//
// Operations that wait are done here and not by the runtime, so that nobody waits who
// could be chosen: a goroutine that waits has a condition (task.ready), which is looked at
// when the next is picked. Channels keep their buffers; values that go from hand to hand
// do so here. A lock is tried when it is its turn, and waited for if that fails.
//
// # Time
//
// Each schedule runs in a bubble of testing/synctest: its clock begins at the same instant
// and goes on only when nobody can do anything else. One goroutine of the bubble, the
// root, does nothing until all others wait. Then either the one whose turn it is waits in
// compiled code, and somebody else goes on; or nobody can, and the root waits for the
// next timer. If there is none, that was the end: a deadlock, or a leak if main has
// returned.
//
// # Which schedules
//
// A schedule is a list of deviations from the one in which nobody is stopped before it
// has to wait. So a schedule that does something else is told by its few switch points,
// and is followed again by them, on any machine. Explorer tries the schedule without any,
// those with few of them one after the other (search), and random ones of three kinds
// (pct, walk, few); for each outcome it leaves out what is not needed (minimise).
//
// # What is told of a schedule
//
// One that is followed again (Replay), or as far as somebody has chosen (Follow), can have
// its events written to a ring: the scheduler tells them itself (record.go), because the
// mode that observes relies on the runtime's waiting. Their times are the virtual ones, and
// 0.1 ms for each, so they are the same whenever it is followed.
//
// # Races
//
// Who looks for data races is told whose value went to whom (races.go). They are part of
// an outcome, and no choices: the orders are the same ones whether somebody looks or not.
//
// # What cannot be scheduled
//
// The library's own goroutines, which answer on the virtual network (Explorer.Unfit), the
// runtime's, on which finalizers and cleanups run, and
// library code that waits at a lock: the bubble does not know that as waiting, and nobody
// else could be let go on (waitsForGood). Where a program comes to either, it is run for real
// instead, its goroutines held up at random (perturb.go).
//
// # What it does not see
//
// Memory that goroutines share without operations that others can see: a lost update of a
// plain variable is a race, not a schedule. Random numbers that are not dice are not part
// of a schedule. The order in which a map is walked is (order.go).
//
// # Goroutines
//
// The package starts main and nothing else; a schedule's goroutines are ended with it, by
// Goexit, without their deferred calls. What waits in compiled code for ever stays.
package schedule
