#!/usr/bin/env bash
# github.com/alecthomas/chroma/v2 v2.27.0.
#
# chroma has no lexer for Go's module files, and finds one all the same: go.mod is a
# model of AMPL, the language for mathematical optimisation, whose files end in .mod.
# A fence marked go.mod or mod is coloured as such, keywords and errors included,
# while go.sum and go.work are left alone.
#
# Output seen:
#   go.mod:  AMPL
#   mod:     AMPL
#   go.sum:  no lexer
#   go.work: no lexer
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/alecthomas/chroma/v2/lexers"
)

func main() {
	for _, name := range []string{"go.mod", "mod", "go.sum", "go.work"} {
		found := "no lexer"
		if l := lexers.Get(name); l != nil {
			found = l.Config().Name
		}
		fmt.Printf("%-8s %s\n", name+":", found)
	}
}
GO
cat >expected <<'TXT'
go.mod:  AMPL
mod:     AMPL
go.sum:  no lexer
go.work: no lexer
TXT
go mod init finding >/dev/null 2>&1
go get github.com/alecthomas/chroma/v2@v2.27.0 >/dev/null 2>&1
go run . | tee got
cmp -s got expected || { echo CHANGED; exit 1; }
