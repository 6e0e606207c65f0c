// Package confine raises the walls around a worker: those that the worker
// raises upon itself before it sees a reader's program, and those that its
// parent puts around it at birth. It is the only package that speaks to the
// kernel about confinement.
//
// # Trust
//
// A program that runs in a worker counts as native code: a data race, or fmt
// and reflect alone, reach any system call. So nothing here relies on the
// interpreter. Walls are raised by the worker's own trusted code, on every
// thread, in an order in which none can be lowered again, and before the
// program's first byte is read. A wall that a kernel does not have is never
// silently missing: each is reported as a wire.Layer, after the forbidden
// thing was tried and refused.
//
// # The child
//
//	Before   close all descriptors but six, oom_score_adj 1000
//	Apply    memory cap, kill timers, W^X, not dumpable, capabilities,
//	         no_new_privs, Landlock, rlimits, seccomp
//	         (the worker reports that it is ready and reads its job)
//	SetMemory  lowers the memory cap to the job's
//
// The seccomp allow-list is one table (filter/syscalls.go), compiled for amd64 and
// arm64. It holds 64-bit arguments to both their halves. Whatever is not in
// the table is refused with EPERM, so that a harmless os.Chmod is an error and
// not a death; system calls of a foreign architecture kill the process.
//
// # The parent
//
// Probe finds what this host allows by forking children whose exec must fail.
// Host.Start makes one worker, in a Cell: a process group of its own, a signal on
// the server's death, namespaces, a user without privileges, and a cgroup
// where one was delegated. An unprivileged server gets its namespaces inside a
// user namespace without mappings; root gives each worker another uid.
// Server makes the server itself unreadable for its own user's processes.
//
// The package starts no goroutine and keeps no state but the Host's.
//
// # Not goals
//
// Nothing here hides the time, slows a program down, or defends against the
// kernel's own faults: the filter keeps most of the kernel out of reach, no
// more. Processor time, wall time and output are the parent's to measure; the
// kernel timers and rlimits set here are second lines behind it. On systems
// other than Linux there are no walls, only limits.
package confine
