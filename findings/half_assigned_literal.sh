#!/usr/bin/env bash
# The Go compiler, go1.26.8 and go1.27.4.
#
# In p = T{9, 10 / z} one would expect p to keep what it was if z is 0: what is
# assigned is evaluated before anything is. The compiler builds the literal in p
# itself, so after the recovered panic p is half of the literal. If the panic comes
# out of a call in the literal, the literal out of a function, or if p is mentioned
# in it, p is unchanged. It is so with -gcflags='-N -l' as well.
#
# Output seen:
#   struct literal:   {9 0}
#   array literal:    [9 0]
#   a call in it:     {0 0}
#   from a function:  {0 0}
#   mentions itself:  {0 0}
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

type pair struct{ a, b int }

func divide(z int) int { return 10 / z }

func literal(z int) pair { return pair{9, 10 / z} }

func structLiteral(z int) (p pair) {
	defer func() { recover() }()
	p = pair{9, 10 / z}
	return
}

func arrayLiteral(z int) (p [2]int) {
	defer func() { recover() }()
	p = [2]int{9, 10 / z}
	return
}

func callInIt(z int) (p pair) {
	defer func() { recover() }()
	p = pair{9, divide(z)}
	return
}

func fromFunction(z int) (p pair) {
	defer func() { recover() }()
	p = literal(z)
	return
}

func mentionsItself(z int) (p pair) {
	defer func() { recover() }()
	p = pair{9 + p.a, 10 / z}
	return
}

func main() {
	fmt.Println("struct literal:  ", structLiteral(0))
	fmt.Println("array literal:   ", arrayLiteral(0))
	fmt.Println("a call in it:    ", callInIt(0))
	fmt.Println("from a function: ", fromFunction(0))
	fmt.Println("mentions itself: ", mentionsItself(0))
}
GO
cat >expected <<'TXT'
struct literal:   {9 0}
array literal:    [9 0]
a call in it:     {0 0}
from a function:  {0 0}
mentions itself:  {0 0}
TXT
for toolchain in go1.26.8 go1.27.4; do
  echo "$toolchain"
  GOTOOLCHAIN=$toolchain go run main.go | tee got
  if ! cmp -s got expected; then
    echo CHANGED
    exit 1
  fi
done
