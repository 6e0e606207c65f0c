// One row of a terminal: styled text that the cursor can go back into.

/**
 * @typedef {Object} Style what is set of: bold, dim, italic, underline,
 *     inverse, strike; foreground and background, 0 to 15 or 'rgb(…)'; link,
 *     an address
 */

/** Where the cursor is while nothing has moved it: behind the last character. */
export const END = Infinity;

export const PLAIN = Object.freeze({});

export class Row {
  stream;
  /** Microseconds, of its first byte. */
  t;
  /** Of its text, in UTF-16 units. */
  length = 0;
  /** @type {Element} for whoever draws it */
  node;
  #spans = [];
  /**
   * The same by character, from when the cursor first goes back: a progress bar
   * that is written over a thousand times must not be taken apart as often.
   */
  #cells = null;

  constructor(stream, t) {
    this.stream = stream;
    this.t = t;
  }

  /** @returns {Array<{style: Style, text: string}>} */
  get spans() {
    return this.#cells ? toSpans(this.#cells) : this.#spans;
  }

  get text() {
    return this.spans.map(({text}) => text).join('');
  }

  /** How many characters it has. */
  get columns() {
    this.#cells ??= this.#spans.flatMap(({style, text}) => toCells(style, text));
    return this.#cells.length;
  }

  /**
   * Writes at a column, over what stands there.
   *
   * @returns {number} the column behind it
   */
  write(column, style, text) {
    if (column === END && !this.#cells) {
      append(this.#spans, style, text);
      this.length += text.length;
      return END;
    }
    let behind = column === END ? this.columns : column;
    this.#fill(behind);
    for (const cell of toCells(style, text)) {
      this.length += cell.text.length - (this.#cells[behind]?.text.length ?? 0);
      this.#cells[behind++] = cell;
    }
    return behind >= this.#cells.length ? END : behind;
  }

  /** Erases from a column on (0), up to it (1), or all (2), as the escape sequence counts. */
  erase(which, column) {
    const columns = this.columns;
    if (which === 1) {
      const upTo = Math.min(columns, column + 1);
      this.length -= units(this.#cells.slice(0, upTo)) - upTo;
      this.#cells.fill(BLANK, 0, upTo);
    } else {
      this.length -= units(this.#cells.splice(which === 0 ? column : 0));
    }
  }

  /** Blanks up to a column that lies behind the text. */
  #fill(column) {
    for (let from = this.columns; from < column; from++, this.length++) this.#cells.push(BLANK);
  }
}

const BLANK = Object.freeze({style: PLAIN, text: ' '});

function append(spans, style, text) {
  const last = spans.at(-1);
  if (last && last.style === style) last.text += text;
  else spans.push({style, text});
}

function units(cells) {
  return cells.reduce((sum, {text}) => sum + text.length, 0);
}

function toCells(style, text) {
  return [...text].map((text) => ({style, text}));
}

function toSpans(cells) {
  const spans = [];
  for (const {style, text} of cells) append(spans, style, text);
  return spans;
}
