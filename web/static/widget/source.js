// Positions in a program's text.

/**
 * The offset in source, in UTF-16 units, of a position that the compiler gave:
 * line and column from 1, the column in bytes of UTF-8. In a program of several
 * files (a txtar archive) lines are counted from after the file's header.
 *
 * @param {string} source
 * @param {{file?: string, line?: number, column?: number}} position
 */
export function offsetOf(source, position) {
  const lines = source.split('\n');
  const index = lineIndex(lines, position);
  let offset = index;  // one for each newline before it
  for (const line of lines.slice(0, index)) offset += line.length;
  return offset + columnOf(lines[index] ?? '', position.column ?? 1);
}

/**
 * The index, from 0, of the line that a position is on.
 *
 * @param {string[]} lines
 * @param {{file?: string, line?: number}} position
 */
export function lineIndex(lines, position) {
  const header = position.file ? lines.indexOf(`-- ${position.file} --`) : -1;
  const index = header + (position.line ?? 1);
  return Math.min(Math.max(index, 0), lines.length - 1);
}

/**
 * Where a position in a program is after an edit: with its line, as far as that
 * was not changed itself.
 *
 * @param {{file?: string, line?: number, column?: number}} position in before
 * @param {string} before
 * @param {string} after
 */
export function moved(position, before, after) {
  if (before === after || !position.line) return position;
  const [old, now] = [before.split('\n'), after.split('\n')];
  const index = lineIndex(old, position);
  let head = 0;
  while (head < old.length && old[head] === now[head]) head++;
  const added = now.length - old.length;
  let tail = old.length;
  while (tail > head && tail + added > head && old[tail - 1] === now[tail - 1 + added]) tail--;
  return {line: 1 + index + (index >= tail ? added : 0), column: position.column};
}

/**
 * The severity to mark each line with, by its index from 0: an error before all else.
 *
 * @param {string[]} lines
 * @param {Array<{severity: string, file?: string, line?: number}>} found
 * @returns {Map<number, string>}
 */
export function severityByLine(lines, found) {
  const severities = new Map();
  for (const d of found) {
    if (!d.line) continue;
    const index = lineIndex(lines, d);
    if (severities.get(index) !== 'error') severities.set(index, d.severity);
  }
  return severities;
}

/**
 * What goroutines wait for at each line, by its index from 0.
 *
 * @param {string[]} lines
 * @param {Array<{severity: string, message: string, file?: string, line?: number}>} found
 * @returns {Map<number, string>}
 */
export function waitsByLine(lines, found) {
  const waits = new Map();
  for (const d of found) {
    if (d.severity !== 'waiting') continue;
    const index = lineIndex(lines, d);
    waits.set(index, waits.has(index) ? `${waits.get(index)}; ${d.message}` : d.message);
  }
  return waits;
}

/**
 * The one change that makes one text of another.
 *
 * @param {string} before
 * @param {string} after
 * @returns {{from: number, to: number, insert: string}} offsets in before
 */
export function difference(before, after) {
  let head = 0;
  while (head < after.length && after[head] === before[head]) head++;
  const most = Math.min(after.length, before.length) - head;
  let tail = 0;
  while (tail < most && after.at(-1 - tail) === before.at(-1 - tail)) tail++;
  return {from: head, to: before.length - tail, insert: after.slice(head, after.length - tail)};
}

function columnOf(line, column) {
  let bytes = 1;
  let units = 0;
  for (const rune of line) {
    if (bytes >= column) break;
    bytes += utf8Length(rune.codePointAt(0));
    units += rune.length;
  }
  return units;
}

function utf8Length(code) {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/**
 * Which places are at the line of an offset.
 *
 * @param {string} text
 * @param {number} offset
 * @returns {function({file: string, line: number}): boolean}
 */
export function placesAt(text, offset) {
  const lines = text.split('\n');
  const at = text.slice(0, offset).split('\n').length - 1;
  return (place) => lineIndex(lines, place) === at;
}

/**
 * The files of a program in Go, by the indices, from 0, of their lines: that of the
 * header, or -1, the first and the last. What stands before the first header is a file
 * unless it is blank, as the server has it.
 *
 * @param {string} text
 * @returns {Array<{name: string, header: number, from: number, to: number}>}
 */
export function filesOf(text) {
  const lines = text.split('\n');
  const files = [{name: 'prog.go', header: -1}];
  for (const [header, line] of lines.entries()) {
    const name = /^-- (.+) --$/.exec(line)?.[1].trim();
    if (name) files.push({name, header});
  }
  for (const [i, file] of files.entries()) {
    file.from = file.header + 1;
    file.to = (files[i + 1]?.header ?? lines.length) - 1;
  }
  return files.length > 1 && lines.slice(0, files[1].header).join('').trim() === '' ? files.slice(1) : files;
}

/** Those of some spans of lines, from 1, that no file begins in: files have tabs, and are not folded away. */
export function withinFiles(text, spans) {
  const files = filesOf(text);
  return spans.filter(({from, to}) => !files.some(({header}) => header + 1 >= from && header + 1 <= to));
}

/**
 * The lines, from 1, that are folded away in a listing.
 *
 * @param {Element} listing
 * @returns {Array<{from: number, to: number}>}
 */
export function foldedIn(listing) {
  return [...listing.querySelectorAll('details')].map((part) => {
    const before = document.createRange();
    before.setStart(listing, 0);
    before.setEndBefore(part);
    const from = before.toString().split('\n').length;
    return {from, to: from + part.textContent.replace(/\n$/, '').split('\n').length - 1};
  });
}
