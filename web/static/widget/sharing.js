// What the Share button does, and what the page's address says that a program is to
// show. Loaded when either is needed.

import {isScript} from '../backend/scripts.js';
import {at} from '../backend/server.js';

export class Sharing {
  #runner;
  #on;
  /** The links that were made; null when none are shown. */
  #links = null;

  /**
   * @param {HTMLElement} runner the widget
   * @param {{program: function(): {title: string, source: string, run: Object|null},
   *     show: function({source: string, messages: Object[], saying: string, question: string}): void, say: function(string): void}} on
   */
  constructor(runner, on) {
    [this.#runner, this.#on] = [runner, on];
  }

  /**
   * Shows links to the program, or takes them away.
   *
   * @param {HTMLElement} button was pressed
   * @param {Element} next behind the links
   */
  async toggle(button, next) {
    button.setAttribute('aria-expanded', String(!this.#links));
    if (this.#links) {
      this.#links.remove();
      this.#links = null;
      button.focus();
      return;
    }
    const {panel} = await import('../share/panel.js');
    const {id, dataset} = this.#runner;
    const here = location.pathname.slice(at('').pathname.length);
    const links = await panel({
      ...this.#on.program(), local: isScript(this.#runner), id, place: {article: dataset.article ?? here, block: dataset.block ?? id},
    }, () => this.toggle(button, next));
    if (this.#links) return;
    this.#links = links;
    next.before(links);
    links.querySelector('button').focus();
  }

  /** Shows what the address says, if it is about this program. */
  async open() {
    try {
      const {opened} = await import('../share/opened.js');
      const shared = await opened(this.#runner);
      if (!shared) return;
      this.#runner.querySelector('.answer')?.remove(); // it is shown anew
      this.#on.show(shared);
    } catch (problem) {
      this.#on.say(problem.message);
    }
  }
}
