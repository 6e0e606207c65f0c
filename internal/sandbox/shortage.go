package sandbox

import (
	"errors"
	"strings"
	"syscall"
)

// shortage returns err as a *ShortageError when it says that the machine is
// short of something, and err itself otherwise.
func shortage(err error) error {
	var already *ShortageError
	if errors.As(err, &already) {
		return already
	}
	for _, short := range []error{syscall.EAGAIN, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOSPC, errLate} {
		if errors.Is(err, short) {
			return &ShortageError{err}
		}
	}
	return err
}

// shortCrash tells whether the runtime of a worker without a program died
// because it got no thread or no memory.
func shortCrash(text string) bool {
	for _, s := range []string{"newosproc", "failed to create new OS thread", "out of memory", "cannot allocate memory"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
