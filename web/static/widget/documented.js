// What the author says that a program prints: shown until it is run, and then
// only where the run printed something else.

import {element} from '../dom.js';

/** Loaded with what shows output, before a run can have ended. */
let comparison;

/** @returns {Promise<void>} */
export async function prepareDocumented() {
  comparison = await import('./comparison.js');
}

export class Documented {
  #element;
  #label;
  #text;

  /** @param {HTMLElement} runner the widget; it may have none */
  constructor(runner) {
    this.#element = runner.querySelector('.documented');
    this.#label = this.#element?.querySelector('p');
    this.#text = this.#element?.querySelector('samp');
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
    const lines = comparison.linesOf(this.#text.textContent);
    const missing = comparison.differing(mode, lines, comparison.linesOf(printed));
    if (missing === null) return 'as documented';
    this.#label.textContent = 'Documented output; this run printed something else';
    this.#text.replaceChildren(...lines.flatMap((line, i) =>
      [missing.has(i) ? element('mark', {}, line || ' ') : line, '\n']));
    this.#element.hidden = false;
    return 'not as documented';
  }
}
