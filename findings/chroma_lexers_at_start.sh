#!/usr/bin/env bash
# github.com/alecthomas/chroma/v2 v2.27.0, Go 1.26.
#
# Its package lexers keeps its languages as embedded XML, and one would expect
# them to be read when one is asked for. Importing the package reads and
# decodes the head of every file in a variable's initialiser, in every process
# that links it, whether it highlights anything or not: milliseconds and some
# 2.7 MB of allocations before main. A program that starts many short-lived
# processes of itself pays each time.
#
# Output seen (times vary):
#   init github.com/alecthomas/chroma/v2/lexers @3.4 ms, 4.8 ms clock, 2737008 bytes, 38513 allocs
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module finding

go 1.26

require github.com/alecthomas/chroma/v2 v2.27.0
MOD
cat >main.go <<'GO'
package main

import _ "github.com/alecthomas/chroma/v2/lexers"

func main() {}
GO
go mod tidy >/dev/null 2>&1
go build -o finding .
line=$(GODEBUG=inittrace=1 ./finding 2>&1 | grep 'chroma/v2/lexers')
echo "$line"
bytes=$(sed -E 's/.* ([0-9]+) bytes.*/\1/' <<<"$line")
if [ "$bytes" -lt 1000000 ]; then
  echo "CHANGED: only $bytes bytes are allocated before main"
  exit 1
fi
