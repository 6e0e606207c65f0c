// Asks the reader what a program prints before it is run, and says afterwards how
// much of it was right. Loaded for programs whose author wants that.

import {element} from '../dom.js';
import {differing, linesOf} from './comparison.js';

/** The reader's prediction of a program's documented output. */
export class Part {
  #runner;
  #text;
  #said = element('p', {role: 'status'});
  /** The documented output, folded away. */
  #answer;

  /** @param {import('./program.js').Program} program */
  constructor({runner, title}) {
    this.#runner = runner;
    this.#answer = runner.querySelector('.predict');
    this.#text = element('textarea', {rows: '3', spellcheck: 'false', autocapitalize: 'off', 'aria-label': `What you think ${title} prints`});
    this.#answer.before(element('div', {class: 'prediction'},
        element('label', {}, 'What does it print? Write it down, then press Run.', this.#text), this.#said));
    new MutationObserver(() => this.#judge()).observe(runner, {attributeFilter: ['data-state']});
  }

  /** A prediction is about the author's program, whatever the reader makes of it. */
  update() {}

  /** The author's program has ended: what it printed is on the page, or what is documented. */
  #judge() {
    const {dataset: {state, status}} = this.#runner;
    const documented = this.#answer.querySelector('.documented');
    if (state !== 'ended' || ['killed', 'lost', 'refused'].includes(status) || this.#runner.hasAttribute('data-edited')) return;
    this.#answer.open = true;
    this.#answer.hidden = documented.hidden;
    const predicted = this.#text.value.trim();
    this.#said.textContent = predicted && verdict(documented.dataset.mode, linesOf(documented.querySelector('samp').textContent), linesOf(predicted));
  }
}

function verdict(mode, want, predicted) {
  const missed = differing(mode, want, predicted);
  if (missed === null) return 'Just as you predicted.';
  if (missed.size === 0) return 'It prints fewer lines than you predicted.';
  return `You predicted ${want.length - missed.size} of ${want.length} lines.`;
}
