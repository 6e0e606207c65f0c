// A line of input for a program that waits for one.

import {button, element} from '../dom.js';
import {highlight} from '../widget/highlight.js';

/** What reads standard input, in a program without its comments and strings. */
const READS = /\bos\s*\.\s*Stdin\b|\bfmt\s*\.\s*Scan(?:f|ln)?\b/;

/**
 * Whether a program may read standard input. Only such a program gets one that
 * stays open: all others keep the end of file that they expect, and Go's word
 * on a deadlock.
 *
 * @param {string} source
 */
export function readsInput(source) {
  const code = highlight(source).map((line) => line.filter(({cls}) => cls !== 'c' && cls !== 's').map(({text}) => text).join(''));
  return READS.test(code.join('\n'));
}

export class Input {
  element;
  #field;
  #send;

  /**
   * @param {string} title the program's
   * @param {string} id for the field
   * @param {{send: function(string): void, end: function(): void}} on send gets
   *     text that ends with a newline
   */
  constructor(title, id, {send, end}) {
    this.#send = send;
    this.#field = element('input', {
      type: 'text', id, autocapitalize: 'off', autocomplete: 'off', autocorrect: 'off', spellcheck: 'false',
      enterkeyhint: 'send', translate: 'no', paste: (event) => this.#paste(event),
    });
    this.element = element('form', {class: 'input', hidden: true, submit: (event) => this.#submit(event)},
        element('label', {for: id}, 'Input', element('span', {class: 'unseen'}, ` for ${title}; Enter sends a line`)),
        this.#field,
        button('End input', `End input: ${title}`, end));
  }

  get hidden() {
    return this.element.hidden;
  }

  show() {
    this.element.hidden = false;
  }

  hide() {
    this.element.hidden = true;
    this.#field.value = '';
  }

  focus() {
    this.#field.focus({preventScroll: true});
    this.element.scrollIntoView({block: 'nearest'});
  }

  #submit(event) {
    event.preventDefault();
    this.#send(this.#field.value + '\n');
    this.#field.value = '';
  }

  /** The field would join the lines of a text into one. */
  #paste(event) {
    const text = event.clipboardData.getData('text').replace(/\r\n?/g, '\n');
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) return;
    event.preventDefault();
    const {value, selectionStart: from, selectionEnd: to} = this.#field;
    this.#send(value.slice(0, from) + text.slice(0, end));
    this.#field.value = text.slice(end) + value.slice(to);
  }
}
