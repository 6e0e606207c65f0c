// What a program printed. Text waits for the next frame and is then drawn at
// once, and the page shows at most MAX_LINES lines of it: a flood of output
// costs the tab nothing more. All of it is kept, to be copied.

import {element} from '../dom.js';
import {prepareAdvice} from './advice.js';
import {count, stamp} from '../format.js';
import {fileNames} from './places.js';
import {draw} from './text.js';
import {prepareDocumented} from '../widget/documented.js';

/** Lines that are shown. */
const MAX_LINES = 2000;

/** Who only reads needs no terminal: it is loaded when a block is touched. */
let Terminal = null;
let Announcer = null;
let loading = null;

/** What offers charts, when that is loaded. */
export let Plots = null;

/**
 * Loads what is needed to show output.
 *
 * @returns {Promise<void>}
 */
export function prepare() {
  loading ??= Promise.all([import('./terminal.js'), import('./announcer.js'), import('../widget/plots.js'), prepareAdvice(), prepareDocumented()]).then(([terminal, announcer, plots]) => {
    Terminal = terminal.Terminal;
    Announcer = announcer.Announcer;
    Plots = plots.Plots;
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
  #dropped = 0;
  /** Made with the first run. */
  #announcer = null;
  /** All messages as they came; the server bounds them. */
  #record = [];
  #lastStamp = '';
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
    this.#dropped = 0;
    this.#record = [];
    this.#lastStamp = '';
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

  /** Draws everything that was written. */
  flush() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#waiting.length === 0) return;
    const follow = this.#log.scrollTop + this.#log.clientHeight >= this.#log.scrollHeight - 4;
    this.#terminal ??= new Terminal();
    for (const message of this.#waiting.splice(0)) this.#terminal.write(message);
    this.#draw();
    if (follow) this.#log.scrollTop = this.#log.scrollHeight;
    // Who reads with the keyboard can scroll it, once there is something.
    this.#log.tabIndex = 0;
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
    const {dirty, rows} = this.#terminal;
    this.#dropped += this.#terminal.trim(MAX_LINES);
    for (const {node} of this.#terminal.gone.splice(0)) node.remove();
    const lines = document.createDocumentFragment();
    // A set keeps the order in which rows were begun, and new ones are last.
    for (const row of dirty) {
      if (row.node) this.#redraw(row);
      else lines.append(this.#line(row));
    }
    dirty.clear();
    this.#announce();
    this.#announcer.add([...lines.children].map((line) => line.textContent));
    this.#log.append(lines);
    if (this.#dropped > 0) this.#say(`${count(this.#dropped)} earlier lines are not shown; Copy and Save have them.`);
    else if (rows.length > 0) this.#note.hidden = true;
  }

  #redraw(row) {
    row.node.lastChild.replaceChildren(...this.#drawn(row));
  }

  /** A line, with the time of its first byte where that is news. */
  #line(row) {
    const {stream, t} = row;
    const time = stamp(t);
    const line = element('div', {class: `out ${stream}`, 'data-t': time === this.#lastStamp ? '' : time});
    if (stream !== 'stdout') line.append(element('span', {class: 'unseen'}, `${stream}: `));
    line.append(element('span', {class: 'text'}, ...this.#drawn(row)));
    this.#lastStamp = time;
    row.node = line;
    return line;
  }

  #drawn({spans}) {
    return draw(spans, {files: this.#files, goTo: this.#goTo});
  }

  #say(text) {
    this.#note.textContent = text;
    this.#note.hidden = false;
  }
}
