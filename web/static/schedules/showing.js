// What an order of a program shows as it runs: what is printed, and its timeline.

import {element} from '../dom.js';
import {Timeline} from '../timeline/timeline.js';

export class Showing {
  /** Of both, one below the other. */
  elements;
  #output;
  #timeline;

  /**
   * @param {string} label what the output is called
   * @param {...*} timeline see Timeline
   */
  constructor(label, ...timeline) {
    this.#output = element('pre', {class: 'printed', tabindex: '0', hidden: true, 'aria-label': label});
    this.#timeline = new Timeline(...timeline);
    this.elements = [this.#output, this.#timeline.element];
  }

  /** A run begins. */
  clear() {
    this.#timeline.clear();
    this.#output.textContent = '';
    this.#output.hidden = true;
  }

  /** Takes a message of the run; others than those that are shown mean nothing here. */
  receive(message) {
    switch (message.type) {
      case 'events':
        this.#timeline.receive(message);
        break;
      case 'stdout':
      case 'stderr':
        this.#output.append(message.body);
        this.#output.hidden = false;
        break;
    }
  }

  /** The run has ended; the timeline's clock is not the run's. */
  end() {
    this.#timeline.receive({type: 'end', t: 0});
  }
}
