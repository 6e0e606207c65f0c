// Traces of the stack in what a program printed, put into the reader's lines. What
// runs is compiled from those; a source map leads back. Loaded when there is one.

/** A place in what runs, as frames name it: no program of a reader's prints that by chance. */
const PLACE = /(program\.[jt]s)\?:(\d+):(\d+)/;

/** Lines before the code in what runs. */
const BEFORE = 1;

export class Trace {
  /** For each line of the code [column, line, column] triples, all from 0. */
  #map;

  /** @param {string} mappings of a source map of one source */
  constructor(mappings) {
    let line = 0;
    let column = 0;
    this.#map = mappings.split(';').map((text) => {
      let from = 0;
      return text.split(',').filter(Boolean).map((segment) => {
        const [a, , b = 0, c = 0] = numbers(segment);
        return [from += a, line += b, column += c];
      });
    });
  }

  /** What was printed, with the reader's lines, and without those of a trace that are not the program's. */
  translate(text) {
    return text.split('\n').map((line) => this.#line(line)).filter((line) => line !== null).join('\n');
  }

  /** The reader's line of the first place in a text, or undefined. */
  first(text) {
    const place = PLACE.exec(text);
    return place ? this.#original(place)?.line : undefined;
  }

  #line(text) {
    const place = PLACE.exec(text);
    if (!place) return /^\s*at .*blob:|@blob:/.test(text) ? null : text;
    const at = this.#original(place);
    if (!at) return null;
    const told = text.replace(PLACE, `${place[1]}:${at.line}:${at.column}`);
    // Where V8 names the whole program, there is no function to name; other browsers write name@place.
    return told.replace(/at (?:async )?(?:eval|Object\.<anonymous>) \((.*)\)/, 'at $1').replace(/^(\s*)(?:async\*)?([\w$.<>/]*)@(program.*)$/, (_, space, name, where) => `${space}    at ${name ? `${name} (${where})` : where}`);
  }

  #original([, , line, column]) {
    const at = this.#map[line - 1 - BEFORE]?.findLast(([from]) => from < column);
    return at && {line: at[1] + 1, column: at[2] + 1};
  }
}

/** Numbers are in base 64: five bits each, and one that says whether more follow; the lowest of all is the sign. */
function numbers(segment) {
  const all = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    all.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return all;
}
