// Package memfs is a file system inside one process: the tree that a program's
// os functions work on, and pipes. Nothing of the host's file system is in it, and
// nothing of it outlives the process. What it holds is the program's memory.
//
// # The model
//
// An FS is a tree of nodes under a lock: regular files, directories, symbolic
// links, and /dev/null. A File is an open file description: a node with a position,
// or an end of a pipe. Errors have the types and the words that package os gives
// them on Linux: *fs.PathError and *os.LinkError around a syscall.Errno, and
// fs.ErrClosed. All belongs to one user, who may do everything, as root may;
// permission bits are kept and not enforced. There are no devices, no owners, no
// locks, and times of access are those of change.
//
// # Handles
//
// Package os's File is a struct that only a descriptor makes work. A Table makes
// one on a descriptor that does not exist and remembers the File that it stands
// for; whoever calls its methods asks the Table first (Of). The handle's type is
// *os.File to every program, assertions and type switches included. Package shim
// gives programs methods that ask; for compiled code, such as fmt writing to
// os.Stdout, the worker replaces the method tables' entries.
//
// # Blocking
//
// The package starts no goroutine. Only pipes block: a reader until there are
// bytes or no writer, a writer until there is room. Two ends in one process that
// wait for each other are a deadlock to the runtime, which says so; with a pipe of
// the kernel's the program would wait for ever.
package memfs
