// The rows of a terminal as lines of the page. All of them are there: a browser
// finds in them, selects and copies them as any text. They stand in blocks, of
// which it lays out those that are in sight, and a flood is drawn over many
// frames.

import {element} from '../dom.js';
import {stamp} from '../format.js';
import {drawn as drawnPicture, picture} from './picture.js';
import {draw} from './text.js';

/** Lines of a block. */
const BLOCK = 100;

/** Lines that are drawn in one frame: a few milliseconds' work. */
const FRAME = 500;

/** Pixels of all pictures together: browsers keep four bytes of each. */
const MAX_PIXELS = 1 << 25;

export class Lines {
  #log;
  #program;
  #lastStamp = '';
  /** Pixels of the pictures that are shown, by row. */
  #pictures = new Map();
  /** Rows whose picture the browser could not decode. */
  #broken = new Set();

  /**
   * @param {Element} log what they stand in
   * @param {{files: Set<string>, goTo: function({file: string, line: number, column: number}): void}} program
   */
  constructor(log, program) {
    this.#log = log;
    this.#program = program;
  }

  /**
   * Draws what has changed, or as much of it as one frame has time for.
   *
   * @param {import('./terminal.js').Terminal} terminal
   * @returns {string[]} the text of lines that are new
   */
  draw({dirty, gone}) {
    for (const row of gone.splice(0)) {
      this.#pictures.delete(row);
      remove(row.node);
    }
    const fresh = [];
    let left = FRAME;
    // A set keeps the order in which rows were begun, and new ones are last.
    for (const row of dirty) {
      if (left-- === 0) break;
      dirty.delete(row);
      if (row.node) row.node.lastChild.replaceChildren(...this.#drawn(row));
      else fresh.push(this.#add(row));
    }
    return fresh;
  }

  #add(row) {
    row.node = this.#line(row);
    this.#block().append(row.node);
    return row.node.querySelector('img')?.alt ?? row.node.textContent;
  }

  /** The block that has room. A full one need not be laid out where it is not seen. */
  #block() {
    const last = this.#log.lastElementChild;
    if (last && last.childElementCount < BLOCK) return last;
    last?.classList.add('full');
    const block = element('div', {class: 'lines'});
    this.#log.append(block);
    return block;
  }

  /** A line, with the time of its first byte where that is news. */
  #line(row) {
    const {stream, t} = row;
    const time = stamp(t);
    const line = element('div', {class: `out ${stream}`, 'data-t': time === this.#lastStamp ? '' : time});
    if (stream !== 'stdout') line.append(element('span', {class: 'unseen'}, `${stream}: `));
    line.append(element('span', {class: 'text'}, ...this.#drawn(row)));
    this.#lastStamp = time;
    return line;
  }

  #drawn(row) {
    const found = row.stream === 'stdout' && !this.#broken.has(row) ? picture(row.text) : null;
    if (!found || !this.#admit(row, found.width * found.height)) return draw(row.spans, this.#program);
    return [drawnPicture(found, () => this.#spell(row))];
  }

  /** Whether the browser can be asked to hold one more picture. */
  #admit(row, pixels) {
    this.#pictures.delete(row);
    const held = [...this.#pictures.values()].reduce((sum, n) => sum + n, 0);
    if (held + pixels > MAX_PIXELS) return false;
    this.#pictures.set(row, pixels);
    return true;
  }

  /** Shows a picture that is none as the text that it is. */
  #spell(row) {
    this.#broken.add(row);
    row.node.lastChild.replaceChildren(...this.#drawn(row));
  }
}

function remove(line) {
  const block = line.parentNode;
  line.remove();
  if (!block.hasChildNodes()) block.remove();
}
