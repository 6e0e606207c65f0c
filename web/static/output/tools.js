// What can be done with what a program printed: copied and saved exactly as it
// was, or shown at its full height.

import {copyFor} from '../clipboard.js';
import {download} from '../download.js';
import {button as labelled, element} from '../dom.js';

export class Tools {
  element;
  /** Of use only where a program wrote to both streams. */
  parts;
  #output;
  #whole;

  /**
   * @param {string} title the program's
   * @param {string} name of a file to save to, without its ending
   * @param {import('./output.js').Output} output
   * @param {{expand: function(): boolean}} on shows the output in full, or not any more, and says which
   */
  constructor(title, name, output, {expand}) {
    this.#output = output;
    const button = (text, label, click) => labelled(text, `${label}: ${title}`, click);
    const copy = button('Copy output', 'Copy output', () => copyFor(copy, output.text('stdout', 'stderr')));
    const save = button('Save', 'Save output', () => download(`${name}.txt`, plain(output.text('stdout', 'stderr'))));
    const tall = button('Expand', 'Expand output', () => tall.setAttribute('aria-pressed', String(expand())));
    tall.setAttribute('aria-pressed', 'false');
    const parts = ['stdout', 'stderr'].map((stream) => {
      const part = button(`Copy ${stream}`, `Copy ${stream}`, () => copyFor(part, output.text(stream)));
      return part;
    });
    this.parts = element('p', {}, ...parts);
    this.#whole = [copy, save, tall];
    this.element = element('div', {class: 'tools'}, ...this.#whole);
    this.update();
  }

  /** Offers what there is to copy. The room of the rest stays: nothing moves. */
  update() {
    const printed = ['stdout', 'stderr'].filter((stream) => this.#output.text(stream) !== '');
    for (const button of this.#whole) button.disabled = printed.length === 0;
    this.parts.hidden = printed.length < 2;
  }
}

function plain(text) {
  return new Blob([text], {type: 'text/plain;charset=utf-8'});
}
