// Long lines: wrapped, where the reader wants that; else there is a sign where
// one goes on beyond the edge.

import {Compartment, EditorView, ViewPlugin} from '../vendor/codemirror.js';
import {element} from '../dom.js';
import {keep, kept} from '../storage.js';

const wrapping = new Compartment();

export function wrap() {
  return [wrapping.of(kept('localStorage', 'wrap') === 'on' ? EditorView.lineWrapping : []), ViewPlugin.fromClass(Cuts)];
}

/** Wraps long lines, or does not any more; it is remembered. */
export function toggleWrap(view) {
  const wrapped = wrapping.get(view.state) !== EditorView.lineWrapping; // view.lineWrapping is that of the last measure
  view.dispatch({effects: wrapping.reconfigure(wrapped ? EditorView.lineWrapping : [])});
  keep('localStorage', 'wrap', wrapped ? 'on' : null);
  return true;
}

/** Signs at the edge, one for each line in sight that goes on beyond it. */
class Cuts {
  constructor(view) {
    this.view = view;
    this.layer = element('div', {class: 'cuts', 'aria-hidden': 'true'});
    view.dom.append(this.layer);
    this.onScroll = () => this.measure();
    view.scrollDOM.addEventListener('scroll', this.onScroll);
    this.measure();
  }

  update(update) {
    if (update.docChanged || update.geometryChanged || update.viewportChanged) this.measure();
  }

  measure() {
    this.view.requestMeasure({key: this, read: () => this.read(), write: (tops) => this.write(tops)});
  }

  read() {
    const {view} = this;
    const {scrollWidth, clientWidth} = view.scrollDOM;
    if (view.lineWrapping || scrollWidth <= clientWidth) return [];
    const edge = view.scrollDOM.getBoundingClientRect().left + clientWidth;
    const top = view.documentTop - view.dom.getBoundingClientRect().top;
    return view.viewportLineBlocks.filter(({to}) => (view.coordsAtPos(to, -1)?.right ?? 0) > edge)
        .map((block) => [top + block.top, block.height]);
  }

  write(tops) {
    this.layer.replaceChildren(...tops.map(([top, height]) => {
      const sign = element('span', {}, '\u203a');
      sign.style.top = `${top}px`;
      sign.style.height = `${height}px`;
      return sign;
    }));
  }

  destroy() {
    this.view.scrollDOM.removeEventListener('scroll', this.onScroll);
    this.layer.remove();
  }
}

export const wrapTheme = EditorView.theme({
  '.cuts': {position: 'absolute', inset: '0 0 0 auto', width: '1rem', pointerEvents: 'none', zIndex: '1'},
  '.cuts span': {
    position: 'absolute', right: '0', width: '1rem', color: 'var(--accent)', font: '700 .875rem/1.6 var(--mono)', textAlign: 'right',
    paddingRight: '.2rem', background: 'linear-gradient(to right, transparent, var(--code-ground) 60%)',
  },
});
