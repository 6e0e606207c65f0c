// What a program printed. Text waits for the next frame and is then drawn at
// once, and the page holds at most MAX_LINES lines of it: a flood of output
// costs the tab nothing more.

import {element} from '../dom.js';
import {count, stamp} from '../format.js';

/** Lines that are shown. */
const MAX_LINES = 2000;

/** A longer line is broken. In UTF-16 units. */
const MAX_LINE = 4000;

/** More lines in a frame than a screen reader could read out. */
const TOO_MANY_TO_SAY = 50;

export class Output {
  element;
  #log;
  #note;
  /** Messages that wait for a frame. */
  #waiting = [];
  #frame = 0;
  /** The line that the next text of its stream continues. */
  #open = null;
  #dropped = 0;
  /** All messages as they came; the server bounds them. */
  #record = [];
  #lastStamp = '';

  /** @param {string} label */
  constructor(label) {
    // The log is there while it is empty: screen readers read out what is
    // added to a region that they know.
    this.#log = element('div', {class: 'log', role: 'log', 'aria-label': label});
    this.#note = element('p', {class: 'log-note', hidden: true});
    this.element = element('div', {class: 'output'}, this.#note, this.#log);
  }

  clear() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#waiting = [];
    this.#open = null;
    this.#dropped = 0;
    this.#record = [];
    this.#lastStamp = '';
    this.#log.replaceChildren();
    this.#log.removeAttribute('aria-live');
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
    this.#draw(this.#pieces());
    if (follow) this.#log.scrollTop = this.#log.scrollHeight;
    // Who reads with the keyboard can scroll it, once there is something.
    this.#log.tabIndex = 0;
  }

  /** Says that a program printed nothing, if so. */
  finish() {
    this.flush();
    if (this.text('stdout', 'stderr') === '') this.#say('The program printed nothing.');
  }

  /** Takes the waiting text apart: one piece continues or is one line. */
  #pieces() {
    const pieces = [];
    for (const {type, t, body} of this.#waiting.splice(0)) {
      for (const line of body.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
        const ended = line.endsWith('\n');
        const text = ended ? line.slice(0, -1) : line;
        for (let at = 0; at === 0 || at < text.length; at += MAX_LINE) {
          const last = at + MAX_LINE >= text.length;
          pieces.push({stream: type, t, text: text.slice(at, at + MAX_LINE), ended: ended || !last});
        }
      }
    }
    return pieces;
  }

  #draw(pieces) {
    if (pieces.length > TOO_MANY_TO_SAY) this.#log.setAttribute('aria-live', 'off');
    const skip = Math.max(0, pieces.length - MAX_LINES);
    if (skip > 0) {
      this.#open = null;
      this.#dropped += skip + this.#log.childElementCount;
      this.#log.replaceChildren();
    }
    const lines = document.createDocumentFragment();
    for (const piece of pieces.slice(skip)) this.#piece(piece, lines);
    this.#log.append(lines);
    this.#trim();
  }

  #piece({stream, t, text, ended}, lines) {
    const shown = visible(text);
    const open = this.#open;
    if (open && open.stream === stream && open.length + shown.length <= MAX_LINE) {
      open.node.lastChild.append(shown);
      open.length += shown.length;
    } else {
      this.#open = {stream, length: shown.length, node: this.#line(stream, t, shown)};
      lines.append(this.#open.node);
    }
    if (ended) this.#open = null;
  }

  /** A line, with the time of its first byte where that is news. */
  #line(stream, t, text) {
    const time = stamp(t);
    const line = element('div', {class: `out ${stream}`, 'data-t': time === this.#lastStamp ? '' : time});
    if (stream !== 'stdout') line.append(element('span', {class: 'unseen'}, `${stream}: `));
    line.append(element('span', {class: 'text'}, text));
    this.#lastStamp = time;
    return line;
  }

  #trim() {
    for (let over = this.#log.childElementCount - MAX_LINES; over > 0; over--) {
      this.#log.firstElementChild.remove();
      this.#dropped++;
    }
    if (this.#dropped > 0) this.#say(`${count(this.#dropped)} earlier lines are not shown.`);
  }

  #say(text) {
    this.#note.textContent = text;
    this.#note.hidden = false;
  }
}

/** Shows control characters instead of obeying them. */
function visible(text) {
  return text.replace(/\r$/, '')
      .replace(/[\0-\x08\x0b-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
      .replace(/\x7f/g, '\u2421');
}
