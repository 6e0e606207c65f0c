// The Share button, and what the page's address says that a program is to show.
// What that takes is loaded when it is needed.

import {at} from '../backend/server.js';

export class Sharing {
  #runner;
  #on;
  /** The links that were made; null when none are shown. */
  #links = null;

  /**
   * @param {HTMLElement} runner the widget
   * @param {{program: function(): {title: string, source: string, run: Object|null, local: boolean},
   *     show: function({source: string, messages: Object[], saying: string}): void, say: function(string): void}} on
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
      ...this.#on.program(), id, place: {article: dataset.article ?? here, block: dataset.block ?? id},
    }, () => this.toggle(button, next));
    if (this.#links) return;
    this.#links = links;
    next.before(links);
    links.querySelector('button').focus();
  }

  /** Shows what the address says, if it is about this program. */
  async open() {
    if (!this.#runner.dataset.shared && !/[?&]shared=|#code=/.test(location.href)) return;
    try {
      const {opened} = await import('../share/opened.js');
      const shared = await opened(this.#runner);
      if (shared) this.#on.show(shared);
    } catch (problem) {
      this.#on.say(problem.message);
    }
  }
}
