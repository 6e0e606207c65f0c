// What else could happen: the outcomes that a program has in other orders of its
// goroutines, each with its output and its timeline, and the reader as the scheduler.
// Loaded when it is opened.

import {button, element} from '../dom.js';
import {count} from '../format.js';
import {noServer} from '../backend/server.js';
import {Player} from './player.js';
import {Side} from './side.js';
import {becauseOf, outcome, share} from './words.js';

/** How many orders are tried; a server that allows fewer tries those. */
const ORDERS = 5000;

/** Sides that are open at once: two can be compared. */
const MAX_SIDES = 2;

export class Schedules {
  element;
  #title;
  #name;
  #on;
  #said = element('p', {class: 'said', role: 'status'});
  #table = element('div', {class: 'outcomes'});
  #sides = element('div', {class: 'sides'});
  #again;
  #races = element('input', {type: 'checkbox'});
  #play;
  /** @type {Side[]} in the order in which they were opened */
  #open = [];
  #player = null;
  /** The program that the table is about. */
  #source = null;
  /** Ends the search that is under way. */
  #stop = null;
  #outcomes = [];

  /**
   * @param {string} title the program's
   * @param {string} name of files to save
   * @param {{source: function(): string, ask: function(Object, function(Object): void): function(): void, light: function(Object[]): void,
   *     goTo: function(Object): void, mark: function(Object[]): void, differs: function(string): boolean}} on ask asks the server for a run of the program
   *     with those fields besides, and returns what gives it up
   */
  constructor(title, name, on) {
    [this.#title, this.#name, this.#on] = [title, name, {...on, block: name}];
    this.#again = button('Try orders', `Try orders of its goroutines: ${title}`, () => this.#search());
    this.#play = button('Be the scheduler', `Be the scheduler: choose who goes on in ${title}`, () => this.#start());
    this.element = element('div', {class: 'schedules'}, style('schedules.css'),
        element('div', {class: 'controls'}, this.#again, element('label', {}, this.#races, ' with data races'), this.#play), this.#said, this.#table, this.#sides);
  }

  /** Shows the outcomes, or the one order of a seed. */
  open(seed) {
    if (seed) {
      this.#begin();
      this.#races.checked = true; // it may be the order of one
      this.#show({seed});
    } else if (this.#source !== this.#on.source()) {
      this.#search();
    }
  }

  /** Forgets what was found of another program. */
  #begin() {
    this.#stop?.();
    this.#stop = null;
    this.#source = this.#on.source();
    this.#outcomes = [];
    this.#table.replaceChildren();
    this.#player?.close();
    for (const side of [...this.#open]) this.#close(side);
    this.#on.mark([]);
    this.#said.textContent = '';
  }

  #search() {
    this.#begin();
    if (noServer()) {
      this.#said.textContent = 'There is no server that could try them.';
      return;
    }
    this.#said.textContent = `trying up to ${count(ORDERS)} orders \u2026`;
    this.#again.disabled = true;
    this.#stop = this.#on.ask({schedules: ORDERS, race: this.#races.checked}, (message) => this.#receive(message));
  }

  #receive(message) {
    switch (message.type) {
      case 'queued':
        this.#said.textContent = `waiting for a free place: number ${message.position} in the queue`;
        break;
      case 'outcome':
        this.#outcomes.push(message);
        break;
      case 'schedules':
        this.#found(message);
        break;
      case 'end':
        if (message.status !== 'ok') this.#said.textContent = message.status === 'compile_error' ? 'It does not compile: Run tells why.' : `The search has ended: ${message.reason}.`;
        this.#over();
        break;
      case 'error':
      case 'lost':
        this.#said.textContent = message.message;
        this.#over();
        break;
    }
  }

  #over() {
    this.#again.disabled = false;
    this.#stop = null;
  }

  #found({runs, all, others = 0, perturbed, unscheduled}) {
    const n = this.#outcomes.length;
    const orders = perturbed ? `${count(runs)} real runs, disturbed at random` : all ? `${runs === 1 ? 'The only order' : `All ${count(runs)} orders`} there ${runs === 1 ? 'is' : 'are'}` : `${count(runs)} orders tried`;
    this.#said.textContent = `${orders}: ${n === 1 ? 'it always ends like this' : `${n} outcomes`}` +
        `${others > 0 ? `, and ${count(others)} with others` : ''}. ${perturbed ? becauseOf(unscheduled) : 'How often is a share of the orders, not of what a machine would do.'}`;
    const rows = this.#outcomes.map((o) => this.#row(o, runs));
    this.#table.replaceChildren(element('table', {}, element('caption', {}, 'How it can end'),
        element('thead', {}, element('tr', {}, ...['Share', 'Outcome', 'Order'].map((h) => element('th', {scope: 'col'}, h)))),
        element('tbody', {}, ...rows)));
  }

  #row(o, runs) {
    const {kind: ended, detail} = outcome(o);
    const differs = o.kind === 'ok' && this.#on.differs(o.output);
    const kind = differs ? `${ended}, not as documented` : ended;
    const part = share(o.count, runs);
    const show = button('Show', `Show output and timeline of this outcome: ${kind}`, () => this.#toggle(o, show), {'aria-pressed': 'false', disabled: o.seed === ''});
    return element('tr', {'data-kind': differs ? 'differs' : o.kind}, element('td', {}, part),
        element('td', {}, element('b', {}, kind), detail ? element('code', {}, detail) : '', element('small', {}, o.seed ? `seed ${o.seed}` : 'cannot be shown')),
        element('td', {}, show));
  }

  #toggle(o, pressed) {
    const side = this.#open.find((s) => s.seed === o.seed);
    if (side) this.#close(side);
    else this.#show(o, pressed);
  }

  #show(o, pressed = null) {
    this.#player?.close();
    while (this.#open.length >= MAX_SIDES) this.#close(this.#open[0]);
    const side = new Side(this.#title, `${this.#name}-${o.seed.replace(/\W/g, '-')}`, o.seed, {
      ...this.#on, race: this.#races.checked, marked: () => this.#mark(), close: () => this.#close(side),
    }, pressed);
    this.#open.push(side);
    this.#sides.append(side.element);
    pressed?.setAttribute('aria-pressed', 'true');
    side.run();
  }

  #close(side) {
    side.close();
    this.#open = this.#open.filter((s) => s !== side);
    this.#mark();
  }

  /** Marks in the program where the orders that are shown stop somebody. */
  #mark() {
    this.#on.mark(this.#open.flatMap((side) => side.marks));
  }

  #start() {
    const source = this.#on.source();
    if (this.#source !== source) this.#begin();
    for (const side of [...this.#open]) this.#close(side);
    this.#player?.close();
    const player = this.#player = new Player(this.#title, this.#name, {...this.#on, close: () => {
      if (this.#player === player) this.#player = null;
      this.#table.hidden = this.#said.hidden = false;
      this.#play.focus();
    }});
    this.#table.hidden = this.#said.hidden = true; // a phone has no room for both
    this.#sides.append(player.element);
    player.step();
  }
}

/** A style sheet that stands beside this module: on another site the element is in a shadow tree. */
function style(name) {
  return element('link', {rel: 'stylesheet', href: new URL(name, import.meta.url).href});
}
