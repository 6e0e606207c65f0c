// Package tracefile writes what a run's goroutines did to files: the events as the
// protocol has them, and the Chrome Trace Event Format, which Perfetto and
// chrome://tracing open.
//
// A Recorder sits between a sandbox and another sink. In a trace each goroutine is a
// thread, its states are slices, a value that went through a channel is a flow from the
// sender to the receiver, and what the program printed are instants of a thread of their
// own. Times of the format are microseconds, as ours are.
//
// The package starts no goroutines.
package tracefile
