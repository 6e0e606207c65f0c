// Asks the reader which of two versions of a program to go on with. Both can be
// looked at first, in the editor.

import {button, element} from '../dom.js';

export class Choice {
  element = element('div', {class: 'choice', role: 'group', hidden: true});
  #title;
  #show;
  #done;

  /**
   * @param {string} title the program's
   * @param {{show: function(string): void, done: function(): void}} on shows a version; done is when the one that is
   *     shown was chosen
   */
  constructor(title, {show, done}) {
    this.#title = title;
    this.#show = show;
    this.#done = done;
  }

  /** The reader has not chosen yet. */
  get open() {
    return !this.element.hidden;
  }

  /**
   * @param {string} question
   * @param {{name: string, source: string}} mine is shown already
   * @param {{name: string, source: string}} other
   */
  ask(question, mine, other) {
    let shown = mine;
    const look = element('button', {type: 'button', click: () => {
      shown = shown === mine ? other : mine;
      this.#show(shown.source);
      say();
    }});
    const say = () => {
      look.textContent = `Show ${shown === mine ? other.name : mine.name}`;
    };
    const take = (version) => button(`Keep ${version.name}`, `Keep ${version.name}: ${this.#title}`, () => {
      if (shown !== version) this.#show(version.source);
      this.close();
      this.#done();
    });
    say();
    this.element.replaceChildren(element('p', {role: 'status'}, question), look, take(mine), take(other));
    this.element.hidden = false;
  }

  close() {
    this.element.hidden = true;
    this.element.replaceChildren();
  }
}
