// Package author is what an author does with articles before readers see them:
// it runs every program the way a reader's run would, and holds what happens
// against what the article says. It needs a sandbox and no server.
//
// A Checker takes articles apart with package render, runs their blocks
// concurrently and collects Findings; a Report is written in one of the Formats.
// Update writes what programs print into the article they stand in, and touches
// nothing else. A Compiler only compiles, for a server that publishes articles and
// keeps what it was told of each text.
package author
