// One order of a program, run again: how it ended, who was stopped where, its output and
// its timeline.

import {copyFor} from '../clipboard.js';
import {button, element} from '../dom.js';
import {linkTo} from './link.js';
import {Showing} from './showing.js';
import {accessed, line, outcome, stopped} from './words.js';

export class Side {
  element;
  seed;
  /** Marks for the program's lines: where somebody was stopped. */
  marks = [];
  #on;
  #pressed;
  #head = element('p', {class: 'head', role: 'status'}, 'running it in that order \u2026');
  #facts = element('ul', {class: 'switches'});
  #showing;
  /** What was told of races in this order. */
  #races = [];
  #stop = null;

  /**
   * @param {string} title the program's
   * @param {string} name of files to save, this order's own
   * @param {string} seed of the order
   * @param {Object} on see Schedules; race says whether races are looked for, marked is called when there are marks, close when it is not wanted any more
   * @param {HTMLElement|null} pressed the button that shows it
   */
  constructor(title, name, seed, on, pressed) {
    [this.seed, this.#on, this.#pressed] = [seed, on, pressed];
    this.#showing = new Showing(`What ${title} printed in this order`, `${title}, seed ${seed}`, name, {light: on.light, goTo: on.goTo, run: () => this.run()});
    const link = button('Copy a link', `Copy a link to this order of ${title}`, async () => copyFor(link, await linkTo(on.source(), this.seed, on.block)));
    const close = button('Close', `Close this order of ${title}`, () => {
      on.close();
      pressed?.focus();
    });
    this.element = element('section', {class: 'side', 'aria-label': `${title} with seed ${seed}`},
        element('div', {class: 'controls'}, link, close), this.#head, this.#facts, ...this.#showing.elements);
  }

  /** Runs the program in that order. */
  run() {
    this.#stop?.();
    this.#showing.clear();
    this.#races = [];
    this.#stop = this.#on.ask({seed: this.seed, observe: true, race: this.#on.race}, (message) => this.#receive(message));
  }

  close() {
    this.#stop?.();
    this.#pressed?.setAttribute('aria-pressed', 'false');
    this.#on.light([]);
    this.element.remove();
  }

  #receive(message) {
    this.#showing.receive(message);
    switch (message.type) {
      case 'race':
        this.#races.push(...message.accesses ?? []);
        break;
      case 'outcome':
        this.#show(message);
        break;
      case 'end':
        this.#stop = null;
        this.#showing.end();
        if (this.#facts.childElementCount === 0 && message.status !== 'ok') this.#head.textContent ||= message.reason;
        break;
      case 'error':
      case 'lost':
        this.#stop = null;
        this.#head.textContent = message.message;
        break;
    }
  }

  #show(o) {
    const {kind} = outcome(o);
    const switches = o.switches ?? [];
    const n = switches.length;
    this.#head.textContent = `${kind}: ${n === 0 ? 'nobody was stopped' : `${n} switch point${n === 1 ? '' : 's'}`}, seed ${o.seed}`;
    this.#facts.replaceChildren(
        ...switches.map((s) => this.#fact(stopped(s), s)),
        ...(o.blocked ?? []).map((d) => this.#fact(`${d.name} waits for ever${d.what ? `: ${d.what}` : ''}`, d)),
        ...this.#races.map((a) => this.#fact(`races: ${accessed(a)}`, a)));
    this.marks = [
      ...switches.map((s) => ({...s, message: s.to ? `${s.name} was stopped here` : `${s.name}: ${s.what}`})),
      ...this.#races.map((a) => ({...a, message: accessed(a)})),
    ].filter((mark) => mark.line).map(({file, line: n, message}) => ({severity: 'waiting', file, line: n, message}));
    this.#on.marked();
  }

  #fact(text, place) {
    const where = line(place);
    return element('li', {}, text, where ? ', ' : '',
        where ? element('button', {type: 'button', class: 'place', click: () => this.#on.goTo({...place, column: 1})}, where) : '');
  }
}
