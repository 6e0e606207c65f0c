#!/usr/bin/env bash
# The Go toolchain's package testing, go1.26.8 and go1.27.4.
#
# A goroutine that a test leaves behind may log when the test is over. Many know the
# panic "Log in goroutine after TestX has completed", but that comes only when all
# tests are over. While another one runs, what a goroutine of a top-level test logs is
# printed nowhere, also with -v, and all passes. A goroutine of a subtest logs into the
# test around it. An error is told by a panic in the goroutine; where that is recovered,
# the whole fails and no test is said to have failed.
#
# Output seen (times taken out):
#   === RUN   TestLogs
#   --- PASS: TestLogs
#   === RUN   TestMeanwhile
#   --- PASS: TestMeanwhile
#   === RUN   TestAround
#   === RUN   TestAround/sub
#   === NAME  TestAround
#       late_test.go:31: logged by a subtest that is over
#   --- PASS: TestAround
#       --- PASS: TestAround/sub
#   PASS
#   and with the error: every test --- PASS, then FAIL
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >late_test.go <<'GO'
package finding

import (
	"os"
	"testing"
)

var begin, ended = make(chan bool), make(chan any)

func TestLogs(t *testing.T) {
	go func() {
		defer func() { ended <- recover() }()
		<-begin
		t.Log("logged by a test that is over")
		if os.Getenv("ERROR") != "" {
			t.Error("and an error")
		}
	}()
}

func TestMeanwhile(t *testing.T) {
	close(begin)
	<-ended
}

func TestAround(t *testing.T) {
	begin, ended := make(chan bool), make(chan bool)
	t.Run("sub", func(t *testing.T) {
		go func() {
			<-begin
			t.Log("logged by a subtest that is over")
			close(ended)
		}()
	})
	close(begin)
	<-ended
}
GO
cat >expected <<'TXT'
=== RUN   TestLogs
--- PASS: TestLogs
=== RUN   TestMeanwhile
--- PASS: TestMeanwhile
=== RUN   TestAround
=== RUN   TestAround/sub
=== NAME  TestAround
    late_test.go:31: logged by a subtest that is over
--- PASS: TestAround
    --- PASS: TestAround/sub
PASS
TXT
sed '$s/PASS/FAIL/' expected >expected-with-error
go mod init finding >/dev/null 2>&1
for toolchain in go1.26.8 go1.27.4; do
  echo "$toolchain"
  GOTOOLCHAIN=$toolchain go test -c -o tests . # the binary itself: go test adds lines of its own
  ./tests -test.v | sed 's/ ([0-9.]*s)$//' | tee got
  cmp -s got expected || { echo CHANGED; exit 1; }
  ERROR=1 ./tests -test.v >got && { echo CHANGED; exit 1; }
  sed -i 's/ ([0-9.]*s)$//' got
  tail -n 1 got
  cmp -s got expected-with-error || { echo CHANGED; exit 1; }
done
