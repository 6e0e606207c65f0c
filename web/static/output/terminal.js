// A program's output as a terminal would hold it: rows of styled text, with a
// cursor that carriage returns and a few escape sequences move. It knows
// nothing of the page. Each row belongs to one stream; a stream that goes on
// after the other has printed begins a new one.

/** A longer line is broken. In UTF-16 units. */
const MAX_LINE = 4000;

/** An escape sequence that is longer than this is none. */
const MAX_SEQUENCE = 2100;

/** Where the cursor is while nothing has moved it: behind the last character. */
const END = Infinity;

const TOKEN = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bc|[\n\r\b\f]|[^\x1b\n\r\b\f]+|\x1b/g;

/** The beginning of a sequence whose rest may come with the next message. */
const UNFINISHED = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?$/;

/**
 * @typedef {Object} Style what is set of: bold, dim, italic, underline,
 *     inverse, strike; foreground and background, 0 to 15 or 'rgb(…)'; link,
 *     an address
 *
 * @typedef {Object} Row
 * @property {string} stream
 * @property {number} t microseconds, of its first byte
 * @property {Array<{style: Style, text: string}>} spans
 * @property {number} length in UTF-16 units
 * @property {Element} [node] for whoever draws it
 */

const PLAIN = Object.freeze({});

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

  /** Takes the first rows out; returns how many, they are not held any more. */
  trim(most) {
    const over = Math.max(0, this.rows.length - most);
    for (const row of this.rows.splice(0, over)) this.#forget(row);
    this.#at = Math.max(0, this.#at - over);
    return over;
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
    const row = {stream, t, spans: [], length: 0};
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
    for (let at = 0; at < text.length;) {
      let row = this.#row(stream, t);
      if (this.#column === END && row.length >= MAX_LINE) row = this.#begin(stream, t);
      const piece = text.slice(at, at + MAX_LINE - (this.#column === END ? row.length : 0));
      const style = this.#style[stream] ?? PLAIN;
      if (this.#column === END) append(row.spans, style, piece);
      else this.#over(row, style, piece);
      row.length = row.spans.reduce((n, span) => n + span.text.length, 0);
      this.dirty.add(row);
      at += piece.length;
    }
  }

  /** Writes over what stands at the cursor. */
  #over(row, style, text) {
    const cells = toCells(row.spans);
    const begin = Math.min(this.#column, MAX_LINE);
    while (cells.length < begin) cells.push({style: PLAIN, text: ' '});
    const written = [...text].map((text) => ({style, text}));
    cells.splice(begin, written.length, ...written);
    row.spans = toSpans(cells.slice(0, MAX_LINE));
    this.#column = begin + written.length >= cells.length ? END : begin + written.length;
  }

  /** The cursor's column as a number, in characters. */
  #place() {
    return this.#column === END ? toCells(this.rows[this.#at]?.spans ?? []).length : this.#column;
  }

  #escape(sequence, stream, t) {
    if (sequence === '\x1bc') {
      this.#clear();
      return;
    }
    const link = /^\x1b\]8;[^;]*;(.*?)(?:\x07|\x1b\\)$/.exec(sequence);
    if (link) {
      this.#set(stream, {link: /^https?:\/\/[^\s]+$/.test(link[1]) ? link[1] : undefined});
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
    const cells = toCells(row.spans);
    const place = this.#place();
    if (which === 0) cells.length = Math.min(cells.length, place);
    else for (let i = 0; i < (which === 1 ? Math.min(place + 1, cells.length) : cells.length); i++) cells[i] = {style: PLAIN, text: ' '};
    row.spans = which === 2 ? [] : toSpans(cells);
    row.length = row.spans.reduce((n, span) => n + span.text.length, 0);
    this.#column = place;
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

function append(spans, style, text) {
  const last = spans.at(-1);
  if (last && last.style === style) last.text += text;
  else spans.push({style, text});
}

function toCells(spans) {
  return spans.flatMap(({style, text}) => [...text].map((text) => ({style, text})));
}

function toSpans(cells) {
  const spans = [];
  for (const {style, text} of cells) append(spans, style, text);
  return spans;
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
