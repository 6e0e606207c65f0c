#!/usr/bin/env bash
# encoding/json/v2, go1.27.4.
#
# The same mistake in the same input gives errors of two wordings: "cannot
# unmarshal" in one run of a program and "unable to unmarshal" in another. The
# choice is made once for each process, at random, and is meant to keep programs
# from matching the text. Documented output, golden files and tests that contain
# such an error fail now and then, and pass when they are looked at.
#
# Output seen (the counts vary):
#   133 cannot
#   17 unable to
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"encoding/json/v2"
	"fmt"
)

func main() {
	var v struct{ A int }
	fmt.Println(json.Unmarshal([]byte(`{"A": "text"}`), &v))
}
GO
GOTOOLCHAIN=go1.27.4 go build -o prog main.go
for _ in $(seq 150); do ./prog | grep -oE 'cannot|unable to'; done | sort | uniq -c | sed 's/^ *//' | tee out
if [ "$(wc -l <out)" -ne 2 ]; then
  echo "CHANGED: 150 runs have one wording"
  exit 1
fi
