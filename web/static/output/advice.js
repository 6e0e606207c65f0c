// What to try when a program did not end as it was meant to. The status line
// says how it ended, with the numbers; this is for whoever asks "and now?".

import {element} from '../dom.js';

const ADVICE = {
  deadlock: 'Every goroutine waits for something that no other will do. Look for a channel that nobody sends to, receives ' +
      'from or closes, and for a lock or WaitGroup that is never released.',
  panic: 'Choose a place in the output to go to its line. The uppermost is where it happened, those below called it.',
  exit: 'os.Exit, log.Fatal or a test that failed ended it.',
  cpu_limit: 'It computed for all of that time. Look for a loop that does not end, or that waits by turning.',
  wall_limit: 'It was not done yet. Shorten what it sleeps, or look for something that it waits for and that never comes.',
  memory_limit: 'It held more than that at once. Look for a slice, a map or a recursion that only grows.',
  output_limit: 'What it had printed until then is above. Print less, or less often.',
  thread_limit: 'Too many of its goroutines waited in system calls at once. Let fewer of them do so.',
  unsettled: 'Nothing was left that could have settled the promise that the program waited for.',
  client_gone: 'Run starts it again.',
};

export class Advice {
  element = element('p', {class: 'advice', hidden: true});

  /**
   * @param {string} status as the server gave it
   * @param {{count: number, state: string, file?: string, line?: number}[]} [leaks] goroutines that were left behind
   * @param {function(Object): void} [goTo] is called with a place in the program that the reader chose
   */
  show(status, leaks = [], goTo) {
    this.element.replaceChildren(ADVICE[status] ?? '', ...(leaks.length > 0 ? told(leaks, goTo) : []));
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
