// Saves what the page has made as a file of the reader's.

import {element} from './dom.js';

/**
 * @param {string} name of the file
 * @param {Blob} blob
 */
export function download(name, blob) {
  const url = URL.createObjectURL(blob);
  element('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
