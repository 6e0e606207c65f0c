// The editor: a transparent textarea over highlighted lines of the same
// metrics. The browser does the editing, with its own undo, selection, input
// methods and on-screen keyboards; this draws what is under it.

import {element, focused} from '../dom.js';
import {highlight} from './highlight.js';
import {sameSpot} from './formatter.js';
import {lineIndex, offsetOf} from './source.js';

export class Editor {
  /** What takes the place of the pre. */
  element;
  #code;
  /** What is shown: {key, node} for each line. */
  #lines = [];
  /** @type {Map<number, string>} severity by index of line */
  #marks = new Map();
  /** The index of the line that the reader was sent to, or -1. */
  #place = -1;
  /** @type {HTMLTextAreaElement|null} null when read only */
  #input = null;
  #text;
  #changed;

  /**
   * @param {HTMLPreElement} pre the highlighted program, which is replaced
   * @param {string} source
   * @param {{label: string, hint: Element, readOnly: boolean, changed: Function, run: Function,
   *     leave: Function}} options
   */
  constructor(pre, source, options) {
    this.#text = trimEnd(source);
    this.#changed = options.changed;
    this.#code = pre.querySelector('code');
    const sheet = element('div', {class: 'sheet'});
    this.element = element('div', {class: 'editor'}, sheet);
    pre.replaceWith(this.element);
    sheet.append(pre);
    if (options.readOnly) {
      pre.addEventListener('keydown', (event) => runKey(event, options.run));
    } else {
      pre.removeAttribute('tabindex');
      pre.setAttribute('aria-hidden', 'true');
      this.#input = this.#textarea(options);
      sheet.append(this.#input);
    }
    this.#draw();
  }

  /** The program, ended by a newline. */
  get source() {
    return this.#text + '\n';
  }

  /** Replaces the program, as an edit that the reader can undo. */
  set source(source) {
    const text = trimEnd(source);
    if (text === this.#text) return;
    if (this.#input) this.#replace(0, this.#input.value.length, text);
    this.#take(text);
  }

  /** Replaces the program by another spelling of it: cursor and window stay where they are in it. */
  respell(source) {
    const text = trimEnd(source);
    const before = this.#text;
    const {selectionStart, selectionEnd} = this.#input;
    const top = this.line?.getBoundingClientRect().top;
    let head = 0;
    while (head < text.length && text[head] === before[head]) head++;
    let tail = 0;
    while (tail < Math.min(text.length, before.length) - head && text.at(-1 - tail) === before.at(-1 - tail)) tail++;
    this.#replace(head, before.length - tail, text.slice(head, text.length - tail));
    this.#take(text);
    this.#input.setSelectionRange(sameSpot(before, selectionStart, text), sameSpot(before, selectionEnd, text));
    if (top !== undefined) scrollBy({top: this.line.getBoundingClientRect().top - top, behavior: 'instant'});
  }

  /** Puts back an earlier edit, as what the editor starts with. */
  restore(source) {
    this.#text = trimEnd(source);
    if (this.#input) this.#input.value = this.#text;
    this.#draw();
  }

  /** The line with the cursor; undefined where the reader is elsewhere. */
  get line() {
    if (!this.#input || focused(this.#input) !== this.#input) return undefined;
    return this.#lines[this.#text.slice(0, this.#input.selectionEnd).split('\n').length - 1]?.node;
  }

  /** Shows which lines the compiler spoke of. */
  mark(diagnostics) {
    const lines = this.#text.split('\n');
    this.#marks.clear();
    this.#place = -1;
    for (const d of diagnostics) {
      if (!d.line) continue;
      const index = lineIndex(lines, d);
      if (this.#marks.get(index) !== 'error') this.#marks.set(index, d.severity);
    }
    this.#drawMarks();
  }

  /** Puts the cursor at a place, and marks its line. */
  goTo(position) {
    this.#place = lineIndex(this.#text.split('\n'), position);
    this.#drawMarks();
    const line = this.#lines[this.#place];
    line?.node.scrollIntoView({block: 'nearest', inline: 'nearest'});
    if (this.#input === null) {
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
    this.#changed();
  }

  #key(event, options) {
    if (event.isComposing) return;
    if (runKey(event, options.run)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      options.leave();
    } else if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) {
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
    if (!document.execCommand(command, false, text)) {
      input.setRangeText(text, from, to, 'end');
      this.#take(input.value);
    }
    if (active !== input) active?.focus?.({preventScroll: true});
  }

  /** Draws the lines that differ from those that are shown. */
  #draw() {
    const lines = highlight(this.#text).map((tokens, i, all) => ({tokens, key: keyOf(tokens, i < all.length - 1)}));
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
    this.#moveMarks(head, old.length - tail, lines.length - old.length);
    this.#drawMarks();
  }

  /** Marks go with their lines; those of lines that were changed, from index from to before to, are gone. */
  #moveMarks(from, to, added) {
    const moved = (i) => (i < from ? i : i < to ? -1 : i + added);
    this.#marks = new Map([...this.#marks].map(([i, severity]) => [moved(i), severity]).filter(([i]) => i >= 0));
    this.#place = moved(this.#place);
  }

  #drawMarks() {
    for (const [i, {node}] of this.#lines.entries()) {
      const mark = this.#marks.get(i) ?? (i === this.#place ? 'place' : '');
      if (mark) node.dataset.mark = mark;
      else delete node.dataset.mark;
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

/** The last newline is the file's, not the reader's: no empty line for it. */
function trimEnd(source) {
  return source.endsWith('\n') ? source.slice(0, -1) : source;
}
