// What the author says that a program prints: shown until it is run, and then
// only where the run printed something else.

import {element} from '../dom.js';

/** What stands for what differs from run to run, as package expect has it. */
const PLACEHOLDERS = {
  any: '.*',
  date: '\\d{4}-\\d{2}-\\d{2}',
  duration: '-?(?:\\d+(?:\\.\\d+)?(?:ns|us|µs|ms|s|m|h))+',
  hex: '(?:0x)?[0-9a-fA-F]+',
  int: '[+-]?\\d+',
  number: '[+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?',
  time: '\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?',
  word: '\\S+',
};

export class Documented {
  #element;
  #label;
  #text;
  #lines;

  /** @param {HTMLElement} runner the widget; it may have none */
  constructor(runner) {
    this.#element = runner.querySelector('.documented');
    this.#label = this.#element?.querySelector('p');
    this.#text = this.#element?.querySelector('samp');
    this.#lines = this.#text && linesOf(this.#text.textContent);
  }

  /** The program begins to run, or its own output is there. */
  hide() {
    if (this.#element) this.#element.hidden = true;
  }

  /**
   * Holds what the author's program printed against what is documented.
   *
   * @param {string} printed both streams
   * @returns {string} in words, or nothing where nothing is documented
   */
  compare(printed) {
    const mode = this.#element?.dataset.mode;
    if (!mode || mode === 'any') return '';
    const missing = differing(mode, this.#lines, linesOf(printed));
    if (missing === null) return 'as documented';
    this.#label.textContent = 'Documented output; this run printed something else';
    this.#text.replaceChildren(...this.#lines.flatMap((line, i) =>
      [missing.has(i) ? element('mark', {}, line || ' ') : line, '\n']));
    this.#element.hidden = false;
    return 'not as documented';
  }
}

/** Spaces at the end of a line, and empty lines at both ends, do not count. */
function linesOf(text) {
  return text.split('\n').map((line) => line.trimEnd()).join('\n').replace(/^\n+|\n+$/g, '').split('\n');
}

/** The numbers of the lines that were not printed so, or null if all is as it should be. */
function differing(mode, want, got) {
  const missing = new Set();
  const left = [...got];
  want.forEach((line, i) => {
    const same = mode === 'regexp' ? expression(line) : (printed) => printed === line;
    if (mode === 'exact' || mode === 'regexp') {
      if (!(i < got.length && same(got[i]))) missing.add(i);
      return;
    }
    const at = left.findIndex(same);
    if (at < 0) missing.add(i);
    else left.splice(mode === 'contains' ? 0 : at, mode === 'contains' ? at + 1 : 1);
  });
  const more = mode !== 'contains' && got.length > want.length;
  return missing.size > 0 || more ? missing : null;
}

/** A line that JavaScript cannot read as Go does is taken to be right. */
function expression(line) {
  const source = Object.entries(PLACEHOLDERS).reduce((text, [name, pattern]) => text.replaceAll(`{${name}}`, `(?:${pattern})`), line);
  try {
    const wanted = new RegExp(`^(?:${source})$`, 'u');
    return (printed) => wanted.test(printed);
  } catch {
    return () => true;
  }
}
