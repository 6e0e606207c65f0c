#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# A function with named results that returns expressions of them: all expressions are
# evaluated before the first result is set, says the specification. The interpreter
# writes each result as soon as it has it, so the next expression reads the new one.
# return b, a swaps nothing. With unnamed results, or an assignment b, a = a, b, the
# values are right.
#
# Output seen, compiled and interpreted:
#   2 1
#   2 1
#   2 1
#
#   2 2
#   2 1
#   2 1
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

func named() (a, b int) {
	a, b = 1, 2
	return b, a
}

func unnamed() (int, int) {
	a, b := 1, 2
	return b, a
}

func assigned() (a, b int) {
	a, b = 1, 2
	a, b = b, a
	return
}

func main() {
	fmt.Println(named())
	fmt.Println(unnamed())
	fmt.Println(assigned())
}
GO
cat >compiled <<'TXT'
2 1
2 1
2 1
TXT
cat >interpreted <<'TXT'
2 2
2 1
2 1
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
