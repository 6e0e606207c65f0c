#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# Arguments of a deferred call are evaluated when defer is executed. In the
# interpreter a variable among them is read when the call is made, so it has the
# value that it had in the end, for calls of the program's own functions and of
# compiled ones.
#
# Output seen, compiled and interpreted:
#   now it is:    2
#   own function: 1
#   fmt.Println:  1
#
#   now it is:    2
#   own function: 2
#   fmt.Println:  2
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

func show(n int) { fmt.Println("own function:", n) }

func main() {
	n := 1
	defer fmt.Println("fmt.Println: ", n)
	defer show(n)
	n = 2
	fmt.Println("now it is:   ", n)
}
GO
cat >compiled <<'TXT'
now it is:    2
own function: 1
fmt.Println:  1
TXT
cat >interpreted <<'TXT'
now it is:    2
own function: 2
fmt.Println:  2
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
