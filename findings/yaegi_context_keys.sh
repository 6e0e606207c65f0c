#!/usr/bin/env bash
# github.com/traefik/yaegi v0.16.1, beside the Go compiler.
#
# Packages that keep a value in a context use a key of a type of their own, so that
# no other key can equal theirs. A value of a program's own type reaches compiled
# code as its underlying type, so all keys of such types with the same underlying
# value are one key: the younger value hides the older one, and the plain number
# finds it too.
#
# Output seen, compiled and interpreted:
#   user:  ann
#   trace: 4bf92f
#   0:     <nil>
#
#   user:  4bf92f
#   trace: 4bf92f
#   0:     4bf92f
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
)

type (
	userKey  int
	traceKey int
)

func main() {
	ctx := context.WithValue(context.Background(), userKey(0), "ann")
	ctx = context.WithValue(ctx, traceKey(0), "4bf92f")
	fmt.Println("user: ", ctx.Value(userKey(0)))
	fmt.Println("trace:", ctx.Value(traceKey(0)))
	fmt.Println("0:    ", ctx.Value(0))
}
GO
cat >compiled <<'TXT'
user:  ann
trace: 4bf92f
0:     <nil>
TXT
cat >interpreted <<'TXT'
user:  4bf92f
trace: 4bf92f
0:     4bf92f
TXT
go run main.go | tee got
cmp -s got compiled || { echo CHANGED; exit 1; }
go run github.com/traefik/yaegi/cmd/yaegi@v0.16.1 main.go | tee got
cmp -s got interpreted || { echo CHANGED; exit 1; }
