// The plain editor: a transparent textarea over highlighted lines of the same
// metrics. The browser does the editing, with its own undo, selection, input
// methods and on-screen keyboards; this draws what is under it. It is there until
// the editor proper is, and stays where that cannot be loaded.

import {element, focused} from '../dom.js';
import {highlight} from './highlight.js';
import {difference, filesOf, lineIndex, offsetOf, placesAt, severityByLine, waitsByLine} from './source.js';

export class Plain {
  /** What takes the place of the pre. */
  element;
  #code;
  /** What is shown: {key, node} for each line. */
  #lines = [];
  /** @type {Map<number, string>} severity by index of line */
  #marks = new Map();
  /** @type {Map<number, string>} what goroutines wait for, by index of line */
  #waits = new Map();
  /** The index of the line that the reader was sent to, or -1. */
  #place = -1;
  /** @type {HTMLTextAreaElement|null} null when read only */
  #input = null;
  #text;
  /** What it started with. */
  #base;
  #changed;
  #language;

  /** The lines that the author points at, from 1. */
  #marked = [];
  /** The lines that are folded away, from 1; a textarea cannot, so there is none meanwhile. */
  #folded = [];
  /** Of several files the index of the one that is shown; -1 for all, with their headers. */
  #file = 0;

  /** Escape was pressed, and Tab is the browser's once. */
  #leaving = false;

  /**
   * @param {HTMLPreElement} pre the highlighted program, which goes into the editor
   * @param {string} text
   * @param {{label: string, language: string, hint: Element, readOnly: boolean, hidden: Array<{from: number, to: number}>,
   *     marked: Array<number>, changed: Function, run: Function}} options hidden and marked are lines of the text, from 1
   */
  constructor(pre, text, options) {
    this.#text = text;
    this.#base = text;
    this.#changed = options.changed;
    this.#marked = options.marked;
    this.#language = options.language;
    this.#code = pre.querySelector('code');
    this.element = element('div', {class: 'sheet'}, pre);
    if (options.readOnly) {
      pre.addEventListener('keydown', (event) => runKey(event, options.run));
    } else {
      this.#input = this.#textarea(options);
      this.element.append(this.#input);
    }
    this.#folded = options.hidden;
    this.#draw();
    this.#fold(true);
    this.#admit();
  }

  /** Shows all of the program. */
  open() {
    this.showFile(-1);
    this.#unfold();
  }

  /** Shows what is folded away, if anything is. */
  #unfold() {
    this.#fold(false);
    this.#folded = [];
    this.#admit();
  }

  #fold(on) {
    for (const {from, to} of this.#folded) {
      const {node: first} = this.#lines[from - 1];
      if (on) first.insertBefore(element('span', {class: 'fold-mark'}), first.lastChild); // which is the newline
      else first.querySelector('.fold-mark').remove();
      for (const {node} of this.#lines.slice(from, to)) node.toggleAttribute('data-folded', on);
    }
  }

  /** Which of several files is shown; -1 where all of the program is. */
  get file() {
    return this.#several().length > 1 ? this.#file : -1;
  }

  /** Shows one of several files. */
  showFile(index) {
    this.#file = index;
    this.#narrow();
    this.#admit();
  }

