// The reader's program: the author's, with what the reader has made of it. Keeps
// edits, asks which of two versions to go on with, formats, and shows what the
// compiler found.

import {isScript} from '../backend/scripts.js';
import {flash} from '../clipboard.js';
import {APPLE} from '../platform.js';
import {Diagnostics} from './diagnostics.js';
import {Draft} from './drafts.js';
import {Editor} from './editor.js';
import {filesOf, foldedIn, moved, withinFiles} from './source.js';

/** Loaded when it is asked. */
const formatter = () => import('./formatter.js');

const knobs = () => import('./knobs.js');
const files = () => import('./files.js');
const changes = () => import('./changes.js');
const prediction = () => import('./predict.js');

/** What is loaded for programs that have a use for it: each exports a class Part. */
const PARTS = new Map([
  [knobs, ({source, runner}) => source.includes('knob:') || runner.dataset.knobs],
  [prediction, ({runner}) => runner.querySelector('.predict')],
  [files, ({source, runner}) => runner.dataset.lang === 'go' && filesOf(source).length > 1],
  [changes, ({source, original}) => source !== original],
]);

export class Program {
  editor;
  /** The author's. */
  original;
  diagnostics;
  /** What is known to be wrong with the program as it is. */
  found = [];
  /** The program that diagnostics and output are about. */
  ran = '';
  /** The reader has typed into the editor since the run began. */
  typing = false;
  // For PARTS, too: the widget, its caption, its buttons, and whom to tell what.
  runner;
  title;
  bar;
  on;
  #connection;
  #draft;
  /** Asks which of two versions to go on with; null until there was a question. */
  #choice = null;
  /** Those of PARTS that are there. */
  #parts = new Map();

  /**
   * @param {HTMLElement} runner the widget
   * @param {Element} code the author's program, in the place of whose pre the editor comes
   * @param {{title: string, bar: import('./bar.js').Bar, connection: import('../backend/connection.js').Connection}} parts
   * @param {{run: function(): void, goTo: function(Object): void, caret: function(Function): void, edited: function(): void,
   *     found: function(): void, idle: function(string): void}} on edited and found are when the reader has changed the
   *     program and when formatting it has found mistakes; idle gets what to say where nothing runs
   */
  constructor(runner, code, {title, bar, connection}, on) {
    [this.runner, this.title, this.bar, this.#connection, this.on] = [runner, title, bar, connection, on];
    this.original = code.textContent;
    this.diagnostics = new Diagnostics(on.goTo);
    this.editor = this.#edit(code.parentElement);
    this.#draft = new Draft(runner.id, this.original, (source) => this.#editedElsewhere(source));
  }

  #edit(pre) {
    const {dataset} = this.runner;
    const script = isScript(this.runner);
    return new Editor(pre, this.original, {
      label: `Program: ${this.title}`,
      hint: this.bar.hint,
      readOnly: this.runner.hasAttribute('readonly'),
      hidden: withinFiles(this.original, foldedIn(pre)),
      marked: dataset.marked?.split(' ').map(Number) ?? [],
      changed: () => this.#changed(),
      run: this.on.run,
      language: dataset.lang,
      check: async (source) => (await formatter()).check(this.#connection, source, script ? dataset.lang : 'check'),
      assist: script ? null : async (source, at) => (await formatter()).assist(this.#connection, source, at),
      mend: () => this.format(),
      caret: this.on.caret,
      turned: () => this.#update(),
      checked: (found) => this.#findings(found),
    });
  }

  /** As it is in the editor. */
  get source() {
    return this.editor.source;
  }

  /** Puts back what was kept of the reader's edits, and loads what the program has a use for. */
  restore() {
    this.#restore();
    this.#update();
  }

  #restore() {
    const draft = this.runner.hasAttribute('readonly') ? null : this.#draft.load();
    if (draft === null || draft.source === this.original) return;
    this.#take(draft.source);
    if (draft.stale) this.#ask('The author has changed this program since you edited it.', 'the author\u2019s', this.original);
    else this.bar.status.say('your edit was kept; Reset brings back the original');
  }

  /** Shows a program instead of the author's, or asks whoever has an edit of their own. */
  offer({source, saying, question}) {
    if (this.source !== this.original && this.source !== source) this.#ask(question, 'the shared one', source);
    else {
      this.#take(source);
      this.bar.status.say(saying);
    }
  }

  /** What is found from now on is about a program: a run of it begins. */
  begin(source) {
    this.ran = source;
    this.typing = false;
    this.#forget();
  }

  /** Shows what the compiler says of it. */
  add(...found) {
    for (const d of found) this.diagnostics.add(d);
    this.editor.mark(this.diagnostics.found);
    this.#findings(this.diagnostics.found);
  }

  goTo(position) {
    this.editor.goTo(moved(position, this.ran, this.source));
  }

  reset() {
    this.#choice?.close();
    this.editor.source = this.original;
    this.#forget();
    this.bar.focus();
    if (!this.runner.busy) this.bar.status.say(`reset to the original; ${APPLE ? '⌘ Z' : 'Ctrl+Z'} in the editor undoes it`);
  }

  async format() {
    const {format, sameSpot} = await formatter();
    if (this.runner.hasAttribute('data-formatting')) return;
    this.runner.toggleAttribute('data-formatting', true);
    const before = this.source;
    const {source, found, problem} = await format(this.#connection, before);
    this.runner.toggleAttribute('data-formatting', false);
    if (problem) this.#notFormatted(before, found, problem);
    else if (this.source !== before) this.#aside('not formatted: you have changed it meanwhile', 'Cannot');
    else if (source.trimEnd() === before.trimEnd()) this.#aside('already formatted', 'Done');
    else {
      this.editor.respell(source, sameSpot);
      this.#aside('formatted; imports are as needed', 'Done');
    }
  }

  #notFormatted(source, found, problem) {
    this.#aside(problem, 'Cannot');
    if (this.runner.busy || found.length === 0) return;
    this.begin(source);
    this.add(...found);
    this.on.found();
  }

  /** Says what is not about a run; while one is under way, in a word on the button only. */
  #aside(text, word) {
    if (this.runner.busy) flash(this.bar.buttons.format, word);
    else this.on.idle(text);
  }

