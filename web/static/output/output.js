// What a program printed. Text waits for the next frame; all of it is shown,
// and all of it is kept as it came, to be copied.

import {element} from '../dom.js';
import {prepareAdvice} from './advice.js';
import {fileNames} from './places.js';
import {prepareDocumented} from '../widget/documented.js';

/** Who only reads needs no terminal: it is loaded when a block is touched. */
let Terminal = null;
let Lines = null;
let Announcer = null;
let loading = null;

/** What is offered besides the output, when that is loaded. */
export let Extras = null;

/**
 * Loads what is needed to show output.
 *
 * @returns {Promise<void>}
 */
export function prepare() {
  loading ??= Promise.all([import('./terminal.js'), import('./lines.js'), import('./announcer.js'), import('../widget/extras.js'), prepareAdvice(), prepareDocumented()]).then(([terminal, lines, announcer, extras]) => {
    Terminal = terminal.Terminal;
    Lines = lines.Lines;
    Announcer = announcer.Announcer;
    Extras = extras.Extras;
  }, (error) => {
    loading = null; // the next run tries again
    throw error;
  });
  return loading;
}

/** Whether output can be shown. */
export function prepared() {
  return Terminal !== null;
}

export class Output {
  element;
  #log;
  #note;
  /** Messages that wait for a frame. */
  #waiting = [];
  #frame = 0;
  /** Made when there is something to show. */
  #terminal = null;
  #lines = null;
  /** Made with the first run. */
  #announcer = null;
  /** All messages as they came; the server bounds them. */
  #record = [];
  #goTo;
  /** Names of the files of the program that printed. */
  #files = new Set();

  /**
   * @param {string} label
   * @param {function({file: string, line: number, column: number}): void} goTo is called with a place in the
   *     program that the reader chose
   */
  constructor(label, goTo) {
    this.#goTo = goTo;
    // The announcer says what comes, at a pace at which it can be heard.
    this.#log = element('div', {class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': label});
    this.#note = element('p', {class: 'log-note', hidden: true});
    this.element = element('div', {class: 'output'}, this.#note, this.#log);
  }

  /** @param {string} [source] the program that will print */
  clear(source = '') {
    this.#files = new Set(fileNames(source));
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#waiting = [];
    this.#terminal = null;
    this.#lines = null;
    this.#record = [];
    this.#log.replaceChildren();
    prepare().then(() => this.#announce(), () => {}); // a run tells of what cannot be loaded
    this.#announcer?.clear();
    this.#log.removeAttribute('tabindex');
    this.#note.hidden = true;
  }

  /** @param {{type: string, t: number, body: string}} message stdout, stderr, or stdin: what the reader typed */
  write(message) {
    this.#waiting.push(message);
    this.#record.push(message);
    this.#frame ||= requestAnimationFrame(() => this.flush());
  }

  /**
   * What the program printed, to the letter, whatever of it is shown.
   *
   * @param {...string} streams in the order in which it printed
   */
  text(...streams) {
    return this.#record.filter(({type}) => streams.includes(type)).map(({body}) => body).join('');
  }

  /** Draws what was written; of a flood so much that the page stays smooth, and more with each frame. */
  flush() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#waiting.length === 0 && !this.#terminal?.dirty.size) return;
    const follow = this.#log.scrollTop + this.#log.clientHeight >= this.#log.scrollHeight - 4;
    this.#draw();
    if (follow) this.#log.scrollTop = this.#log.scrollHeight;
    // Who reads with the keyboard can scroll it, once there is something.
    this.#log.tabIndex = 0;
    if (this.#terminal.dirty.size > 0) this.#frame = requestAnimationFrame(() => this.flush());
  }

  /** Says that a program printed nothing, if so. */
  finish() {
    this.flush();
    if (this.text('stdout', 'stderr') === '') this.#say('The program printed nothing.');
  }

  /** The region is there before anything is said in it: screen readers read out what is added to one that they know. */
  #announce() {
    if (this.#announcer || !Announcer) return;
    this.#announcer = new Announcer();
    this.element.append(this.#announcer.element);
  }

  #draw() {
    this.#terminal ??= new Terminal();
    this.#lines ??= new Lines(this.#log, {files: this.#files, goTo: this.#goTo});
    for (const message of this.#waiting.splice(0)) this.#terminal.write(message);
    this.#announce();
    this.#announcer.add(this.#lines.draw(this.#terminal));
  }

  #say(text) {
    this.#note.textContent = text;
    this.#note.hidden = false;
  }
}
