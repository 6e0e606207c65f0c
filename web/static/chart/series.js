// Finds series in what a program prints: words of the form key=value, with the time
// at which they were printed. Numbers make steps, words make bands.

/** More than this many of a run's series are not drawn, in the order of their first value. */
export const MOST = 8;

/** More points of one series are not kept: a picture is some thousand pixels wide. */
const MOST_POINTS = 20_000;

const PAIR = /(?<![\w.-])([A-Za-z_][\w.-]{0,31})=("[^"]{0,40}"|[^\s,;)\]}]{1,40})/g;
const NUMBER = /^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(ns|us|\u00b5s|ms|s|m|h|%|B|KiB|MiB)?$/i;
const WORD = /^"?([\p{L}_][\p{L}\p{N}_ .-]*)"?$/u;

/** Units of time, in milliseconds. */
const TIMES = {ns: 1e-6, us: 1e-3, '\u00b5s': 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5};

/** What colours a terminal's text. */
const CONTROL = /\x1b\[[0-?]*[ -/]*[@-~]/g;

/**
 * @typedef {{name: string, words: boolean, unit: string, points: {t: number, value: number|string}[]}} One
 */

export class Series {
  /** @type {Map<string, One>} by their names, in the order of their first values */
  all = new Map();
  /** Microseconds that the run has taken, as far as is known. */
  end = 0;
  /** The beginning of a line that is not complete, of each stream. */
  #rest = {stdout: '', stderr: ''};

  /** Takes a message of the run. */
  receive({type, t, body}) {
    if (t !== undefined) this.end = Math.max(this.end, t);
    if (type === 'stdout' || type === 'stderr') {
      const lines = (this.#rest[type] + body).split('\n');
      this.#rest[type] = lines.pop().slice(-4096);
      for (const line of lines) this.#line(line, t);
    } else if (type === 'end') {
      for (const stream of ['stdout', 'stderr']) this.#line(this.#rest[stream], t);
      this.#rest = {stdout: '', stderr: ''};
    }
  }

  #line(line, t) {
    if (!line.includes('=')) return;
    for (const [, name, text] of line.replace(CONTROL, '').matchAll(PAIR)) this.#add(name, text, t);
  }

  #add(name, text, t) {
    const number = NUMBER.exec(text);
    const word = number ? null : WORD.exec(text);
    if (!number && !word) return;
    let unit = number?.[2] ?? '';
    let value = number ? Number(number[1]) : word[1];
    if (TIMES[unit]) [value, unit] = [value * TIMES[unit], 'ms'];
    let one = this.all.get(name);
    if (!one) {
      one = {name, words: !number, unit, points: []};
      this.all.set(name, one);
    }
    // What is a number once and a word another time is no series of either.
    if (one.words === !number && one.points.length < MOST_POINTS) one.points.push({t, value});
  }

  /** Those that there is something to see of: more than one value. */
  get drawn() {
    return [...this.all.values()].filter(({points}) => points.length > 1);
  }
}
