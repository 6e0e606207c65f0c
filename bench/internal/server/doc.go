//go:build linux

// Package server builds a playground server, of this tree or of a commit, and
// runs it as a process of its own in one of the forms in which it is deployed:
// as whoever runs the measurement, as an unprivileged user, or in a container
// with the options that README.md recommends. It tells what the process uses,
// and ends it.
//
// One goroutine waits for each process that was started; Stop waits for it.
package server
