// The line beside the buttons: how a run is doing, in words and in numbers.

import {element} from '../dom.js';
import {duration, part, row, size} from '../format.js';

export class Status {
  /** data-away is there while the connection is not. */
  element;
  // The words are read out when they change; the numbers change too often.
  #reason = element('span', {class: 'reason', role: 'status'});
  #numbers = element('span', {class: 'numbers'});
  #saying = '';
  #away = '';
  #timer = 0;

  constructor() {
    this.element = element('p', {class: 'status'}, this.#reason, ' ', this.#numbers);
  }

  /** What it says when the connection is there. */
  get saying() {
    return this.#saying;
  }

  say(text) {
    this.#saying = text;
    this.#draw();
  }

  /** Says this instead until it is called with ''. */
  away(text) {
    this.#away = text;
    this.#draw();
  }

  /** @param {...string} parts none for nothing */
  numbers(...parts) {
    this.#numbers.textContent = row(...parts);
  }

  /**
   * Counts seconds down where the numbers are.
   *
   * @param {number} ms
   * @param {string} what the seconds are for: "trying again"
   * @param {function(): void} done
   */
  countDown(ms, what, done) {
    this.stopCounting();
    const end = performance.now() + ms;
    const step = () => {
      const left = end - performance.now();
      if (left <= 0) {
        this.stopCounting();
        done();
        return;
      }
      this.numbers(`${what} in ${Math.ceil(left / 1000)} s`);
      this.#timer = setTimeout(step, left % 1000 || 1000);
    };
    step();
  }

  stopCounting() {
    clearTimeout(this.#timer);
    this.numbers();
  }

  #draw() {
    this.#reason.textContent = this.#away || this.#saying;
    this.element.toggleAttribute('data-away', this.#away !== '');
  }
}

/** What a run has used until now, of what it may use. Browsers tell of time and output only. */
export function budget({t, cpu, memory, output}, limits) {
  const seconds = (micros, ms) => (ms ? `${(micros / 1e6).toFixed(1)}/${ms / 1000} s` : duration(micros));
  return [
    seconds(t, limits?.wallMs), ...(cpu === undefined ? [] : [`CPU ${seconds(cpu, limits?.cpuMs)}`, part(memory, limits?.memory)]),
    part(output, limits?.output),
  ];
}

/** What a run has used in all. */
export function used({cpu, memory}) {
  return cpu === undefined ? [] : [`CPU ${duration(cpu)}`, size(memory)];
}
