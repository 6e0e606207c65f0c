// Asks the reader which of two versions of a program to go on with. Both can be
// looked at first, in the editor, and how they differ. Loaded when there is a question.

import {button, element} from '../dom.js';

export class Choice {
  element = element('div', {class: 'choice', role: 'group', hidden: true});
  #title;
  #show;
  #compare;
  #done;

  /**
   * @param {string} title the program's
   * @param {{show: function(string): void, compare: function(Object|null, Object): void, done: function(): void}} on
   *     shows a version, or how two differ, null for not any more; done is when the one that is shown was chosen
   */
  constructor(title, {show, compare, done}) {
    [this.#title, this.#show, this.#compare, this.#done] = [title, show, compare, done];
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
    const differ = button('What differs', `What differs: ${this.#title}`, () => this.#compare(other, mine));
    this.element.replaceChildren(element('p', {role: 'status'}, question), look, differ, take(mine), take(other));
    this.element.hidden = false;
  }

  close() {
    if (this.open) this.#compare(null);
    this.element.hidden = true;
    this.element.replaceChildren();
  }
}
