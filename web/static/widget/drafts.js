// The reader's edits, kept in this browser until Reset. Where storage is
// refused or full, edits last as long as the page.

/** One program's draft. */
export class Draft {
  #key;

  /** @param {string} id the program's anchor */
  constructor(id) {
    this.#key = `playground:${location.pathname}#${id}`;
  }

  /** @returns {string|null} */
  load() {
    try {
      return localStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }

  /** @param {string} source */
  save(source) {
    try {
      localStorage.setItem(this.#key, source);
    } catch {
      // see above
    }
  }

  clear() {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // see above
    }
  }
}
