#!/usr/bin/env bash
# The Go runtime, go1.26.8 and go1.27.4.
#
# Four goroutines sleep 10, 20, 30 and 40 ms while the only processor computes for
# longer than that. One would expect them to go on in the order in which their
# sleeps were over. The one that slept longest goes first and the others follow in
# order: each expired timer puts its goroutine into the one place of whoever runs
# next, and the goroutine that was there goes to the end of the queue. With the
# runtime's interruptions every 10 ms the same happens among those that expire
# between two of them.
#
# Output seen:
#   [40 10 20 30]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

func main() {
	runtime.GOMAXPROCS(1)
	var done sync.WaitGroup
	var order []int
	for _, ms := range []int{10, 20, 30, 40} {
		done.Go(func() {
			time.Sleep(time.Duration(ms) * time.Millisecond)
			order = append(order, ms)
		})
	}
	runtime.Gosched()
	for i := 0; i < 1<<29; i++ { // longer than all of them
	}
	done.Wait()
	fmt.Println(order)
}
GO
for toolchain in go1.26.8 go1.27.4; do
  GOTOOLCHAIN=$toolchain go build -o finding main.go
  got=$(GODEBUG=asyncpreemptoff=1 ./finding)
  echo "$toolchain: $got"
  if [ "$got" != "[40 10 20 30]" ]; then
    echo CHANGED
    exit 1
  fi
done
