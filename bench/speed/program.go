package main

import "playground/internal/sandbox"

// program is what the sandbox is given. bench/compare puts another in the place of this
// file where it measures a tree whose sandbox looks for no races.
func program(source string, race bool) sandbox.Program {
	return sandbox.Program{Source: source, Race: race}
}