  #editedElsewhere(source) {
    if (source !== this.source) this.#ask('This program was edited in another tab.', 'the other tab\u2019s', source);
  }

  async #ask(question, name, source) {
    const {Choice} = await import('./choice.js');
    if (!this.#choice) {
      this.#choice = new Choice(this.title, {
        show: (source) => { this.editor.source = source; },
        compare: (other, mine) => this.compare(other, mine),
        done: () => this.#changed(),
      });
      this.bar.element.after(this.#choice.element);
    }
    this.#choice.ask(question, {name: 'mine', source: this.source}, {name, source});
  }

  #findings(found) {
    this.found = found;
    this.#update();
  }

  /** What shows files, and makes new ones. */
  files() {
    return this.#part(files);
  }

  /** Shows how two versions of the program differ; null for not any more. */
  async compare(other, mine) {
    if (other || this.#parts.has(changes)) (await this.#part(changes)).compare(other, mine);
  }

  #take(source) {
    this.editor.restore(source);
    this.#showEdited();
  }

  #forget() {
    this.diagnostics.clear();
    this.editor.mark([]);
    this.#findings([]);
  }

  #changed() {
    this.typing = true;
    this.diagnostics.age(this.source !== this.ran);
    this.#showEdited();
    // What is only looked at is not kept.
    if (this.#choice?.open) return;
    if (this.source === this.original) this.#draft.clear();
    else this.#draft.save(this.source);
    this.on.edited();
  }

  async #part(load) {
    const {Part} = await load();
    if (!this.#parts.has(load)) this.#parts.set(load, new Part(this));
    return this.#parts.get(load);
  }

  async #update() {
    for (const [load, wanted] of PARTS) if (this.#parts.has(load) || wanted(this)) (await this.#part(load)).update();
  }

  #showEdited() {
    this.#update();
    const edited = this.source !== this.original;
    this.runner.toggleAttribute('data-edited', edited);
    this.bar.buttons.reset.disabled = !edited;
  }
}
