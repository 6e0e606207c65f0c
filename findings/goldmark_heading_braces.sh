#!/usr/bin/env bash
# github.com/yuin/goldmark v1.8.7.
#
# With attributes of headings switched on (parser.WithAttribute), braces at the end
# of a heading that hold nothing count as a list of attributes, also when no space is
# before them, and are gone from the text: an article about interface{} has a heading
# "interface". Braces that hold something that is no attribute stay, and so do those in
# a code span.
#
# Output seen:
#   <h2 id="interface">interface</h2>
#   <h2 id="the-empty-struct">The empty struct</h2>
#   <h2 id="setstructstruct">set[struct{}]struct</h2>
#   <h2 id="f-x">f {x}</h2>
#   <h2 id="interface-1"><code>interface{}</code></h2>
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"os"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"
)

const text = `
## interface{}

## The empty struct{}

## set[struct{}]struct{}

## f {x}

## ` + "`interface{}`"

func main() {
	md := goldmark.New(goldmark.WithParserOptions(parser.WithAttribute(), parser.WithAutoHeadingID()))
	if err := md.Convert([]byte(text), os.Stdout); err != nil {
		panic(err)
	}
}
GO
cat >expected <<'TXT'
<h2 id="interface">interface</h2>
<h2 id="the-empty-struct">The empty struct</h2>
<h2 id="setstructstruct">set[struct{}]struct</h2>
<h2 id="f-x">f {x}</h2>
<h2 id="interface-1"><code>interface{}</code></h2>
TXT
go mod init finding >/dev/null 2>&1
go get github.com/yuin/goldmark@v1.8.7 >/dev/null 2>&1
go run . | tee got
cmp -s got expected || { echo CHANGED; exit 1; }
