// Package journal keeps what a run said: its messages, numbered from 1 without
// gaps, in order, within a bound of bytes. Whoever reads begins after any
// number that is still kept, takes what is there and waits for more, so a
// reader who lost a connection goes on where it broke, and two read the same.
//
// # Theory of operation
//
// One goroutine at a time appends: the run's. Any number of readers take. A
// piece of output that nobody has taken yet grows by what follows on the same
// stream, so a program that writes byte by byte makes few messages for a
// reader who is behind, and one that writes a line now and then a message for
// each line at once. What was taken never changes.
//
// Beside the entries there is a state: the newest message of a kind that is
// only worth its last, such as a meter. It has no number. A reader gets it
// when it has read what was said before.
//
// # Bounds and backpressure
//
// A journal holds at most its window of bytes. When that is full, what every
// present reader has taken makes room, oldest first; if that is not enough,
// appending waits, and with it the program. So a window above a run's output
// limit never stops a program and keeps everything, and below it a slow
// reader slows the program down. What has made room is gone for those who
// come later (ErrGone).
//
// The package starts no goroutine. A reader is told by a token in a channel of
// its own choice that there may be more, so one goroutine can wait for many
// journals.
package journal
