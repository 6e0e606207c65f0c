package worker

import (
	"os"
	"strconv"
)

// pipes are the descriptors that package wire describes. Windows inherits
// handles by number, so the parent names the three beyond the standard three in
// the arguments.
type pipes struct{ job, reports, stderr, output *os.File }

func openPipes(args []string) pipes {
	return pipes{os.Stdin, handle(args, 2, "reports"), handle(args, 3, "stderr"), handle(args, 4, "output")}
}

func handle(args []string, i int, name string) *os.File {
	if i >= len(args) {
		os.Exit(1) // not started by a sandbox
	}
	h, err := strconv.ParseUint(args[i], 10, 64)
	if err != nil {
		os.Exit(1)
	}
	return os.NewFile(uintptr(h), name)
}
