#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# An interface that holds a nil pointer is not nil: the best-known trap of Go. In the
# interpreter it is, so a program that shows or guards against the trap takes the
# other branch. A non-nil pointer of the same type is told apart.
#
# Output seen, compiled and interpreted:
#   parsed, error is nil:     false
#   not parsed, error is nil: false
#
#   parsed, error is nil:     true
#   not parsed, error is nil: false
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

type parseError struct{}

func (*parseError) Error() string { return "cannot parse" }

func parse(ok bool) error {
	var err *parseError
	if !ok {
		err = &parseError{}
	}
	return err
}

func main() {
	fmt.Println("parsed, error is nil:    ", parse(true) == nil)
	fmt.Println("not parsed, error is nil:", parse(false) == nil)
}
GO
cat >compiled <<'TXT'
parsed, error is nil:     false
not parsed, error is nil: false
TXT
cat >interpreted <<'TXT'
parsed, error is nil:     true
not parsed, error is nil: false
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
