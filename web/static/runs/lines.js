// The lines that runs printed, and how those of one differ from those of another.

import {common} from '../diff.js';
import {Terminal} from '../output/terminal.js';

/** Lines of a run that are looked at. */
export const MOST = 2000;

/** How long something took is another in every run, and says nothing about order. */
const DURATION = /\d+(?:\.\d+)?(?:ns|us|\u00b5s|ms|m?s)\b/g;

/**
 * @param {import('./history.js').Run} run
 * @returns {Array<{stream: string, t: number, spans: Object[], text: string, key: string}>} lines with the same key
 *     count as equal
 */
export function linesOf({messages}) {
  const terminal = new Terminal();
  for (const message of messages) if (['stdout', 'stderr', 'stdin'].includes(message.type)) terminal.write(message);
  return terminal.rows.slice(0, MOST).map(({stream, t, spans}) => {
    const text = spans.map((span) => span.text).join('');
    return {stream, t, spans, text, key: `${stream} ${text.trimEnd().replace(DURATION, '#')}`};
  });
}

/**
 * What is to be said of each line beside another run: "moved" where it stands among
 * other lines there, "only" where it does not stand there at all.
 *
 * @param {Array<{key: string}>} a
 * @param {Array<{key: string}>} b
 * @returns {{a: string[], b: string[]}} by index; '' for nothing
 */
export function compared(a, b) {
  const said = {a: a.map(() => 'only'), b: b.map(() => 'only')};
  for (const [i, j] of common(a.map(({key}) => key), b.map(({key}) => key))) said.a[i] = said.b[j] = '';
  const left = new Map();
  for (const [j, {key}] of b.entries()) if (said.b[j]) left.set(key, [...(left.get(key) ?? []), j]);
  for (const [i, {key}] of a.entries()) {
    const j = said.a[i] && left.get(key)?.shift();
    if (j === undefined || j === '') continue;
    said.a[i] = said.b[j] = 'moved';
  }
  return said;
}
