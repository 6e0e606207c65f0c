// What keys do, besides what they do in every editor.

import {Prec, acceptCompletion, closeBracketsKeymap, completionKeymap, defaultKeymap, foldKeymap, historyKeymap, indentLess,
  insertTab, keymap, searchKeymap, temporarilySetTabFocusMode} from '../vendor/codemirror.js';

/** @param {{run: Function}} options */
export function keys({run}) {
  const go = () => {
    run();
    return true;
  };
  return [
    Prec.highest(keymap.of([
      {key: 'Mod-Enter', run: go, shift: go},
      {key: 'Ctrl-Enter', run: go},
      {key: 'Meta-Enter', run: go},
      {key: 'Shift-Enter', run: go},
    ])),
    // Completion and search take their Escape before it.
    keymap.of([
      ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap,
      {key: 'Tab', run: tab, shift: indentLess},
      {key: 'Escape', run: leave},
      ...defaultKeymap,
    ]),
  ];
}

/** Takes what is proposed, indents what is selected, or is a tab. */
function tab(view) {
  if (acceptCompletion(view)) return true;
  return view.state.selection.ranges.some((r) => !r.empty) ? indentMore(view) : insertTab(view);
}

/** Indents the selected lines; those that are empty stay so, as gofmt would have it. */
function indentMore({state, dispatch}) {
  const starts = new Set();
  for (const {from, to} of state.selection.ranges) {
    for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
      // A selection that ends at the start of a line does not mean that line.
      if (line.from === to && from < to) break;
      if (line.length > 0) starts.add(line.from);
      if (line.to >= to) break;
    }
  }
  const changes = [...starts].map((at) => ({from: at, insert: '\t'}));
  dispatch(state.update({changes, userEvent: 'input.indent'}));
  return true;
}

/** One cursor is left of many; then Tab is the browser's for a moment. */
function leave(view) {
  const {selection} = view.state;
  if (selection.ranges.length > 1) view.dispatch({selection: selection.asSingle()});
  else temporarilySetTabFocusMode(view);
  return true;
}
