// What browsers keep by names of ours. Where that is refused, or full, it is lost
// without a word: what is kept here is only for convenience.

/**
 * @param {'localStorage'|'sessionStorage'} area the latter is the tab's alone
 * @param {string} key
 * @returns {string|null|undefined} null where nothing is kept, undefined where it is refused
 */
export function kept(area, key) {
  try {
    return globalThis[area].getItem(`playground:${key}`);
  } catch {
    return undefined;
  }
}

/** @param {string|null} value null forgets the key */
export function keep(area, key, value) {
  try {
    if (value === null) globalThis[area].removeItem(`playground:${key}`);
    else globalThis[area].setItem(`playground:${key}`, value);
  } catch {
    // see above
  }
}
