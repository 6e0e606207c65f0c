// What of a run is shown: what it printed, or its timeline. Only a run that the
// reader watches is asked for its events, and only then is the timeline loaded.

import {button, element} from '../dom.js';

export class Views {
  /** The two buttons. */
  element;
  /** The timeline, beside the output. */
  panel = element('div', {class: 'view', hidden: true});
  #title;
  #name;
  #on;
  #output;
  #timeline = null;
  #buttons;
  /** Messages of the run that came before the timeline was there. */
  #kept = [];
  #watched = false;

  /**
   * @param {string} title the program's
   * @param {string} name of files to save
   * @param {Element[]} output what is not seen beside the timeline
   * @param {boolean} wanted the author wants every run watched
   * @param {{run: function(): void, light: function(Object[]): void, goTo: function(Object): void}} on
   */
  constructor(title, name, output, wanted, on) {
    [this.#title, this.#name, this.#output, this.#on] = [title, name, output, on];
    this.#buttons = [button('Output', `Output: ${title}`, () => this.#show(false)), button('Timeline', `Timeline: ${title}`, () => this.watch())];
    this.element = element('div', {class: 'views', role: 'group', 'aria-label': `What to show of ${title}`}, ...this.#buttons);
    if (wanted) this.#show(true);
    else this.#mark(false);
  }

  /** The next run is to be asked for its events. */
  get wanted() {
    return !this.panel.hidden;
  }

  /** Shows the timeline; a run that was not watched is made again. */
  async watch() {
    this.#show(true);
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
    this.#kept = [];
    this.#timeline?.clear();
    if (this.#watched) this.#load();
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

  #show(timeline) {
    this.panel.hidden = !timeline;
    for (const part of this.#output) part.toggleAttribute('data-behind', timeline);
    this.#mark(timeline);
    if (!timeline) this.#on.light([]);
  }

  #mark(timeline) {
    for (const [i, button] of this.#buttons.entries()) button.setAttribute('aria-pressed', String((i === 1) === timeline));
  }
}
