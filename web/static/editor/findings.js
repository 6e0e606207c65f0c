// Findings: what the compiler and vet say of a piece of the program, under it,
// on hover, for screen readers, and in the hint while the cursor is in it. They
// go with the text. While the reader types, the program is checked again.

import {Decoration, EditorView, RangeSet, StateEffect, StateField, ViewPlugin, hoverTooltip, keymap} from '../vendor/codemirror.js';
import {element} from '../dom.js';
import {MOD} from '../platform.js';
import {offsetOf} from '../widget/source.js';
import {fixesOf} from './fixes.js';
import {showMarks} from './marks.js';

/** How long the reader pauses before the program is checked, in milliseconds. */
const PAUSE = 500;

const setFindings = StateEffect.define();

const field = StateField.define({
  create: () => RangeSet.empty,
  update(set, transaction) {
    if (transaction.docChanged) set = set.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setFindings)) set = effect.value;
    return set;
  },
  provide: (self) => EditorView.decorations.from(self),
});

/** @param {Array<{severity: string, message: string, file?: string, line?: number, column?: number}>} found */
export function showFindings(view, found) {
  const text = view.state.doc.toString();
  const ranges = found.filter((d) => d.line && d.severity !== 'waiting').map((d) => rangeOf(view.state, text, d));
  view.dispatch({effects: setFindings.of(RangeSet.of(ranges, true))});
}

function rangeOf(state, text, d) {
  let from = offsetOf(text, d);
  let to = d.endLine ? offsetOf(text, {file: d.file, line: d.endLine, column: d.endColumn}) : from;
  const line = state.doc.lineAt(from);
  if (to <= from) to = from + (/^(?:"[^"]*"|[\p{L}\p{Nd}_]+)/u.exec(line.text.slice(from - line.from))?.[0].length ?? 0);
  if (to <= from) [from, to] = from < line.to ? [from, from + 1] : [Math.max(line.from, from - 1), from];
  if (from === to) to = Math.min(from + 1, state.doc.length);
  if (from === to) from = Math.max(0, to - 1);
  return Decoration.mark({
    class: 'squiggle',
    attributes: {role: 'mark', 'aria-description': `${d.severity}: ${d.message}`, 'data-severity': d.severity},
    finding: d,
  }).range(from, Math.max(to, from + 1));
}

/** The findings at an offset. */
function at(state, pos) {
  const list = [];
  state.field(field).between(pos, pos, (from, to, {spec}) => { list.push({...spec.finding, from, to}); });
  return list;
}

/** @param {{hint: Element, mend: Function}} options */
export function findings({hint, mend}) {
  return [
    field,
    hoverTooltip((view, pos) => {
      const list = at(view.state, pos);
      if (list.length === 0) return null;
      return {pos: Math.min(...list.map((d) => d.from)), end: Math.max(...list.map((d) => d.to)), above: true,
        create: () => ({dom: element('div', {class: 'found'}, ...list.map((d) => card(view, d, mend)))})};
    }, {hoverTime: 200}),
    keymap.of([
      {key: 'F8', run: (view) => goToNext(view, 1), shift: (view) => goToNext(view, -1)},
      {key: 'Mod-.', run: (view) => fixHere(view, mend)},
    ]),
    EditorView.updateListener.of((update) => {
      if (update.selectionSet || update.docChanged || update.transactions.some((t) => t.effects.some((e) => e.is(setFindings)))) {
        tell(update.state, hint, mend);
      }
    }),
  ];
}

function card(view, d, mend) {
  return element('div', {class: `finding ${d.severity}`}, element('p', {}, d.message),
      ...fixesOf(view.state, d, mend).map(({label, apply}) => element('button', {type: 'button', click: () => apply(view)}, label)));
}

/** Says what is wrong at the cursor, where the hint is otherwise. */
function tell(state, hint, mend) {
  const [d] = at(state, state.selection.main.head);
  const span = hint.firstElementChild;
  hint.dataset.hint ??= span.textContent;
  const fix = d && fixesOf(state, d, mend)[0];
  const text = d ? `${d.severity}: ${d.message}${fix ? ` \u00b7 ${MOD}. ${fix.label}` : ''}` : hint.dataset.hint;
  if (span.textContent === text) return;
  span.setAttribute('role', 'status');
  hint.dataset.severity = d?.severity ?? '';
  span.textContent = text;
}

/** Puts the cursor at the next finding, or the one before, around the end. */
function goToNext(view, step) {
  const starts = [];
  for (let i = view.state.field(field).iter(); i.value; i.next()) starts.push(i.from);
  if (starts.length === 0) return false;
  const {head} = view.state.selection.main;
  const next = step > 0 ? starts.find((s) => s > head) ?? starts[0] : starts.findLast((s) => s < head) ?? starts.at(-1);
  view.dispatch({selection: {anchor: next}, scrollIntoView: true});
  return true;
}

function fixHere(view, mend) {
  for (const d of at(view.state, view.state.selection.main.head)) {
    const [fix] = fixesOf(view.state, d, mend);
    if (!fix) continue;
    fix.apply(view);
    return true;
  }
  return false;
}

/** Checks the program when the reader pauses, one version at a time. */
export const checking = (check, checked) => ViewPlugin.fromClass(class {
  timer = 0;
  busy = false;

  constructor(view) {
    this.view = view;
  }

  update(update) {
    if (update.docChanged) this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    if (this.busy) return this.later();
    const {doc} = this.view.state;
    this.busy = true;
    const found = await check(doc.toString() + '\n');
    this.busy = false;
    // What could not be checked, and what has changed since, says nothing.
    if (found === null || this.view.state.doc !== doc) return undefined;
    showMarks(this.view, found, true);
    showFindings(this.view, found);
    checked(found);
    return undefined;
  }

  destroy() {
    clearTimeout(this.timer);
  }
});
