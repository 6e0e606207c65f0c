// The editor of a block: a plain one at first, and one that knows the language
// as soon as the reader turns to it. It is loaded when the block is near and the
// page has nothing else to do; where it cannot be, the plain one stays.

import {element} from '../dom.js';
import {Plain} from './plain.js';
import {lineIndex, moved} from './source.js';

export class Editor {
  element;
  #surface;
  #options;
  /** The author's program. */
  #original;
  /** The findings that are marked, and the program that they are about. */
  #marked = {found: [], source: ''};
  /** The place that the reader was sent to last, in which program. */
  #sent = null;

  /**
   * @param {HTMLPreElement} pre the highlighted program, which is replaced
   * @param {string} source
   * @param {{label: string, hint: Element, readOnly: boolean, hidden: Array<{from: number, to: number}>,
   *     marked: Array<number>, changed: Function, run: Function, caret: Function, turned: Function, checked: Function}} options caret is told which places are at the
   *     cursor, when it has moved; turned is when another file is shown, and checked gets what was found while the reader types
   */
  constructor(pre, source, options) {
    this.#options = options;
    this.#original = trimEnd(source);
    this.element = element('div', {class: 'editor'});
    pre.replaceWith(this.element);
    this.#surface = new Plain(pre, trimEnd(source), options);
    this.element.append(this.#surface.element);
    if (!options.readOnly) this.#awaitReader();
  }

  /** The program, ended by a newline. */
  get source() {
    return this.#surface.text + '\n';
  }

  /** Replaces the program, as an edit that the reader can undo. */
  set source(source) {
    this.#surface.text = trimEnd(source);
  }

  /** Replaces the program by another spelling of it: cursor and window stay where they are in it, as sameSpot has it. */
  respell(source, sameSpot) {
    this.#surface.respell(trimEnd(source), sameSpot);
  }

  /** Puts back an earlier edit, as what the editor starts with. */
  restore(source) {
    this.#surface.restore(trimEnd(source));
  }

  /** Which of several files is shown; -1 where all of the program is. */
  get file() {
    return this.#surface.file;
  }

  /** Shows one of several files. */
  showFile(index) {
    this.#surface.showFile(index);
    this.#options.turned();
  }

  /** The line with the cursor, which has a place in the window; undefined where the reader is elsewhere. */
  get line() {
    return this.#surface.line;
  }

  /** Shows which lines the compiler spoke of. */
  mark(found) {
    this.#marked = {found: [...found], source: this.source};
    this.#sent = null;
    this.#surface.mark(found);
  }

  /** Lights up the lines of places that something beside the program is about. */
  light(places) {
    const lines = this.#surface.text.split('\n');
    this.#surface.light(new Set(places.map((place) => lineIndex(lines, place))));
  }

  /** Puts the cursor at a place, and marks its line. */
  goTo(position) {
    this.#sent = {position, source: this.source};
    this.#surface.goTo(position);
  }

  /**
   * The mouse tells of the reader before a button is pressed. A finger does not:
   * it is waited for, or what it does would be done to what is gone.
   */
  #awaitReader() {
    whenNear(this.element, () => load().catch(() => {}));
    const upgrade = () => this.#upgrade();
    this.element.addEventListener('pointerenter', (event) => {
      if (event.pointerType === 'mouse' && event.buttons === 0) upgrade();
    });
    this.element.addEventListener('focusin', upgrade);
    for (const name of ['pointerup', 'pointercancel', 'compositionend']) this.element.addEventListener(name, upgrade);
    this.element.addEventListener('pointerdown', () => { this.#held = true; });
    for (const name of ['pointerup', 'pointercancel']) {
      addEventListener(name, () => { this.#held = false; }, {capture: true});
    }
    this.element.addEventListener('compositionstart', () => { this.#composing = true; });
    this.element.addEventListener('compositionend', () => { this.#composing = false; });
  }

  #held = false;
  #composing = false;

  async #upgrade() {
    if (!(this.#surface instanceof Plain)) return;
    let module;
    try {
      module = await load();
    } catch {
      this.#surface.open();
      this.#options.turned();
      return;
    }
    // The browser has put the cursor where it was asked to by then.
    await new Promise((resolve) => setTimeout(resolve));
    if (this.#held || this.#composing || !(this.#surface instanceof Plain)) return;
    this.#take(module.Rich);
  }

  #take(Rich) {
    const {state, element: old} = this.#surface;
    const scrolled = this.element.scrollLeft;
    this.element.classList.add('rich');
    const asWritten = state.text === this.#original;
    this.#surface = new Rich(this.element, state, scrolled,
        {...this.#options, ...(!asWritten && {hidden: [], marked: []})});
    old.remove();
    if (state.focused) this.#surface.focus();
    const {found, source} = this.#marked;
    const now = this.source;
    this.#surface.mark(source === now ? found : found.map((d) => ({...d, file: undefined, ...moved(d, source, now)})));
    if (this.#sent?.source === now) this.#surface.goTo(this.#sent.position);
  }
}

let loaded = null;

/** The module of the editor proper, loaded once. */
function load() {
  loaded ??= import('../editor/rich.js').catch((e) => {
    loaded = null;
    throw e;
  });
  return loaded;
}

/** Does something when the reader comes near an element and the page is idle. */
export function whenNear(node, task) {
  if (navigator.connection?.saveData) return;
  const idle = globalThis.requestIdleCallback ?? setTimeout;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((e) => e.isIntersecting)) return;
    observer.disconnect();
    idle(task);
  }, {rootMargin: '25%'});
  observer.observe(node);
}

/** The last newline is the file's, not the reader's: no empty line for it. */
function trimEnd(source) {
  return source.endsWith('\n') ? source.slice(0, -1) : source;
}
