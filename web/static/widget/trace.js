// The name that a run has in the server's log, for whoever reports a problem.

import {copyFor} from '../clipboard.js';
import {button, element} from '../dom.js';

export class Trace {
  element;
  #code = element('code', {});
  #copy;

  /** @param {string} title the program's */
  constructor(title) {
    this.#copy = button('Copy', `Copy the id of this run: ${title}`, () => copyFor(this.#copy, this.#code.textContent));
    this.element = element('details', {class: 'trace', hidden: true},
        element('summary', {}, 'Details'),
        element('p', {}, 'Run ', this.#code, ' ', this.#copy, ' Name it when you report a problem.'));
  }

  /** @param {string|undefined} id of the run, as the server calls it */
  show(id) {
    if (!id) return;
    this.#code.textContent = id;
    this.#copy.disabled = false;
    this.element.hidden = false;
  }

  /** Keeps the room for the next run's. */
  clear() {
    this.#code.textContent = '–';
    this.#copy.disabled = true;
  }
}
