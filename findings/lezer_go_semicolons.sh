#!/usr/bin/env bash
# @lezer/go 1.0.1, the grammar below @codemirror/lang-go 6.0.1, beside gofmt.
#
# Go ends a statement where a line ends after a literal, a name or a closing bracket.
# The grammar knows `nil` among those, but neither `true` nor `false`, and forgets what
# stood before a comment of the form /* */: the next line is a mistake to it. So are a
# loop over nothing but a range, which Go has had since 1.4, and a generic alias.
# A third of 441 files of Go's own library have such a mistake somewhere.
#
# Output seen, the nodes that are mistakes in each program:
#   x = nil: none
#   x = true: 1
#   x = false: 1
#   x = 1: none
#   x = 1 with a comment: 1
#   for range ch: 1
#   for _ = range ch: none
#   generic alias: 1
#   generic type: none
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @lezer/go@1.0.1 @lezer/lr@1.4.12 @lezer/common@1.5.5 @lezer/highlight@1.2.5
cat >mistakes.mjs <<'JS'
import {execFileSync} from 'node:child_process';
import {parser} from '@lezer/go';

const body = (lines) => `package p\n\nfunc f() {\n\t${lines.join('\n\t')}\n}\n`;
const programs = {
  'x = nil': body(['x = nil', 'g()']),
  'x = true': body(['x = true', 'g()']),
  'x = false': body(['x = false', 'g()']),
  'x = 1': body(['x = 1', 'g()']),
  'x = 1 with a comment': body(['x = 1 /* one */', 'g()']),
  'for range ch': body(['for range ch {', '\tg()', '}']),
  'for _ = range ch': body(['for _ = range ch {', '\tg()', '}']),
  'generic alias': 'package p\n\ntype A[T any] = []T\n',
  'generic type': 'package p\n\ntype A[T any] []T\n',
};
for (const [name, text] of Object.entries(programs)) {
  execFileSync('gofmt', ['-e', '-l'], {input: text}); // throws where it is not Go
  let mistakes = 0;
  parser.parse(text).iterate({enter(node) { if (node.type.isError) mistakes++; }});
  console.log(`${name}: ${mistakes || 'none'}`);
}
JS
cat >want <<'TXT'
x = nil: none
x = true: 1
x = false: 1
x = 1: none
x = 1 with a comment: 1
for range ch: 1
for _ = range ch: none
generic alias: 1
generic type: none
TXT
node mistakes.mjs | tee got
cmp -s got want || { echo CHANGED; exit 1; }
