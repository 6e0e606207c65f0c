//go:build !linux

package streams

import (
	"os"

	"playground/internal/gofront/memfs"
)

// KeepOrder does nothing here: each stream keeps its own order, and the two are
// merged as they are read.
func KeepOrder(_, _, _ *os.File) error { return nil }

// WatchReads and TellOfReads do nothing here: nobody is told when a program waits
// for input.
func WatchReads(*os.File) error { return nil }

// TellOfReads: see WatchReads.
func TellOfReads(func(bytes int64)) {}

// KeepFiles and UseFiles do nothing here: host code does not find the files in a
// program's memory.
func KeepFiles() error { return nil }

// UseFiles: see KeepFiles.
func UseFiles(*memfs.Table) {}

// Capture cannot be had here: streams are written to as they are.
func Capture(func(b []byte)) {}
