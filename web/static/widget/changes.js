// What the reader changed of the author's program, or how two versions of it differ:
// line by line, with a way back for each change. Loaded when there is something to
// compare.

import {common} from '../diff.js';
import {button, element} from '../dom.js';
import {highlight} from './highlight.js';

/** Equal lines that are shown around a change. */
const AROUND = 3;

const SIGNS = {same: '\u00a0', old: '\u2212', new: '+'};
const SAID = {same: '', old: 'taken out: ', new: 'put in: '};

/** The changes of a program. */
export class Part {
  #program;
  #said = element('p', {role: 'status'});
  #rows = element('div', {class: 'rows', role: 'group', tabindex: '0'});
  #panel;
  /** In the caption, where it says that the program was edited. */
  #button;
  /** Two versions that are compared; null where the author's is compared with what is in the editor. */
  #versions = null;

  /** @param {import('./program.js').Program} program */
  constructor(program) {
    this.#program = program;
    this.#button = button('edited: show changes', `edited: show changes: ${program.title}`, () => this.#toggle(),
        {class: 'show-changes', 'aria-expanded': 'false'});
    this.#rows.setAttribute('aria-label', `Changes of ${program.title}`);
    const close = button('Close', `Close changes: ${program.title}`, () => {
      this.#show(false);
      this.#button.focus();
    });
    this.#panel = element('div', {class: 'changes', hidden: true},
        element('link', {rel: 'stylesheet', href: new URL('changes.css', import.meta.url).href}),
        element('div', {class: 'said'}, this.#said, close), this.#rows);
    const caption = program.runner.querySelector('figcaption');
    caption.append(this.#button);
    caption.after(this.#panel);
  }

  /** The program has changed. */
  update() {
    const edited = this.#program.source !== this.#program.original;
    this.#button.hidden = !edited;
    if (!this.#panel.hidden && !this.#versions) {
      if (edited) this.#draw();
      else this.#show(false);
    }
  }

  /**
   * @param {{name: string, source: string}|null} other null ends it
   * @param {{source: string}} mine
   */
  compare(other, mine) {
    this.#versions = other && {other, mine};
    this.#show(other !== null);
  }

  #toggle() {
    this.#versions = null;
    this.#show(this.#panel.hidden);
  }

  #show(shown) {
    this.#panel.hidden = !shown;
    this.#button.setAttribute('aria-expanded', String(shown));
    if (shown) this.#draw();
  }

  #draw() {
    const {source, original, runner} = this.#program;
    const [before, after] = this.#versions ? [this.#versions.other.source, this.#versions.mine.source] : [original, source];
    const lines = linesOf(before, after, runner.dataset.lang);
    this.#said.textContent = summary(lines, this.#versions ? `than ${this.#versions.other.name}` : 'than the author\u2019s');
    const hunks = hunksOf(lines);
    this.#rows.replaceChildren(...hunks.flatMap((hunk) => [
      element('p', {}, `Line ${hunk[0].line}`, ...(this.#versions || runner.hasAttribute('readonly') ? [] : [this.#back(hunk)])),
      element('pre', {class: 'chroma'}, ...hunk.map(row)),
    ]));
  }

  /** Brings back the author's lines of a hunk, as an edit that can be undone. */
  #back(hunk) {
    return button('Put back', `Put back the author\u2019s lines at ${hunk[0].line}`, () => {
      const mine = this.#program.source.split('\n');
      const [first] = hunk;
      const added = hunk.filter(({kind}) => kind !== 'old').length;
      mine.splice(first.index, added, ...hunk.filter(({kind}) => kind !== 'new').map(({text}) => text));
      this.#program.editor.source = mine.join('\n');
      this.#rows.focus();
    });
  }
}

/**
 * Both texts in one: {kind, text, tokens, line, index}. line is the number, from 1, in the text that the line is of,
 * and index where it stands, or would, in the second.
 */
function linesOf(before, after, language) {
  const [a, b] = [before, after].map((text) => text.split('\n'));
  const [drawnA, drawnB] = [before, after].map((text) => highlight(text, language));
  const lines = [];
  let [i, j] = [0, 0];
  const until = (i1, j1) => {
    for (; i < i1; i++) lines.push({kind: 'old', text: a[i], tokens: drawnA[i], line: i + 1, index: j});
    for (; j < j1; j++) lines.push({kind: 'new', text: b[j], tokens: drawnB[j], line: j + 1, index: j});
  };
  for (const [i1, j1] of common(a, b)) {
    until(i1, j1);
    lines.push({kind: 'same', text: b[j], tokens: drawnB[j], line: j + 1, index: j});
    [i, j] = [i + 1, j + 1];
  }
  until(a.length, b.length);
  return lines;
}

/** The changes, each with some lines around it, those that touch in one. */
function hunksOf(lines) {
  const shown = lines.map((_, at) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({kind}) => kind !== 'same'));
  const hunks = [];
  for (const [at, line] of lines.entries()) {
    if (!shown[at]) continue;
    if (!shown[at - 1]) hunks.push([]);
    hunks.at(-1).push(line);
  }
  return hunks;
}

function row({kind, tokens, line}) {
  const text = (tokens ?? []).map(({cls, text}) => (cls ? element('span', {class: cls}, text) : text));
  return element('span', {class: `row ${kind}`}, element('span', {class: 'number', 'data-n': String(line)}),
      element('span', {class: 'sign', 'data-sign': SIGNS[kind]}), element('span', {class: 'unseen'}, SAID[kind]),
      element('span', {class: 'text'}, ...text), '\n');
}

function summary(lines, than) {
  const number = (kind) => lines.filter((line) => line.kind === kind).length;
  const [more, less] = [number('new'), number('old')];
  if (more + less === 0) return 'Both are the same.';
  const said = (n, what) => `${n} ${n === 1 ? 'line' : 'lines'} ${what}`;
  return `Other ${than}: ${said(more, 'put in')}, ${said(less, 'taken out')}.`;
}
