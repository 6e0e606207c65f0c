#!/usr/bin/env bash
# testing/synctest of go1.26.8 and go1.27.4, with the race detector.
#
# In a bubble time moves on only when every goroutine waits, so one would expect a
# sleep of three seconds to be ordered after a function that a timer ran in the
# first of them: nothing else could have happened. The race detector reports a race
# between the two. Only synctest.Wait makes the order known to it.
#
# Output seen:
#   sleep:          WARNING: DATA RACE
#   sleep and wait: ok
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
printf 'module finding\n\ngo 1.26\n' >go.mod
cat >order_test.go <<'GO'
package finding

import (
	"testing"
	"testing/synctest"
	"time"
)

func after(t *testing.T, wait func()) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		time.AfterFunc(time.Second, func() { n++ })
		wait()
		if n != 1 {
			t.Errorf("it ran %d times", n)
		}
	})
}

func TestSleep(t *testing.T) { after(t, func() { time.Sleep(3 * time.Second) }) }

func TestSleepAndWait(t *testing.T) {
	after(t, func() {
		time.Sleep(3 * time.Second)
		synctest.Wait()
	})
}
GO
export CGO_ENABLED=1
for toolchain in go1.26.8 go1.27.4; do
  export GOTOOLCHAIN=$toolchain
  echo "$toolchain"
  sleeps=$(go test -race -count=1 -run '^TestSleep$' . 2>&1 | grep -m1 'DATA RACE' || true)
  waits=$(go test -race -count=1 -run '^TestSleepAndWait$' . 2>&1 | grep -om1 '^ok' || true)
  echo "  sleep:          $sleeps"
  echo "  sleep and wait: $waits"
  if [ -z "$sleeps" ] || [ -z "$waits" ]; then
    echo CHANGED
    exit 1
  fi
done
