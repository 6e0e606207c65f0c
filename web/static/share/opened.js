// What the page's address says that a program is to show: another program, or a
// run that somebody shared. Loaded by pages whose address says so.

import {at} from '../backend/server.js';
import {unpack} from './packed.js';

const question = 'A reader shared this program with you, and you have edited it, too.';

/**
 * @param {HTMLElement} runner
 * @returns {Promise<{source: string, messages: Object[], seed?: string, saying: string, question: string}|null>} null
 *     where the address is about another program; seed is that of an order of it, saying is for the status line,
 *     question for who has an edit of their own
 */
export async function opened(runner) {
  const code = /^#code=([\w-]*)&block=([^&]*)(?:&seed=([\d:,]+))?$/.exec(location.hash);
  if (code) {
    if (decoded(code[2]) !== runner.id) return null;
    runner.scrollIntoView();
    return {source: await unpack(code[1]), messages: [], seed: code[3], saying: 'this program was in the link; Reset brings back the original', question};
  }
  const own = runner.dataset.shared;
  const id = own ?? new URLSearchParams(location.search).get('shared');
  if (!id || (!own && decoded(location.hash.slice(1)) !== runner.id)) return null;
  const response = await fetch(at(`p/${encodeURIComponent(id)}.json`));
  if (!response.ok) throw new Error('what was shared is no longer kept');
  const {source, messages = []} = await response.json();
  const saying = own ? '' : 'a reader shared this program; Reset brings back the original';
  // What a program waits for, nobody can give it any more.
  const seed = /^#seed=([\d:,]+)$/.exec(location.hash)?.[1];
  return {source, messages: messages.filter(({type}) => type !== 'reading').map(told), seed, saying, question};
}

function told(message) {
  return message.type === 'end' ? {...message, reason: `a shared run, not yours: ${message.reason}`} : message;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
