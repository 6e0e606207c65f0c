// A program's output as a terminal would hold it: rows of styled text, with a
// cursor that carriage returns and a few escape sequences move. It knows
// nothing of the page. Each row belongs to one stream; a stream that goes on
// after the other has printed begins a new one.

import {END, PLAIN, Row} from './row.js';

/** A longer line is broken. In UTF-16 units. */
const MAX_LINE = 4000;

/** One that may be a picture is broken later: no run may print as much. */
const MAX_PICTURE = 1 << 20;

/** An escape sequence that is longer than this is none. */
const MAX_SEQUENCE = 2100;

const TOKEN = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bc|[\n\r\b\f]|[^\x1b\n\r\b\f]+|\x1b/g;

/** A line that may be a picture; see picture.js. */
const PICTURE = /^IMAGE:[A-Za-z\d+/]+=?$/;

/** The beginning of a sequence whose rest may come with the next message. */
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?$/;

export class Terminal {
  /** @type {Row[]} */
  rows = [];
  /** Rows that have changed since they were drawn. */
  dirty = new Set();
  /** Rows that were drawn and are not there any more. */
  gone = [];
  /** The index of the cursor's row; rows.length when the next text begins one. */
  #at = 0;
  #column = END;
  /** By stream, because programs forget to reset it. */
  #style = {};
  #rest = {};

  /** @param {{type: string, t: number, body: string}} message */
  write({type, t, body}) {
    let text = (this.#rest[type] ?? '') + body;
    const unfinished = UNFINISHED.exec(text);
    this.#rest[type] = unfinished && unfinished[0].length < MAX_SEQUENCE ? unfinished[0] : '';
    text = text.slice(0, text.length - this.#rest[type].length);
    for (const [token] of text.matchAll(TOKEN)) this.#token(token, type, t);
  }

  #token(token, stream, t) {
    switch (token[0]) {
      case '\n': this.#newline(stream, t); break;
      case '\r': this.#column = 0; break;
      case '\b': this.#column = Math.max(0, this.#place() - 1); break;
      case '\f': this.#clear(); break;
      case '\x1b': this.#escape(token, stream, t); break;
      default: this.#put(token, stream, t);
    }
  }

  #newline(stream, t) {
    if (this.#at >= this.rows.length || this.rows[this.#at].stream !== stream) this.#begin(stream, t);
    this.#at++;
    this.#column = this.#at < this.rows.length ? 0 : END;
  }

  #begin(stream, t) {
    const row = new Row(stream, t);
    this.#at = this.rows.push(row) - 1;
    this.#column = END;
    this.dirty.add(row);
    return row;
  }

  /** The row that text of a stream goes to. */
  #row(stream, t) {
    const row = this.rows[this.#at];
    if (row && row.stream === stream) return row;
    // Over a row that the other stream printed there, or behind the last.
    if (row && this.#at < this.rows.length - 1) return row;
    return this.#begin(stream, t);
  }

  #put(text, stream, t) {
    while (text !== '') {
      let row = this.#row(stream, t);
      let room = this.#room(row);
      if (room <= 0) [row, room] = [this.#wrap(stream, t), MAX_LINE];
      const piece = front(text, room);
      this.#column = row.write(this.#column, this.#style[stream] ?? PLAIN, piece);
      this.dirty.add(row);
      text = text.slice(piece.length);
    }
  }

  /** How much may be written into a row where the cursor is. */
  #room(row) {
    const used = this.#column === END ? row.length : this.#column;
    return (used >= MAX_LINE && PICTURE.test(row.text) ? MAX_PICTURE : MAX_LINE) - used;
  }

  /** The row in which a line goes on that is too long for one. */
  #wrap(stream, t) {
    if (this.#at >= this.rows.length - 1) return this.#begin(stream, t);
    this.#column = 0;
    return this.rows[++this.#at];
  }

  /** The cursor's column as a number, in characters. */
  #place() {
    return this.#column === END ? this.rows[this.#at]?.columns ?? 0 : this.#column;
  }

