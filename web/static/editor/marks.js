// Marks: the lines that the compiler spoke of, or that the reader was sent to.
// They go with their lines, and with what they were about.

import {Decoration, EditorView, GutterMarker, RangeSet, StateEffect, StateField, lineNumberMarkers} from '../vendor/codemirror.js';
import {severityByLine, waitsByLine} from '../widget/source.js';

const setMarks = StateEffect.define();
const setPlace = StateEffect.define();

const SIGNS = {error: '\u2717', warning: '!', waiting: '\u2016', place: '\u2192'};

/** Takes the place of a line's number: the number, with a sign. */
class Sign extends GutterMarker {
  constructor(kind, waits = '') {
    super();
    this.kind = kind;
    this.waits = waits;
    this.elementClass = `mark-${kind}`;
  }

  eq(other) {
    return this.kind === other.kind && this.waits === other.waits;
  }
}

const signs = Object.fromEntries(Object.keys(SIGNS).map((kind) => [kind, new Sign(kind)]));
const lines = Object.fromEntries(Object.keys(SIGNS).map((kind) =>
  [kind, Decoration.line({attributes: {'data-mark': kind}})]));

/** Kinds of marks, at the starts of their lines. */
const field = StateField.define({
  create: () => ({found: RangeSet.empty, place: RangeSet.empty}),
  update({found, place}, transaction) {
    if (transaction.docChanged) [found, place] = [moved(found, transaction), moved(place, transaction)];
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) [found, place] = [effect.value, RangeSet.empty];
      if (effect.is(setPlace)) place = effect.value;
    }
    return {found, place};
  },
  provide: (self) => [
    EditorView.decorations.from(self, ({place}) => as(place, lines)),
    EditorView.decorations.from(self, ({found}) => as(found, lines)),
    lineNumberMarkers.from(self, ({place}) => place),
    lineNumberMarkers.from(self, ({found}) => found),
  ],
});

/** Goes with the lines that were not changed themselves. */
function moved(set, {startState, changes}) {
  const untouched = (from) => !changes.touchesRange(from, startState.doc.lineAt(from).to);
  return set.update({filter: untouched}).map(changes);
}

/** The same set with other values at the places of its signs. */
function as(set, values) {
  const ranges = [];
  for (let at = set.iter(); at.value; at.next()) {
    const {kind, waits} = at.value;
    ranges.push((waits ? Decoration.line({attributes: {'data-mark': kind, 'data-waits': waits}}) : values[kind]).range(at.from));
  }
  return RangeSet.of(ranges);
}

const setLit = StateEffect.define();
const litLine = Decoration.line({attributes: {'data-lit': ''}});

/** Lines that something beside the program is about, until the program changes. */
const lit = StateField.define({
  create: () => RangeSet.empty,
  update(set, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setLit)) return effect.value;
    }
    return transaction.docChanged ? RangeSet.empty : set;
  },
  provide: (self) => EditorView.decorations.from(self),
});

const pointedLine = Decoration.line({attributes: {'data-marked': ''}});

/**
 * Marks the lines that the author points at. The marks go with their lines.
 *
 * @param {Array<number>} numbers from 1
 */
export function pointed(numbers) {
  const field = StateField.define({
    create: ({doc}) => RangeSet.of(numbers.filter((n) => n <= doc.lines).map((n) => pointedLine.range(doc.line(n).from)), true),
    update: (set, {docChanged, changes}) => (docChanged ? set.map(changes) : set),
    provide: (self) => EditorView.decorations.from(self),
  });
  return field;
}

export const marks = [field, lit];

/**
 * @param {Array<{severity: string, file?: string, line?: number}>} found
 * @param {boolean} [same] the run is the same: what its goroutines wait for stays
 */
export function showMarks(view, found, same = false) {
  const {doc} = view.state;
  const texts = doc.toString().split('\n');
  const kinds = severityByLine(texts, found);
  const waits = waitsByLine(texts, found);
  if (same) {
    for (let at = view.state.field(field).found.iter(); at.value; at.next()) {
      const index = doc.lineAt(at.from).number - 1;
      if (!at.value.waits) continue;
      waits.set(index, at.value.waits);
      if (!kinds.has(index)) kinds.set(index, 'waiting');
    }
  }
  const ranges = [...kinds].sort(([a], [b]) => a - b).map(([i, kind]) => (waits.has(i) ? new Sign(kind, waits.get(i)) : signs[kind]).range(doc.line(i + 1).from));
  view.dispatch({effects: setMarks.of(RangeSet.of(ranges))});
}

/** @param {number} index of the line, from 0 */
export function showPlace(view, index) {
  view.dispatch({effects: setPlace.of(RangeSet.of([signs.place.range(view.state.doc.line(index + 1).from)]))});
}

/** @param {Set<number>} indices of lines, from 0 */
export function showLit(view, indices) {
  const {doc} = view.state;
  const ranges = [...indices].filter((i) => i < doc.lines).sort((a, b) => a - b).map((i) => litLine.range(doc.line(i + 1).from));
  view.dispatch({effects: setLit.of(RangeSet.of(ranges))});
}
