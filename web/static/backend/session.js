// What this tab remembers over a reload: the name of its session with the
// server, and which runs are under way. A duplicated tab begins with a copy:
// both then show those runs, either may stop them, and what either starts is
// its own. Where storage is refused, all this lasts as long as the page.

import {keep, kept} from '../storage.js';

const memory = new Map();

/** @returns {string|null} */
export function recall(key) {
  const value = kept('sessionStorage', key);
  return value === undefined ? memory.get(key) ?? null : value;
}

/** @param {string|null} value null forgets the key */
export function remember(key, value) {
  memory.set(key, value);
  keep('sessionStorage', key, value);
}

/** The session's name: whoever knows it can follow and stop its runs. */
export function sessionToken() {
  const token = recall('session') ?? randomID();
  remember('session', token);
  return token;
}

/** 128 random bits. crypto.randomUUID does not exist on a plain http address. */
export function randomID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The run of one program that is under way, if any. */
export class UnderWay {
  #key;

  /** @param {string} id the program's anchor */
  constructor(id) {
    this.#key = `run:${location.pathname}#${id}`;
  }

  /** @returns {string|null} the run's id */
  load() {
    return recall(this.#key);
  }

  /** @param {string} id the run's */
  save(id) {
    remember(this.#key, id);
  }

  clear() {
    remember(this.#key, null);
  }
}
