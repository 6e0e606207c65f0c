// What of the console few programs need. The text of this is given to those that name
// something of it.

import {table} from './table.js';

/**
 * Makes what Node prints of an object that keeps it to itself.
 *
 * @param {Object} value
 * @param {function(*): string} show
 * @returns {(function(): string[])|undefined} nothing for other objects
 */
function entries(value, show) {
  const is = (type) => value instanceof type;
  if (Object.hasOwn(value, 'constructor')) return; // a prototype
  const names = is(URL) ? 'href origin protocol username password host hostname port pathname search searchParams hash'
    : is(AbortController) ? 'signal' : is(AbortSignal) ? 'aborted' : is(DataView) ? 'byteLength byteOffset buffer' : '';
  if (names) return () => names.split(' ').map((name) => `${name}: ${show(value[name])}`);
  if (is(URLSearchParams)) return () => [...value].map(([key, text]) => `${show(key)} => ${show(text)}`);
  if (is(Headers)) return () => [...value].map(([key, text]) => `${/^\w+$/.test(key) ? key : show(key)}: ${show(text)}`);
  if (is(WeakSet) || is(WeakMap)) return () => ['<items unknown>'];
  if (!is(ArrayBuffer)) return;
  const shown = [...new Uint8Array(value).subarray(0, 100)].map((byte) => byte.toString(16).padStart(2, '0'));
  const left = value.byteLength - shown.length;
  if (left > 0) shown.push(`... ${left} more byte${left > 1 ? 's' : ''}`);
  return () => [`[Uint8Contents]: <${shown.join(' ')}>`, `byteLength: ${value.byteLength}`];
}

/** The columns that a text takes: letters of Chinese, Japanese and Korean take two. */
function widthOf(text) {
  let width = 0;
  for (const c of text.normalize('NFC')) {
    if (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(c)) width += 2;
    else if (!/[\p{M}\u200b-\u200d]/u.test(c)) width++;
  }
  return width;
}

/** Puts values into the places that a text has for them, and takes them off the list. */
function fill(text, values, inspect) {
  // Whether a class of the program says how its objects are written.
  const writes = (value) => !/\[native code\]/.test(Function.prototype.toString.call(value.toString ?? Object));
  const number = {d: Number, i: parseInt, f: parseFloat};
  return text.replace(/%[sdifjoOc%]/g, (place) => {
    const verb = place[1];
    if (verb === '%') return '%';
    if (values.length === 0) return place;
    let value = values.shift();
    if (verb === 'c') return ''; // there are no colours
    if (verb === 'j') {
      try {
        return JSON.stringify(value);
      } catch {
        return '[Circular]';
      }
    }
    if (verb === 's' && (value === null || typeof value !== 'object' || writes(value))) {
      return /^(?:number|bigint)$/.test(typeof value) ? inspect(value) : String(value);
    }
    if (number[verb]) {
      if (typeof value === 'symbol') return 'NaN';
      if (typeof value !== 'bigint' || verb === 'f') value = number[verb](value);
    }
    return inspect(value, {s: 0, o: 4}[verb], {showHidden: verb === 'o'});
  });
}

export const rare = `({table: ${table}, entries: ${entries}, widthOf: ${widthOf}, fill: ${fill}})`;
