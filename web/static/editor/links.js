// Links at the ends of lines, to others that have to do with them. They go with their
// lines, and when those are changed. Loaded when there are any.

import {Decoration, EditorView, RangeSet, StateEffect, StateField, WidgetType} from '../vendor/codemirror.js';
import {element} from '../dom.js';

const setLinks = StateEffect.define();

const field = StateField.define({
  create: () => RangeSet.empty,
  update(set, {startState, docChanged, changes, effects}) {
    if (docChanged) set = set.update({filter: (from) => !changes.touchesRange(startState.doc.lineAt(from).from, from)}).map(changes);
    for (const effect of effects) if (effect.is(setLinks)) set = effect.value;
    return set;
  },
  provide: (self) => EditorView.decorations.from(self),
});

const theme = EditorView.theme({
  '.link': {
    margin: '0 0 0 1ch', padding: '0 .35em', border: '1px solid var(--signal)', borderRadius: '4px', background: 'var(--paper)',
    color: 'var(--signal)', font: '.8125em/1.4 var(--sans)', cursor: 'pointer',
  },
  '.link::before': {content: '"\\21c4\\2009" / ""'},
  '.link:hover': {textDecoration: 'underline'},
});

class Link extends WidgetType {
  constructor({text, label, follow}) {
    super();
    Object.assign(this, {text, label, follow});
  }

  eq({text, label}) {
    return this.text === text && this.label === label;
  }

  toDOM() {
    return element('button', {type: 'button', class: 'link', 'aria-label': this.label, click: this.follow}, this.text);
  }

  ignoreEvent() {
    return true;
  }
}

/**
 * @param {Element} editor has an editor proper in it
 * @param {Array<{index: number, text: string, label: string, follow: function(): void}>} links index is that of a line, from 0
 */
export function showLinks(editor, links) {
  const view = EditorView.findFromDOM(editor);
  if (!view.state.field(field, false)) {
    if (links.length === 0) return;
    view.dispatch({effects: StateEffect.appendConfig.of([field, theme])});
  }
  const ranges = links.map((link) => Decoration.widget({widget: new Link(link), side: 1}).range(view.state.doc.line(link.index + 1).to));
  view.dispatch({effects: setLinks.of(RangeSet.of(ranges, true))});
}
