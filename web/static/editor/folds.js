// Parts of the program that are folded away, until the reader asks for them.

import {codeFolding, foldEffect, foldGutter} from '../vendor/codemirror.js';

export const folding = [
  codeFolding({placeholderText: '…'}),
  foldGutter({markerDOM: marker}),
];

function marker(open) {
  const node = document.createElement('span');
  node.className = open ? 'fold open' : 'fold';
  node.title = open ? 'Fold this part' : 'Show what is folded here';
  return node;
}

/**
 * Folds lines of the program.
 *
 * @param {EditorView} view
 * @param {Array<{from: number, to: number}>} lines the first and the last of each part, from 1; the first stays
 */
export function fold(view, lines) {
  const {doc} = view.state;
  view.dispatch({effects: lines.map(({from, to}) => foldEffect.of({from: doc.line(from).to, to: doc.line(to).to}))});
}
