// What of a run is shown: what it printed, its timeline, or what else has a view.
// Only a run that the reader watches is asked for its events, and only then is the
// timeline loaded.

import {button, element} from '../dom.js';

export class Views {
  /** The buttons. */
  element;
  /** The timeline, beside the output. */
  panel = element('div', {class: 'view', hidden: true});
  #title;
  #name;
  #on;
  #output;
  #timeline = null;
  /** Which button shows which panel; null is the output. */
  #buttons = new Map();
  /** Messages of the run that came before the timeline was there. */
  #kept = [];
  #watched = false;

  /**
   * @param {string} title the program's
   * @param {string} name of files to save
   * @param {Element[]} output what is not seen beside another view
   * @param {{timed: boolean, wanted: boolean}} timelines whether there are any, and whether the author wants every run watched
   * @param {{run: function(): void, light: function(Object[]): void, goTo: function(Object): void}} on
   */
  constructor(title, name, output, {timed, wanted}, on) {
    [this.#title, this.#name, this.#output, this.#on] = [title, name, output, on];
    this.element = element('div', {class: 'views', role: 'group', 'aria-label': `What to show of ${title}`});
    this.#button('Output', null, () => this.#show(null));
    if (timed) this.#button('Timeline', this.panel, () => this.watch());
    this.#show(wanted ? this.panel : null);
  }

  /**
   * Adds a view that was loaded later.
   *
   * @param {string} text of its button
   * @param {Element} panel what it shows
   * @param {Function} opened is called whenever it is shown
   * @returns {Function} shows it; opened gets what it is given
   */
  add(text, panel, opened) {
    const view = element('div', {class: 'view', hidden: true}, panel);
    const show = (...what) => {
      this.#show(view);
      opened(...what);
    };
    this.panel.after(view);
    this.#button(text, view, () => show());
    return show;
  }

  #button(text, panel, click) {
    const made = button(text, `${text}: ${this.#title}`, () => {
      click();
      made.scrollIntoView({block: 'nearest', inline: 'center'}); // a narrow row has not room for all
    });
    this.#buttons.set(made, panel);
    this.element.append(made);
  }

  /** The next run is to be asked for its events. */
  get wanted() {
    return !this.panel.hidden;
  }

  /** Shows the timeline; a run that was not watched is made again. */
  async watch() {
    this.#show(this.panel);
    await this.#load();
    if (!this.#watched) this.#on.run();
  }

  async #load() {
    if (this.#timeline) return;
    const {Timeline} = await import('../timeline/timeline.js');
    this.#timeline ??= new Timeline(this.#title, this.#name, this.#on);
    this.panel.replaceChildren(this.#timeline.element);
    for (const message of this.#kept.splice(0)) this.#timeline.receive(message);
  }

  /** A run begins. */
  clear() {
    this.#watched = this.wanted;
    if (!this.#watched) this.#show(null);
    this.#kept = [];
    this.#timeline?.clear();
    if (this.#watched) this.#load();
  }

  /** Shows what the run printed. */
  output() {
    this.#show(null);
  }

  /** Takes a message of the run. */
  receive(message) {
    if (!this.#watched) return;
    if (this.#timeline) this.#timeline.receive(message);
    else this.#kept.push(message);
  }

  /** The reader's cursor is at a line: isThere says which places that are. */
  light(isThere) {
    this.#timeline?.light(isThere);
  }

  #show(shown) {
    if (this.wanted && shown !== this.panel) this.#on.light([]);
    for (const [button, panel] of this.#buttons) {
      if (panel) panel.hidden = panel !== shown;
      button.setAttribute('aria-pressed', String(panel === shown));
    }
    for (const part of this.#output) part.toggleAttribute('data-behind', shown !== null);
  }
}
