// Package watch tells that an author has saved a file. It asks the kernel to be
// told, and costs nothing while nothing happens.
//
// An editor may write a file in place, piece by piece, and whoever reads it in
// between publishes half of it. So a change counts once nothing has happened for
// a moment and nobody has the file open for writing any more: on Linux a lease on
// it, which the kernel grants under that condition only, tells so exactly.
// Elsewhere the moment must do. A file that stays open for writing for long is
// read all the same once it has rested.
//
// Folders has one goroutine, the caller's, and ends with its context.
package watch