  #escape(sequence, stream, t) {
    if (sequence === '\x1bc') {
      this.#clear();
      return;
    }
    const link = /^\x1b\]8;[^;]*;(.*?)(?:\x07|\x1b\\)$/.exec(sequence);
    if (link) {
      this.#set(stream, {link: webAddress(link[1])});
      return;
    }
    const control = /^\x1b\[([\d;]*)([A-HJKm])$/.exec(sequence);
    if (control) this.#control(control[2], control[1].split(';').map(Number), stream);
    else this.#put(sequence, stream, t); // shown, not obeyed
  }

  #control(letter, numbers, stream) {
    const n = Math.min(numbers[0] || 1, MAX_LINE);
    switch (letter) {
      case 'A': this.#move(-n); break;
      case 'B': this.#move(n); break;
      case 'C': this.#column = this.#place() + n; break;
      case 'D': this.#column = Math.max(0, this.#place() - n); break;
      case 'E': this.#move(n); this.#column = 0; break;
      case 'F': this.#move(-n); this.#column = 0; break;
      case 'G': this.#column = n - 1; break;
      case 'H': this.#at = Math.min(n - 1, this.rows.length); this.#column = (numbers[1] || 1) - 1; break;
      case 'J': this.#eraseBelow(numbers[0]); break;
      case 'K': this.#eraseLine(numbers[0]); break;
      case 'm': this.#set(stream, sgr(this.#style[stream] ?? PLAIN, numbers)); break;
    }
  }

  #move(rows) {
    this.#column = this.#place();
    this.#at = Math.min(Math.max(0, this.#at + rows), this.rows.length);
  }

  #set(stream, change) {
    const style = {...(this.#style[stream] ?? PLAIN), ...change};
    for (const name of Object.keys(style)) if (style[name] === undefined) delete style[name];
    this.#style[stream] = style;
  }

  #eraseLine(which) {
    const row = this.rows[this.#at];
    if (!row) return;
    this.#column = this.#place();
    row.erase(which, this.#column);
    this.dirty.add(row);
  }

  #eraseBelow(which) {
    if (which !== 0) {
      this.#clear();
      return;
    }
    this.#eraseLine(0);
    for (const row of this.rows.splice(this.#at + 1)) this.#forget(row);
  }

  #clear() {
    for (const row of this.rows) this.#forget(row);
    this.rows = [];
    this.#at = 0;
    this.#column = END;
  }

  #forget(row) {
    this.dirty.delete(row);
    if (row.node) this.gone.push(row);
  }
}

/** The first units of a text, and one more before it would cut a character in two. */
function front(text, units) {
  const cut = /[\ud800-\udbff]/.test(text[units - 1]) ? units + 1 : units;
  return text.slice(0, cut);
}

/** An address that may be followed, spelled in plain characters; undefined if it is none. */
function webAddress(text) {
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text) ? new URL(text).href : undefined;
}

/** What of a style a number of SGR sets; undefined unsets it. */
const SGR = {
  1: {bold: true}, 2: {dim: true}, 3: {italic: true}, 4: {underline: true}, 7: {inverse: true}, 9: {strike: true},
  22: {bold: undefined, dim: undefined}, 23: {italic: undefined}, 24: {underline: undefined},
  27: {inverse: undefined}, 29: {strike: undefined}, 39: {foreground: undefined}, 49: {background: undefined},
};

function sgr(style, numbers) {
  const change = {};
  for (let i = 0; i < numbers.length; i++) {
    const n = numbers[i];
    if (n === 0) for (const name of Object.keys({...style, ...change})) change[name] = name === 'link' ? style.link : undefined;
    else if (SGR[n]) Object.assign(change, SGR[n]);
    else if (n >= 30 && n <= 37) change.foreground = n - 30;
    else if (n >= 40 && n <= 47) change.background = n - 40;
    else if (n >= 90 && n <= 97) change.foreground = n - 82;
    else if (n >= 100 && n <= 107) change.background = n - 92;
    else if (n === 38 || n === 48) {
      const [colour, used] = extended(numbers.slice(i + 1));
      change[n === 38 ? 'foreground' : 'background'] = colour;
      i += used;
    }
  }
  return change;
}

/** A colour of the 256, or of all, and how many numbers say it. */
function extended([kind, a = 0, b = 0, c = 0]) {
  if (kind === 2) return [`rgb(${[a, b, c].map((n) => Math.min(n, 255)).join(' ')})`, 4];
  if (kind !== 5 || a > 255) return [undefined, 2];
  if (a < 16) return [a, 2];
  if (a >= 232) return [`rgb(${Array(3).fill((a - 232) * 10 + 8).join(' ')})`, 2];
  const level = (n) => (n === 0 ? 0 : n * 40 + 55);
  const n = a - 16;
  return [`rgb(${[Math.floor(n / 36), Math.floor(n / 6) % 6, n % 6].map(level).join(' ')})`, 2];
}
