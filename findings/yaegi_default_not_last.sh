#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# A default clause may stand anywhere in a switch: it is for what no case takes. The
# interpreter wants it last. A fallthrough into a default that is followed by another
# case runs that case instead. Beside it: of several calls in one case only the first
# is made.
#
# Output seen, compiled and interpreted:
#   one default
#   default
#   one of three
#   one of three
#
#   one nine
#   default
#   one of three
#   none
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

func fall(n int) string {
	out := ""
	switch n {
	case 1:
		out += "one "
		fallthrough
	default:
		out += "default"
	case 9:
		out += "nine"
	}
	return out
}

func same(n int) int { return n }

func several(n int) string {
	switch n {
	case same(1), same(2), same(3):
		return "one of three"
	case same(4):
		return "four"
	}
	return "none"
}

func main() {
	fmt.Println(fall(1))
	fmt.Println(fall(2))
	fmt.Println(several(1))
	fmt.Println(several(2))
}
GO
cat >compiled <<'TXT'
one default
default
one of three
one of three
TXT
cat >interpreted <<'TXT'
one nine
default
one of three
none
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
