// The runs of a block that have ended, with all that they said, and the views in
// which they are replayed and compared. Loaded with the terminal; the views when
// they are opened.

import {element} from '../dom.js';

/** Runs that are kept; a server bounds each. */
const MOST = 24;

/**
 * @typedef {Object} Run
 * @property {number} number from 1
 * @property {string} source the program
 * @property {Object[]} messages
 * @property {Object} end the last of them
 * @property {number} took microseconds
 */

export class History {
  /** @type {Run[]} the latest is the last */
  runs = [];
  #desk;
  #number = 0;
  #messages = [];
  /** Those that were opened. */
  #views = [];
  /** What opens one, by its name. */
  #shows = new Map();

  /** @param {Object} desk what a widget is made of, as runner.js has it */
  constructor(desk) {
    this.#desk = desk;
  }

  /** A run begins. */
  clear() {
    this.#messages = [];
    for (const view of this.#views) view.pause();
  }

  /** Takes a message of the run. */
  receive(message) {
    if (message.type !== 'events') this.#messages.push(message);
    if (message.type === 'end') this.add(this.#desk.program.ran, this.#messages);
  }

  /**
   * Keeps a run that has ended.
   *
   * @param {string} source
   * @param {Object[]} messages
   */
  add(source, messages) {
    if (!messages.some(({body}) => body)) return; // it printed nothing
    this.runs.push({number: ++this.#number, source, messages, end: messages.at(-1), took: Math.max(...messages.map(({t}) => t ?? 0))});
    this.runs.splice(0, this.runs.length - MOST);
    this.#offer('Replay', () => import('./replay.js'));
    if (this.runs.length > 1) this.#offer('Compare', () => import('./compare.js'));
  }

  /** Opens two runs beside each other. */
  compare(one, other) {
    this.#shows.get('Compare')(one, other);
  }

  #offer(text, load) {
    if (this.#shows.has(text)) return;
    const panel = element('div', {});
    let view = null;
    this.#shows.set(text, this.#desk.views.add(text, panel, async (...chosen) => {
      const {View} = await load();
      if (!view) {
        this.#views.push(view = new View(this.#desk, this));
        panel.append(sheet(), view.element);
      }
      view.open(...chosen);
    }));
  }
}

/** The style sheet of all that shows runs. */
export function sheet() {
  return element('link', {rel: 'stylesheet', href: new URL('runs.css', import.meta.url).href});
}
