// The reader's edits, kept in this browser until Reset, each with the version
// of the author's program that it began from. Where storage is refused or full,
// edits last as long as the page.

import {keep, kept} from '../storage.js';

/** One program's draft. */
export class Draft {
  #key;
  #base;

  /**
   * @param {string} id the program's anchor
   * @param {string} original the author's program, as it is today
   * @param {function(string): void} elsewhere gets what another tab has made of the draft
   */
  constructor(id, original, elsewhere) {
    this.#key = `${location.pathname}#${id}`;
    this.#base = fingerprint(original);
    addEventListener('storage', ({key, newValue}) => {
      if (key === `playground:${this.#key}`) elsewhere(newValue === null ? original : parse(newValue).source);
    });
  }

  /** @returns {{source: string, stale: boolean}|null} stale: the author has changed the program since */
  load() {
    const text = kept('localStorage', this.#key);
    if (typeof text !== 'string') return null;
    try {
      const {source, base} = parse(text);
      return {source, stale: base !== undefined && base !== this.#base};
    } catch {
      return null;
    }
  }

  /** @param {string} source */
  save(source) {
    keep('localStorage', this.#key, JSON.stringify({source, base: this.#base}));
  }

  clear() {
    keep('localStorage', this.#key, null);
  }
}

/** Earlier pages kept the program alone. No program is an object of JSON. */
function parse(text) {
  if (!text.startsWith('{')) return {source: text};
  return JSON.parse(text);
}

/** Tells versions of a program apart (FNV-1a); nothing leans on its strength. */
function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}
