// Tells screen readers what a program prints, at a pace at which it can be read
// out: a program prints in a second what takes minutes to hear. What is left out
// is said, and can be read in the output.

import {element} from '../dom.js';
import {count} from '../format.js';

/** Time between two announcements, in milliseconds. */
const PACE = 1500;

/** What one announcement holds, in lines and in characters. */
const MAX_LINES = 5;
const MAX_TEXT = 300;

/** Lines that wait; of more only the last are told. */
const MAX_WAITING = 20;

export class Announcer {
  element = element('p', {class: 'unseen announcer', role: 'status'});
  #waiting = [];
  #left = 0;
  #timer = 0;

  /** @param {Array<string>} lines */
  add(lines) {
    this.#waiting.push(...lines.filter((line) => line.trim() !== ''));
    const more = this.#waiting.length - MAX_WAITING;
    if (more > 0) {
      this.#left += more;
      this.#waiting.splice(0, more);
    }
    this.#timer ||= setTimeout(() => this.#tell(), 0);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#waiting = [];
    this.#left = 0;
    this.element.textContent = '';
  }

  #tell() {
    this.#timer = 0;
    if (this.#waiting.length === 0) return;
    const said = [];
    if (this.#left > 0) said.push(`${count(this.#left)} lines are not read out.`);
    this.#left = 0;
    for (let room = MAX_TEXT; said.length < MAX_LINES && this.#waiting.length > 0 && room > 0;) {
      const line = this.#waiting.shift();
      said.push(line.length > room ? `${line.slice(0, room)}…` : line);
      room -= line.length;
    }
    this.element.textContent = said.join('\n');
    this.#timer = setTimeout(() => this.#tell(), PACE);
  }
}
