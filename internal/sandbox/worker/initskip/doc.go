// Package initskip keeps a worker from initialising what only the server uses.
//
// Server and worker are one binary, and Go initialises all packages of a binary
// before main: those that read Markdown, serve HTTP and count metrics cost every
// worker about a fifth of its start and half a megabyte of heap, for nothing.
//
// Go has each package's initialisers in a record, its inittask, and runs it
// unless the record says that it was run. Packages whose imports are ready are
// taken in the order of their import paths, and this one imports nothing that
// comes late: so it is initialised before any of the server's, all of which
// need package reflect, and it marks their records as run.
//
// What is marked is every package that the command has and the worker does not
// import (zserver.go): so whatever uses a marked package is marked itself, and
// only package main's own variables could notice. Tests hold the list to what go
// list says, and look at what a worker really initialised.
package initskip
