#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# In a tuple assignment of which one side is a call and another is not, what is not a
# call is lost: m.state, m.since = open, now() leaves m.state as it was, and a circuit
# breaker written so never opens. Two calls, or none, are right.
#
# Output seen, compiled and interpreted:
#   constant, call: 1 42
#   call, constant: 42 1
#   variable, call: 7 42
#   two calls:      42 42
#   no call:        1 7
#
#   constant, call: 0 42
#   call, constant: 42 0
#   variable, call: 0 42
#   two calls:      42 42
#   no call:        1 7
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

const open = 1

func now() int { return 42 }

type machine struct{ state, since int }

func main() {
	var m machine
	m.state, m.since = open, now()
	fmt.Println("constant, call:", m.state, m.since)
	s := []int{0, 0}
	s[0], s[1] = now(), open
	fmt.Println("call, constant:", s[0], s[1])
	a, b, c := 0, 0, 7
	a, b = c, now()
	fmt.Println("variable, call:", a, b)
	a, b = now(), now()
	fmt.Println("two calls:     ", a, b)
	a, b = open, c
	fmt.Println("no call:       ", a, b)
}
GO
cat >compiled <<'TXT'
constant, call: 1 42
call, constant: 42 1
variable, call: 7 42
two calls:      42 42
no call:        1 7
TXT
cat >interpreted <<'TXT'
constant, call: 0 42
call, constant: 42 0
variable, call: 0 42
two calls:      42 42
no call:        1 7
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
