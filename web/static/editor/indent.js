// Indentation as gofmt has it: one tab more than the line in which the innermost
// bracket was opened, whatever else was opened there; case labels and what closes
// stand where that line does. What stands in a raw string or a comment is the
// reader's: it is left where it is.

import {indentService} from '../vendor/codemirror.js';
import {highlight} from '../widget/highlight.js';
import {tokens} from './colours.js';

const OPEN = '([{';
const CLOSE = ')]}';

export const goIndent = indentService.of((context, pos) => {
  const {doc} = context.state;
  const line = doc.lineAt(pos);
  // A line that is being broken is looked at up to the break.
  const broken = context.simulatedBreak !== undefined && context.simulatedBreak !== null;
  const until = broken ? context.simulatedBreak : line.from;
  if (isText(context.state, until)) return null;
  const opener = innermost(context.state, until);
  const rest = context.textAfterPos(broken ? context.simulatedBreak : line.from).trimStart();
  if (opener === null) return 0;
  const base = width(opener.text, context.state.tabSize);
  if (rest !== '' && CLOSE.includes(rest[0])) return base;
  if (/^(?:case\b|default\s*(?::|$))/.test(rest) && /\b(?:switch|select)\b/.test(opener.text)) return base;
  return base + context.unit;
});

/** Whether a line that begins after an offset is in a string or a comment. */
function isText(state, offset) {
  const {language} = state.field(tokens);
  return highlight(state.sliceDoc(0, offset) + '\nx', language).at(-1)[0].cls !== '';
}

/** The line with the last bracket before an offset that is not closed before it; null if there is none. */
function innermost(state, until) {
  const lines = state.field(tokens);
  let depth = 0;
  const first = state.doc.lineAt(until);
  for (let n = first.number; n >= 1; n--) {
    const line = state.doc.line(n);
    let at = line.to;
    for (const {cls, text} of (lines[n - 1] ?? []).toReversed()) {
      at -= text.length;
      if (cls !== '') continue; // strings and comments
      for (let i = text.length - 1; i >= 0; i--) {
        if (at + i >= until) continue;
        if (CLOSE.includes(text[i])) depth++;
        else if (OPEN.includes(text[i]) && --depth < 0) return line;
      }
    }
  }
  return null;
}

/** How far a line is indented, in columns. */
function width(text, tabSize) {
  let columns = 0;
  for (const c of /^[\t ]*/.exec(text)[0]) columns += c === '\t' ? tabSize - columns % tabSize : 1;
  return columns;
}
