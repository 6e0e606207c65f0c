#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# for i, v = range assigns to variables that exist, and they keep the last values
# after the loop. The interpreter declares new ones, as for := does, and leaves those
# alone.
#
# Output seen, compiled and interpreted:
#   found at 1 value 6
#   fields: 1 9
#
#   found at -1 value -1
#   fields: 0 0
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import "fmt"

func main() {
	i, v := -1, -1
	for i, v = range []int{5, 6, 7} {
		if v == 6 {
			break
		}
	}
	fmt.Println("found at", i, "value", v)

	var last struct{ i, v int }
	for last.i, last.v = range []int{8, 9} {
	}
	fmt.Println("fields:", last.i, last.v)
}
GO
cat >compiled <<'TXT'
found at 1 value 6
fields: 1 9
TXT
cat >interpreted <<'TXT'
found at -1 value -1
fields: 0 0
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
