// Colours: the same tokens in the same classes as before the editor was there.

import {Decoration, EditorView, RangeSetBuilder, StateField, ViewPlugin} from '../vendor/codemirror.js';
import {highlight} from '../widget/highlight.js';

const marks = new Map();

/** The decoration for a class of tokens. */
function markOf(cls) {
  if (!marks.has(cls)) marks.set(cls, Decoration.mark({class: cls}));
  return marks.get(cls);
}

/** The program's tokens, line by line; a comment may be long, so all are made anew. */
export const tokens = StateField.define({
  create: (state) => read(state.doc),
  update: (lines, transaction) => (transaction.docChanged ? read(transaction.newDoc, lines.language) : lines),
});

/** The lines remember what they are written in. */
function read(doc, language) {
  return Object.assign(highlight(doc.toString(), language), {language});
}

class Colours {
  constructor(view) {
    this.decorations = draw(view);
  }

  update(update) {
    if (update.docChanged || update.viewportChanged) this.decorations = draw(update.view);
  }
}

/** Draws the lines that are in sight. */
function draw(view) {
  const lines = view.state.field(tokens);
  const builder = new RangeSetBuilder();
  for (const {from, to} of view.visibleRanges) {
    const last = view.state.doc.lineAt(to).number;
    for (let n = view.state.doc.lineAt(from).number; n <= last; n++) {
      let at = view.state.doc.line(n).from;
      for (const {cls, text} of lines[n - 1] ?? []) {
        if (cls) builder.add(at, at + text.length, markOf(cls));
        at += text.length;
      }
    }
  }
  return builder.finish();
}

/** @param {string} language */
export const colours = (language) => [
  tokens.init((state) => read(state.doc, language)),
  ViewPlugin.fromClass(Colours, {decorations: (plugin) => plugin.decorations}),
  EditorView.editorAttributes.of({class: 'chroma'}),
];
