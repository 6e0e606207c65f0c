package goid

import (
	"fmt"
	"runtime"
)

// SelfTest checks that a goroutine's number is found where it is looked for.
func SelfTest() error {
	type answer struct {
		header [64]byte
		id     uintptr
	}
	got := make(chan answer)
	go func() { // not on the first, whose number, 1, could be anything
		var a answer
		runtime.Stack(a.header[:], false)
		a.id = Current()
		got <- a
	}()
	a := <-got
	var id uintptr
	if _, err := fmt.Sscanf(string(a.header[:]), "goroutine %d ", &id); err != nil || id != a.id {
		return fmt.Errorf("goid: goroutine %d is not the one of %q", a.id, a.header)
	}
	return nil
}
