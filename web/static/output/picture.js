// A picture that a program prints as in the Go playground: a line with IMAGE: and
// a PNG in base64. It is looked at before the browser decodes it.

import {element} from '../dom.js';

const LINE = /^IMAGE:([A-Za-z\d+/]+={0,2})$/;

/** Pixels that a picture may have: a small file can say that it has many. */
const MAX_PIXELS = 1 << 23;

const SIGNATURE = '\x89PNG\r\n\x1a\n';

/**
 * @param {string} text of a line
 * @returns {{width: number, height: number, address: string}|null} null for what is no picture, or not all of one
 */
export function picture(text) {
  const [, base64] = LINE.exec(text) ?? [];
  if (!base64 || base64.length % 4 !== 0) return null;
  const file = atob(base64);
  if (!file.startsWith(`${SIGNATURE}\0\0\0\rIHDR`) || file.slice(-8, -4) !== 'IEND') return null;
  const [width, height] = [number(file, 16), number(file, 20)];
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) return null;
  return {width, height, address: `data:image/png;base64,${base64}`};
}

function number(file, at) {
  return [0, 1, 2, 3].reduce((n, i) => n * 256 + file.charCodeAt(at + i), 0);
}

/**
 * @param {{width: number, height: number, address: string}} picture
 * @param {function(): void} failed is called when it is none after all
 */
export function drawn({width, height, address}, failed) {
  const alt = `Picture that the program printed, ${width} by ${height} pixels`;
  return element('img', {src: address, alt, width: String(width), height: String(height), decoding: 'async', error: failed});
}
