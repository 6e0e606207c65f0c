#!/usr/bin/env bash
# modernc.org/sqlite v1.62.0.
#
# A time.Time that is bound to a statement is written as Go prints it, its monotonic
# reading included. What is read from the column again has none. So neither the time
# that was read finds the row that it came from, nor one that is Equal to the time
# that was written; SQLite's own functions know no date in the text; and what an
# aggregate gives of the column is that text, no time.
#
# Output seen, rows found first:
#   by the time written: 1
#   by the same time without its monotonic reading: 0
#   by the time read: 0
#   read is written: true
#   SQLite knows its year: false
#   at: time.Time
#   max(at): string, with a monotonic reading: true
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module finding

go 1.26
MOD
cat >main.go <<'GO'
package main

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	db, err := sql.Open("sqlite", ":memory:")
	must(err)
	db.SetMaxOpenConns(1)
	_, err = db.Exec("create table visits (at timestamp)")
	must(err)
	written := time.Now()
	_, err = db.Exec("insert into visits values (?)", written)
	must(err)

	var read time.Time
	must(db.QueryRow("select at from visits").Scan(&read))
	for _, by := range []struct {
		name string
		at   time.Time
	}{
		{"the time written", written},
		{"the same time without its monotonic reading", written.Round(0)},
		{"the time read", read},
	} {
		var n int
		must(db.QueryRow("select count(*) from visits where at = ?", by.at).Scan(&n))
		fmt.Printf("by %s: %d\n", by.name, n)
	}
	fmt.Println("read is written:", read.Equal(written))

	var year sql.NullString
	must(db.QueryRow("select strftime('%Y', at) from visits").Scan(&year))
	fmt.Println("SQLite knows its year:", year.Valid)

	var at, most any
	must(db.QueryRow("select at, max(at) from visits").Scan(&at, &most))
	fmt.Printf("at: %T\n", at)
	fmt.Printf("max(at): %T, with a monotonic reading: %v\n", most, strings.Contains(fmt.Sprint(most), " m=+"))
}
GO
cat >want <<'TXT'
by the time written: 1
by the same time without its monotonic reading: 0
by the time read: 0
read is written: true
SQLite knows its year: false
at: time.Time
max(at): string, with a monotonic reading: true
TXT
GOFLAGS=-mod=mod go get modernc.org/sqlite@v1.62.0 2>/dev/null
TZ=UTC CGO_ENABLED=0 GOFLAGS=-mod=mod go run . | tee got
cmp -s got want || { echo CHANGED; exit 1; }
