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
