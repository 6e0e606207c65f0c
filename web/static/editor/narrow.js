// Shows one of a program's files at a time. All of them are one text, so that a finding
// has one place, and undo one order; the file with the cursor is shown, and the others
// are hidden with the headers of all. Keys and the mouse stay in the file. What leads
// elsewhere, a search, a finding or undo, shows the other file.

import {Decoration, EditorState, EditorView, StateField} from '../vendor/codemirror.js';
import {filesOf} from '../widget/source.js';

/** Events that go to other files; what else moves the cursor by itself is kept in its own. */
const FREE = ['select.search', 'input.replace'];

const field = StateField.define({
  create: ({doc, selection}) => around(doc, selection),
  update: (shown, {docChanged, selection, newDoc, newSelection}) => (docChanged || selection ? around(newDoc, newSelection) : shown),
  provide: (self) => [
    EditorView.decorations.from(self, ({hidden}) => hidden),
    EditorView.atomicRanges.of((view) => view.state.field(self).hidden),
  ],
});

const hiding = Decoration.replace({block: true});

/** The files, which of them has the cursor, where it begins and ends, and what is hidden. */
function around(doc, {main: {head}}) {
  const files = filesOf(doc.toString());
  const line = doc.lineAt(head).number - 1;
  const index = Math.max(files.findLastIndex(({header}) => header <= line), 0);
  const {from, to} = bounds(doc, files[index]);
  const several = files.length > 1;
  const hidden = several ? [[0, from - 1], [to + 1, doc.length]].filter(([a, b]) => a <= b && b >= 0) : [];
  return {
    files, index: several ? index : -1, firstLine: several ? files[index].from : 0,
    from: several ? from : 0, to: several ? to : doc.length, hidden: Decoration.set(hidden.map(([a, b]) => hiding.range(a, b))),
  };
}

/** Offsets of a file's text; one that has no line has none either. */
function bounds(doc, {header, from, to}) {
  if (from > to) return {from: doc.line(header + 1).to, to: doc.line(header + 1).to};
  return {from: doc.line(from + 1).from, to: doc.line(to + 1).to};
}

/** Keeps typing and the cursor in the file. */
const kept = EditorState.transactionFilter.of((transaction) => {
  const {index, from, to} = transaction.startState.field(field);
  if (index < 0 || FREE.some((name) => transaction.isUserEvent(name))) return transaction;
  if (transaction.docChanged && ['input', 'delete', 'move'].some((name) => transaction.isUserEvent(name))) {
    let inside = true;
    transaction.changes.iterChangedRanges((a, b) => { inside &&= a >= from && b <= to; });
    return inside ? transaction : [];
  }
  if (!transaction.selection || transaction.docChanged || !transaction.isUserEvent('select')) return transaction;
  const within = (at) => Math.min(Math.max(at, from), to);
  const ranges = transaction.selection.ranges.map((range) => ({anchor: within(range.anchor), head: within(range.head)}));
  if (ranges.every(({anchor, head}, i) => anchor === transaction.selection.ranges[i].anchor && head === transaction.selection.ranges[i].head)) return transaction;
  return [transaction, {selection: ranges[transaction.selection.mainIndex]}];
});

/** @param {function(): void} turned is called when another file is shown, or they are others */
export function narrowed(turned) {
  return [field, kept, EditorView.updateListener.of(({state, startState}) => {
    if (state.field(field).index !== startState.field(field).index) turned();
  })];
}

/** The index of the file that is shown; -1 where there is but one. */
export function shownFile(state) {
  return state.field(field).index;
}

/** The number of a line in its file. */
export function numberInFile(number, state) {
  return String(number - (state.field(field, false)?.firstLine ?? 0));
}

/**
 * Shows a file, with the cursor in it.
 *
 * @param {EditorView} view
 * @param {number} index
 * @param {number} [at] where in the file
 */
export function showFile(view, index, at = 0) {
  const {doc} = view.state;
  const file = filesOf(doc.toString())[index];
  if (!file) return;
  const {from, to} = bounds(doc, file);
  // A file that has no line gets one, or there is nowhere to write.
  const line = file.from > file.to ? {changes: {from, insert: '\n'}, selection: {anchor: from + 1}} : {selection: {anchor: Math.min(from + at, to)}};
  view.dispatch(line);
}

/** Where in its file the cursor is. */
export function placeInFile(state) {
  return state.selection.main.head - state.field(field).from;
}
