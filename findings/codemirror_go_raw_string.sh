#!/usr/bin/env bash
# @codemirror/lang-go 6.0.1 (with @codemirror/language 6.13.1, state 6.7.6, view
# 6.43.15, commands 6.11.1).
#
# One would expect the command that indents the selection to leave what stands in
# a raw string alone, as @codemirror/lang-javascript leaves template strings. The
# Go mode answers a level of indentation for every line inside of it, so that
# indenting a whole, formatted program changes what it prints. The same program
# with labels is moved as well: a label by one level to the right of where gofmt
# puts it, and what follows a label at the margin to the margin.
#
# Output seen:
#   Go:         "package p\n\nvar s = `a\n\tb\n\t`\n"
#   JavaScript: "let s = `a\nb\n`\n"
#   after a label at the margin: column 0
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >package.json <<'JSON'
{
  "private": true,
  "type": "module",
  "dependencies": {
    "@codemirror/commands": "6.11.1",
    "@codemirror/lang-go": "6.0.1",
    "@codemirror/lang-javascript": "6.2.5",
    "@codemirror/language": "6.13.1",
    "@codemirror/state": "6.7.6",
    "@codemirror/view": "6.43.15"
  }
}
JSON
npm install --ignore-scripts --no-audit --no-fund --silent
cat >finding.js <<'JS'
import {indentSelection} from '@codemirror/commands';
import {go} from '@codemirror/lang-go';
import {javascript} from '@codemirror/lang-javascript';
import {getIndentation, indentUnit} from '@codemirror/language';
import {EditorState} from '@codemirror/state';

const open = (doc, mode) => EditorState.create({
  doc, selection: {anchor: 0, head: doc.length}, extensions: [mode, indentUnit.of('\t')],
});
const indented = (doc, mode) => {
  let state = open(doc, mode);
  indentSelection({state, dispatch: (transaction) => { state = transaction.state; }});
  return state.doc.toString();
};
const goText = 'package p\n\nvar s = `a\nb\n`\n';
const jsText = 'let s = `a\nb\n`\n';
const goResult = indented(goText, go());
const jsResult = indented(jsText, javascript());
console.log('Go:        ', JSON.stringify(goResult));
console.log('JavaScript:', JSON.stringify(jsResult));

const label = open('package p\n\nfunc f() {\nL:\n\n\tfor {\n\t\tbreak L\n\t}\n}\n', go());
const column = getIndentation(label, label.doc.line(5).from);
console.log('after a label at the margin: column', column);
if (goResult === goText || jsResult !== jsText || column !== 0) {
  console.log('CHANGED');
  process.exit(1);
}
JS
node finding.js
