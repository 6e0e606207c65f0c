// A link to an order of a program: with the program in itself, or to one that the server
// keeps.

import {at, noServer} from '../backend/server.js';
import {pack} from '../share/packed.js';
import {LONGEST, post} from '../share/panel.js';

/**
 * @param {string} source
 * @param {string} seed
 * @param {string} block where the program stands in the page
 * @returns {Promise<string>}
 */
export async function linkTo(source, seed, block) {
  const packed = `${location.href.replace(/[?#].*/, '')}#code=${await pack(source)}&block=${encodeURIComponent(block)}&seed=${seed}`;
  if (packed.length <= LONGEST || noServer()) return packed;
  const article = location.pathname.slice(at('').pathname.length);
  return `${await post({source, article, block})}#seed=${seed}`;
}