  #several() {
    return this.#language === 'go' && this.#file >= 0 ? filesOf(this.#text) : [];
  }

  /** Hides the files that are not shown. */
  #narrow() {
    const files = this.#several();
    this.#file = Math.min(this.#file, Math.max(files.length - 1, 0));
    const {from, to} = files.length > 1 ? files[this.#file] : {from: 0, to: Infinity};
    for (const [i, {node}] of this.#lines.entries()) node.toggleAttribute('data-away', i < from || i > to);
  }

  /** Lets the reader into the text where it is all there. */
  #admit() {
    if (!this.#input) return;
    const closed = this.#folded.length > 0 || this.file >= 0;
    const pre = this.#code.parentElement;
    this.#input.hidden = closed;
    pre.tabIndex = closed ? 0 : -1;
    pre.setAttribute('aria-hidden', String(!closed));
  }

  get text() {
    return this.#text;
  }

  /** Replaces the program, as an edit that the reader can undo. */
  set text(text) {
    if (text === this.#text) return;
    this.#unfold();
    if (this.#input) this.#replace(0, this.#input.value.length, text);
    this.#take(text);
  }

  /** What another editor needs to go on from here. */
  get state() {
    const {selectionStart, selectionEnd, selectionDirection} = this.#input;
    const back = selectionDirection === 'backward';
    const holder = this.#input.hidden ? this.#code.parentElement : this.#input;
    return {
      text: this.#text, base: this.#base, file: this.file, focused: focused(holder) === holder,
      anchor: back ? selectionEnd : selectionStart, head: back ? selectionStart : selectionEnd,
    };
  }

  /** Replaces the program by another spelling of it: cursor and window stay where they are in it. */
  respell(text, sameSpot) {
    this.#unfold();
    const before = this.#text;
    const {selectionStart, selectionEnd} = this.#input;
    const top = this.line?.getBoundingClientRect().top;
    const {from, to, insert} = difference(before, text);
    this.#replace(from, to, insert);
    this.#take(text);
    this.#input.setSelectionRange(sameSpot(before, selectionStart, text), sameSpot(before, selectionEnd, text));
    if (top !== undefined) scrollBy({top: this.line.getBoundingClientRect().top - top, behavior: 'instant'});
  }

  /** Puts back an earlier edit, as what the editor starts with. */
  restore(text) {
    this.#unfold();
    this.#text = text;
    this.#base = text;
    if (this.#input) this.#input.value = text;
    this.#draw();
    this.#admit();
  }

  /** The line with the cursor; undefined where the reader is elsewhere. */
  get line() {
    if (!this.#input || focused(this.#input) !== this.#input) return undefined;
    return this.#lines[this.#text.slice(0, this.#input.selectionEnd).split('\n').length - 1]?.node;
  }

  /** Shows which lines the compiler spoke of. */
  mark(diagnostics) {
    const lines = this.#text.split('\n');
    this.#marks = severityByLine(lines, diagnostics);
    this.#waits = waitsByLine(lines, diagnostics);
    this.#place = -1;
    this.#drawMarks();
  }

  /** @param {Set<number>} lit indices of the lines that something beside the program is about */
  light(lit) {
    for (const [i, {node}] of this.#lines.entries()) node.toggleAttribute('data-lit', lit.has(i));
  }

  /** Puts the cursor at a place, and marks its line. */
  goTo(position) {
    this.#unfold();
    this.#place = lineIndex(this.#text.split('\n'), position);
    if (this.file >= 0) this.showFile(this.#several().findLastIndex(({header}) => header <= this.#place));
    this.#drawMarks();
    const line = this.#lines[this.#place];
    line?.node.scrollIntoView({block: 'nearest', inline: 'nearest'});
    if (this.#input === null || this.#input.hidden) {
      this.#code.parentElement.focus({preventScroll: true});
      return;
    }
    const offset = offsetOf(this.#text, position);
    this.#input.focus({preventScroll: true});
    this.#input.setSelectionRange(offset, offset);
  }

  #textarea(options) {
    const input = element('textarea', {
      'aria-label': options.label,
      'aria-describedby': options.hint.id,
      autocapitalize: 'off',
      autocomplete: 'off',
      autocorrect: 'off',
      spellcheck: 'false',
      translate: 'no',
      wrap: 'off',
      rows: '1',
      input: () => this.#take(input.value),
      beforeinput: (event) => this.#beforeInput(event),
      keydown: (event) => this.#key(event, options),
      keyup: () => options.caret(placesAt(this.#text, input.selectionEnd)),
      click: () => options.caret(placesAt(this.#text, input.selectionEnd)),
      // The sheet is as large as the text, so the textarea has nothing to
      // scroll; some browsers do before the sheet has grown.
      scroll: () => input.scrollTo(0, 0),
    });
    input.value = this.#text;
    return input;
  }

  #take(text) {
    if (text === this.#text) return;
    this.#text = text;
    this.#draw();
    this.#admit();
    this.#changed();
  }

  #key(event, options) {
    if (event.isComposing) return;
    if (runKey(event, options.run)) return;
    const leaving = this.#leaving;
    this.#leaving = event.key === 'Escape' || leaving && event.key === 'Shift';
    if (event.key === 'Tab' && leaving) return;
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.#indent(event.shiftKey);
    } else if (event.key === '/' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#toggleComments();
    }
  }

  /** Tab inserts a tab or indents the selected lines; Shift-Tab takes one off. */
  #indent(less) {
    const {selectionStart: from, selectionEnd: to} = this.#input;
    if (!less && from === to) this.#replace(from, to, '\t');
    else this.#changeLines((line) => (less ? line.replace(/^(\t| {1,4})/, '') : line && '\t' + line));
  }

  /** Makes the selected lines comments, or, where all are, code again. */
  #toggleComments() {
    const all = this.#selectedLines().lines.every((line) => /^\s*(?:\/\/|$)/.test(line));
    this.#changeLines((line) => (all ? line.replace(/^(\s*)\/\/ ?/, '$1') : line.replace(/^(\s*)(?=\S)/, '$1// ')));
  }

  #selectedLines() {
    const {value, selectionStart: from, selectionEnd: to} = this.#input;
    const start = lineStart(value, from);
    // A selection that ends at the start of a line does not mean that line.
    const last = to > from && value[to - 1] === '\n' ? to - 1 : to;
    const end = value.indexOf('\n', last) < 0 ? value.length : value.indexOf('\n', last);
    return {from, to, start, end, lines: value.slice(start, end).split('\n')};
  }

  /** Changes each of the selected lines, and keeps the selection on them. */
  #changeLines(change) {
    const {from, to, start, end, lines} = this.#selectedLines();
    const changed = lines.map(change);
    this.#replace(start, end, changed.join('\n'));
    const first = changed[0].length - lines[0].length;
    const all = changed.join('\n').length - (end - start);
    this.#input.setSelectionRange(Math.max(start, from + first), Math.max(start, to + all));
  }

  /** On-screen keyboards tell what they insert, but not by which key. */
  #beforeInput(event) {
    if (event.isComposing) return;
    if (event.inputType === 'insertLineBreak') this.#newline(event);
    else if (event.inputType === 'insertText' && event.data === '}') this.#closeBrace(event);
  }

  /** Enter keeps the indentation, and adds to it after an opening bracket. */
  #newline(event) {
    const {value, selectionStart: from, selectionEnd: to} = this.#input;
    const before = value.slice(lineStart(value, from), from);
    const indent = /^[\t ]*/.exec(before)[0] + (/[{([]\s*$/.test(before) ? '\t' : '');
    if (indent === '') return;
    event.preventDefault();
    this.#replace(from, to, '\n' + indent);
  }

  /** A closing brace that begins a line goes back by one indentation. */
  #closeBrace(event) {
    const {value, selectionStart: from, selectionEnd: to} = this.#input;
    const start = lineStart(value, from);
    if (from !== to || !/^[\t ]*\t$/.test(value.slice(start, from))) return;
    event.preventDefault();
    this.#replace(from - 1, from, '}');
  }

  /** Replaces a piece of the text so that the browser's undo knows of it. */
  #replace(from, to, text) {
    const input = this.#input;
    const active = focused(input);
    input.focus({preventScroll: true});
    input.setSelectionRange(from, to);
    const command = text === '' ? 'delete' : 'insertText';
    if (input.hidden || !document.execCommand(command, false, text)) { // which is done to what has the focus
      input.setRangeText(text, from, to, 'end');
      this.#take(input.value);
    }
    if (active !== input) active?.focus?.({preventScroll: true});
  }

  /** Draws the lines that differ from those that are shown. */
  #draw() {
    const lines = highlight(this.#text, this.#language).map((tokens, i, all) => ({tokens, key: keyOf(tokens, i < all.length - 1)}));
    const old = this.#lines;
    if (old.length === 0) this.#code.replaceChildren();
    let head = 0;
    while (head < lines.length && head < old.length && lines[head].key === old[head].key) head++;
    let tail = 0;
    while (tail < lines.length - head && tail < old.length - head &&
        lines.at(-1 - tail).key === old.at(-1 - tail).key) tail++;
    const drawn = lines.slice(head, lines.length - tail)
        .map(({tokens, key}) => ({key, node: lineNode(tokens, key.endsWith('\n'))}));
    const next = old[old.length - tail]?.node ?? null;
    for (const {node} of old.slice(head, old.length - tail)) node.remove();
    for (const {node} of drawn) this.#code.insertBefore(node, next);
    this.#lines = [...old.slice(0, head), ...drawn, ...old.slice(old.length - tail)];
    this.#narrow();
    this.#moveMarks(head, old.length - tail, lines.length - old.length);
    this.#drawMarks();
  }

  /** Marks go with their lines; those of lines that were changed, from index from to before to, are gone. */
  #moveMarks(from, to, added) {
    const moved = (i) => (i < from ? i : i < to ? -1 : i + added);
    this.#marks = new Map([...this.#marks].map(([i, severity]) => [moved(i), severity]).filter(([i]) => i >= 0));
    this.#waits = new Map([...this.#waits].map(([i, text]) => [moved(i), text]).filter(([i]) => i >= 0));
    this.#place = moved(this.#place);
  }

  #drawMarks() {
    const pointed = this.#text === this.#base ? this.#marked : [];
    for (const [i, {node}] of this.#lines.entries()) {
      node.toggleAttribute('data-marked', pointed.includes(i + 1));
      const mark = this.#marks.get(i) ?? (i === this.#place ? 'place' : '');
      if (mark) node.dataset.mark = mark;
      else delete node.dataset.mark;
      if (this.#waits.has(i)) node.dataset.waits = this.#waits.get(i);
      else delete node.dataset.waits;
    }
  }
}

/** Ctrl, Command or Shift with Enter runs the program. */
function runKey(event, run) {
  if (event.key !== 'Enter' || event.isComposing) return false;
  if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return false;
  event.preventDefault();
  run();
  return true;
}

function lineNode(tokens, newline) {
  const line = element('span', {class: 'line'});
  for (const {cls, text} of tokens) line.append(cls ? element('span', {class: cls}, text) : text);
  if (newline) line.append('\n');
  return line;
}

function keyOf(tokens, newline) {
  return tokens.map(({cls, text}) => `${cls}\0${text}`).join('\0') + (newline ? '\n' : '');
}

function lineStart(text, offset) {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
