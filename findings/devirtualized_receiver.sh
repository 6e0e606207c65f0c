#!/usr/bin/env bash
# The Go compiler, go1.26.8 and go1.27.4.
#
# In i.M(f()) with an interface variable i that f changes, one would expect one
# answer to the question whether M's receiver is what i held before f or after.
# There are two, and which one a program gets depends on an assignment elsewhere:
# if every value that is ever assigned to the variable has one type, the compiler
# calls that type's method directly, and reads the receiver before f runs; if a
# value of another type is assigned anywhere, in code that never runs too, the
# call stays one of an interface, and the receiver is read after f has run. It
# is so with -gcflags='-N -l' as well. The language leaves the order open.
#
# Output seen:
#   one type assigned:  receiver 1
#   two types assigned: receiver 2
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
)

type I interface{ M(int) int }

type J int

func (j J) M(int) int { return int(j) }

type K int

func (k K) M(int) int { return -int(k) }

func one() int {
	var i I = J(1)
	f := func() int { i = J(2); return 0 }
	return i.M(f())
}

func two() int {
	var i I = J(1)
	if len(os.Args) > 9 {
		i = K(1)
	}
	f := func() int { i = J(2); return 0 }
	return i.M(f())
}

func main() {
	fmt.Println("one type assigned:  receiver", one())
	fmt.Println("two types assigned: receiver", two())
}
GO
go run main.go | tee out
want=$(printf 'one type assigned:  receiver 1\ntwo types assigned: receiver 2')
if [ "$(cat out)" != "$want" ]; then
  echo "CHANGED: the receiver is read at another time"
  exit 1
fi
