// A run that has ended, printed again in its own time, or in slow motion.

import {element} from '../dom.js';
import {Clock} from './clock.js';

export class View {
  element;
  #history;
  #clock;
  #output;
  /** @type {import('./history.js').Run|null} */
  #run = null;
  /** How many of its messages are shown. */
  #shown = 0;

  /**
   * @param {Object} desk what a widget is made of, as runner.js has it
   * @param {import('./history.js').History} history
   */
  constructor({title, printer}, history) {
    this.#history = history;
    this.#clock = new Clock(title, (t) => this.#show(t));
    this.#output = printer(`Replay of ${title}`);
    this.element = element('div', {class: 'replay'}, this.#clock.element, this.#output.element);
  }

  /** Shows the latest run, from its beginning. */
  open() {
    this.#run = this.#history.runs.at(-1);
    this.#clear();
    this.#clock.begin(this.#run.took);
  }

  pause() {
    this.#clock.pause();
  }

  #clear() {
    this.#shown = 0;
    this.#output.clear(this.#run.source);
  }

  #show(t) {
    const {messages} = this.#run;
    if (this.#shown > 0 && messages[this.#shown - 1].t > t) this.#clear();
    while (this.#shown < messages.length && (messages[this.#shown].t ?? 0) <= t) {
      const message = messages[this.#shown++];
      if (['stdout', 'stderr', 'stdin'].includes(message.type)) this.#output.write(message);
    }
  }
}
