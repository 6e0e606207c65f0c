// What to try when a program did not end as it was meant to. The status line
// says how it ended, with the numbers; this is for whoever asks "and now?".

import {element} from '../dom.js';

/** By status; loaded with what shows output, before a run can have ended. */
let advice = {};

/** @returns {Promise<void>} */
export async function prepareAdvice() {
  ({ADVICE: advice} = await import('./words.js'));
}

export class Advice {
  element = element('p', {class: 'advice', hidden: true});

  /**
   * @param {string} status as the server gave it
   * @param {{count: number, state: string, file?: string, line?: number}[]} [leaks] goroutines that were left behind
   * @param {function(Object): void} [goTo] is called with a place in the program that the reader chose
   */
  show(status, leaks = [], goTo) {
    this.element.replaceChildren(advice[status] ?? '', ...(leaks.length > 0 ? told(leaks, goTo) : []));
    this.element.hidden = !this.element.textContent;
  }

  clear() {
    this.show('');
  }
}

/** Which goroutines had not ended when main returned; a place is a button. */
function told(leaks, goTo) {
  const all = leaks.reduce((sum, {count}) => sum + count, 0);
  const parts = [`When main returned, ${all === 1 ? 'a goroutine' : `${all} goroutines`} had not ended: `];
  for (const [i, {count, state, file, line}] of leaks.entries()) {
    parts.push(`${i > 0 ? ', ' : ''}${count > 1 ? `${count} ` : ''}[${state}]`);
    if (line) parts.push(' at ', element('button', {type: 'button', class: 'place', click: () => goTo({file, line, column: 1})}, `line ${line}`));
  }
  return [...parts, '.'];
}
