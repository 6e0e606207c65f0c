#!/usr/bin/env bash
# Linux 6.18, go1.26.8, os/exec.
#
# The peak of a child's memory as wait4 reports it (ProcessState.SysUsage, ru_maxrss)
# begins with what the process had that started it, not with the child's own program:
# the child shares its parent's memory until it executes, and the kernel keeps that
# peak. /bin/true, started by a process that holds 200 MiB, has used 200 MiB. So a
# server that measures its workers so measures itself.
#
# Output seen:
#   parent holds little: /bin/true peaks below 64 MiB
#   parent holds 200 MiB: /bin/true peaks at 200 MiB or more
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
)

// peak is the peak of /bin/true's memory in MiB.
func peak() int64 {
	child := exec.Command("/bin/true")
	if err := child.Run(); err != nil {
		panic(err)
	}
	return child.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
}

func main() {
	if n := peak(); n < 64 {
		fmt.Println("parent holds little: /bin/true peaks below 64 MiB")
	}
	held := make([]byte, 200<<20)
	for i := range held {
		held[i] = 1
	}
	if n := peak(); n >= 200 {
		fmt.Println("parent holds 200 MiB: /bin/true peaks at 200 MiB or more")
	}
	runtime.KeepAlive(held)
}
GO
cat >expected <<'TXT'
parent holds little: /bin/true peaks below 64 MiB
parent holds 200 MiB: /bin/true peaks at 200 MiB or more
TXT
GOTOOLCHAIN=go1.26.8 go run main.go | tee got
cmp -s got expected || { echo CHANGED; exit 1; }
