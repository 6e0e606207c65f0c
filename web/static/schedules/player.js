// The reader as the scheduler: wherever more than one goroutine could go on, the reader
// says which. Each step runs the program again, as far as it was chosen; so one can go
// back.

import {copyFor} from '../clipboard.js';
import {button, element} from '../dom.js';
import {linkTo} from './link.js';
import {Showing} from './showing.js';
import {line, outcome, would} from './words.js';

export class Player {
  element;
  #title;
  #on;
  #choices = [];
  /** Who went on at each of them, in words. */
  #told = [];
  /** The choice that is to be made; null while it is fetched, and at the end. */
  #choice = null;
  #said = element('p', {class: 'head', role: 'status'});
  #options = element('ol', {class: 'options'});
  #back;
  #link;
  #showing;
  #seed = '';
  /** Gives up the run that is under way; null when there is none. */
  #stop = null;
  /** Choices were made while it was. */
  #next = false;

  /**
   * @param {string} title the program's
   * @param {string} name of files to save
   * @param {Object} on see Schedules; close is called when it is over
   */
  constructor(title, name, on) {
    [this.#title, this.#on] = [title, on];
    this.#showing = new Showing(`What ${title} has printed so far`, `${title}, as you choose`, `${name}-chosen`, {
      light: on.light, goTo: on.goTo, run: () => this.#restart(), lane: (g) => this.#takeLane(g),
    });
    this.#back = button('\u2190 Back', `\u2190 Back: take back the last choice in ${title}`, () => this.#undo());
    this.#link = button('Copy a link', `Copy a link to this order of ${title}`, async () => copyFor(this.#link, await linkTo(on.source(), this.#seed, on.block)), {hidden: true});
    const again = button('Start over', `Start over: ${title}`, () => this.#restart());
    const close = button('Close', `Close: stop being the scheduler of ${title}`, () => this.close());
    this.element = element('section', {class: 'side player', 'aria-label': `You schedule ${title}`, keydown: (event) => this.#key(event)},
        element('div', {class: 'controls'}, this.#back, again, this.#link, close), this.#said, this.#options, ...this.#showing.elements);
  }

  /** Runs the program as far as it was chosen. */
  step() {
    this.#choice = null;
    this.#next = this.#stop !== null; // a session may have a few runs only, and the one before ends at once
    if (this.#next) return;
    this.#showing.clear();
    this.#back.disabled = this.#choices.length === 0;
    this.#link.hidden = true;
    for (const option of this.#options.querySelectorAll('button')) option.setAttribute('aria-disabled', 'true');
    this.#stop = this.#on.ask({choices: this.#choices, observe: true}, (message) => this.#receive(message));
  }

  close() {
    if (!this.element.isConnected) return;
    this.#stop?.();
    this.#stop = null;
    this.#on.light([]);
    this.#on.mark([]);
    this.element.remove();
    this.#on.close();
  }

  #receive(message) {
    this.#showing.receive(message);
    switch (message.type) {
      case 'choice':
        this.#ask(message);
        break;
      case 'outcome':
        this.#ended(message);
        break;
      case 'end':
        this.#stop = null;
        if (this.#next) this.step();
        if (this.#choice || this.#stop) break; // it is only left where it is
        this.#showing.end();
        if (!this.#seed) this.#said.textContent = message.reason;
        break;
      case 'error':
      case 'lost':
        this.#stop = null;
        this.#said.textContent = `${message.message}; Back or Start over tries again`;
        break;
    }
  }

  /** Shows who could go on. */
  #ask(choice) {
    if (this.#next) return; // it has been made
    this.#choice = choice;
    const last = this.#told.at(-1);
    this.#said.textContent = `${last ? `${last}. ` : ''}Choice ${choice.number + 1}: who goes on?`;
    const buttons = choice.options.map((o, i) => {
      const where = line(o);
      return element('button', {type: 'button', click: () => this.#take(i), ...(i === choice.default && {'data-default': true})},
          `${would(o)}${where ? `, ${where}` : ''}${i === choice.default ? ' (as usual)' : ''}`);
    });
    const had = this.element.contains(this.element.getRootNode().activeElement) || this.#choices.length === 0;
    this.#options.replaceChildren(...buttons.map((b) => element('li', {}, b)));
    if (had) (buttons[choice.default] ?? buttons[0]).focus({preventScroll: this.#choices.length > 0});
    this.#mark(choice.options);
  }

  /** Marks in the program where everybody stands who could go on. */
  #mark(options) {
    this.#on.mark(options.filter((o) => o.line).map((o) => ({severity: 'waiting', file: o.file, line: o.line, message: would(o)})));
  }

  #ended(o) {
    if (this.#next) return; // it was taken back
    this.#seed = o.seed;
    const {kind, detail} = outcome(o);
    const waits = (o.blocked ?? []).map((d) => `${d.name} waits for ever${d.line ? ` at line ${d.line}` : ''}`);
    this.#said.textContent = `With your ${this.#choices.length} choices: ${[kind, detail, ...waits].filter(Boolean).join('; ')}.${o.seed ? ` Seed ${o.seed}.` : ''}`;
    this.#options.replaceChildren();
    this.#link.hidden = !o.seed;
    this.#on.mark([]);
    this.#back.focus();
  }

  #take(i) {
    if (!this.#choice || i >= this.#choice.options.length) return;
    this.#choices.push(i);
    this.#told.push(`You chose ${this.#choice.options[i].name}`);
    this.#seed = '';
    this.step();
  }

  /** A lane of the timeline was chosen. Says whether that was a choice. */
  #takeLane(g) {
    const i = this.#choice?.options.findIndex((o) => o.g === g) ?? -1;
    if (i >= 0) this.#take(i);
    return i >= 0;
  }

  #undo() {
    if (this.#choices.length === 0) return;
    this.#choices.pop();
    this.#told.pop();
    this.#seed = '';
    this.step();
  }

  #restart() {
    this.#choices = [];
    this.#told = [];
    this.#seed = '';
    this.step();
  }

  /** Digits choose, and Backspace takes back. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Backspace') this.#undo();
    else if (/^[1-9]$/.test(event.key)) this.#take(Number(event.key) - 1);
    else return;
    event.preventDefault();
  }
}
