// The compiler's findings, each a button that goes to its line.

import {element} from '../dom.js';

export class Diagnostics {
  element;
  #goTo;
  #found = [];
  #outdated = element('li', {class: 'outdated', hidden: true}, 'You have changed the program since; Run looks at it again.');

  /** @param {Function} goTo takes the diagnostic that the reader chose */
  constructor(goTo) {
    this.#goTo = goTo;
    this.element = element('ul', {class: 'diagnostics', hidden: true, 'aria-label': 'Messages of the compiler'}, this.#outdated);
  }

  /** All of this run, in the order in which they came. */
  get found() {
    return this.#found;
  }

  clear() {
    this.#found = [];
    this.element.replaceChildren(this.#outdated);
    this.age(false);
    this.element.hidden = true;
  }

  /** Says whether the program was changed after these were found. */
  age(outdated) {
    this.#outdated.hidden = !outdated;
  }

  /** @param {{severity: string, message: string, file?: string, line?: number, column?: number}} d */
  add(d) {
    this.#found.push(d);
    this.element.append(element('li', {class: d.severity}, this.#entry(d)));
    this.element.hidden = false;
  }

  #entry(d) {
    const text = [
      element('span', {class: 'severity'}, d.severity),
      element('span', {class: 'message'}, d.message),
    ];
    if (!d.line) return element('p', {}, ...text);
    const place = [d.file, d.line, d.column].filter(Boolean).join(':');
    return element('button', {type: 'button', click: () => this.#goTo(d)},
        element('span', {class: 'place'}, place), ' ', ...text);
  }
}
