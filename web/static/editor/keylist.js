// The list of keys, and on phones a row of those that their keyboards hide.

import {EditorView, ViewPlugin, keymap, redo, undo} from '../vendor/codemirror.js';
import {element} from '../dom.js';
import {APPLE, MOD} from '../platform.js';
import {toggleWrap} from './wrap.js';

const KEYS = [
  [`${MOD}Enter, Shift+Enter`, 'run'],
  ['Tab, Shift+Tab', 'indent, and back'],
  ['Esc, then Tab', 'leave the editor'],
  [`${MOD}/`, 'comment, and back'],
  [`${MOD}F`, 'search and replace'],
  [`${MOD}D`, 'select the next of the same'],
  [APPLE ? '\u2325 click' : 'Alt+drag', 'select a block'],
  ['Alt+\u2191, Alt+\u2193', 'move the line'],
  ['Ctrl+Space', 'complete'],
  ['F1', 'what the name means'],
  ['F8, Shift+F8', 'next and previous finding'],
  [`${MOD}.`, 'mend the finding'],
  [APPLE ? '\u2318 \u2325 [' : 'Ctrl+Shift+[', 'fold'],
  ['Alt+Z', 'wrap long lines, or not'],
  [`${MOD}Z`, 'undo'],
  ['?', 'this list, where nothing is typed'],
];

export function keyList() {
  return [
    keymap.of([{key: 'Mod-?', run: list}, {key: 'Alt-z', run: toggleWrap}]),
    ViewPlugin.define((view) => new Keys(view)),
  ];
}

class Keys {
  constructor(view) {
    const host = view.dom.closest('code-runner');
    this.row = row(view);
    this.onKey = (event) => {
      const [target] = event.composedPath();
      if (event.key !== '?' || event.ctrlKey || event.metaKey || target.closest('input, textarea, select, [contenteditable="true"]')) return;
      event.preventDefault();
      list(view);
    };
    this.host = host;
    host?.addEventListener('keydown', this.onKey);
    host?.querySelector('.dock')?.prepend(this.row);
  }

  destroy() {
    this.host?.removeEventListener('keydown', this.onKey);
    this.row.remove();
  }
}

/** Shows the list, until Escape or a click. */
function list(view) {
  const dialog = element('dialog', {class: 'keylist', 'aria-label': 'Keys', click: () => dialog.close(), close: () => {
    dialog.remove();
    view.focus();
  }}, element('dl', {}, ...KEYS.flatMap(([key, what]) => [element('dt', {}, element('kbd', {}, key)), element('dd', {}, what)])),
  element('button', {type: 'button', class: 'cm-button', autofocus: true}, 'Close'));
  view.dom.append(dialog);
  dialog.showModal();
  return true;
}

/** Keys as buttons, which leave the keyboard where it is. */
function row(view) {
  const key = (text, label, act) => element('button', {type: 'button', 'aria-label': label, tabindex: '-1', click: () => {
    act(view);
    view.focus();
  }}, text);
  const typed = (text, label) => key(text, label, () => view.dispatch(view.state.replaceSelection(text), {userEvent: 'input.type', scrollIntoView: true}));
  return element('div', {class: 'keyrow', role: 'toolbar', 'aria-label': 'Keys', pointerdown: (event) => event.preventDefault()},
      key('Tab', 'Tab', () => view.dispatch(view.state.replaceSelection('\t'), {userEvent: 'input.type', scrollIntoView: true})),
      typed('{', 'Opening brace'), typed('}', 'Closing brace'), typed('(', 'Opening parenthesis'), typed(')', 'Closing parenthesis'),
      typed('"', 'Quote'), typed(':=', 'Define'), typed('<-', 'Arrow'),
      key('\u21b6', 'Undo', undo), key('\u21b7', 'Redo', redo), key('?', 'List the keys', list));
}

export const keyListTheme = EditorView.theme({
  '.keylist': {
    margin: 'auto', padding: '1rem 1.25rem', border: '1px solid var(--rule-strong)', borderRadius: '8px', background: 'var(--paper)',
    color: 'var(--ink)', font: '.9375rem/1.6 var(--sans)',
  },
  '.keylist::backdrop': {background: 'rgb(0 0 0 / .4)'},
  '.keylist dl': {display: 'grid', gridTemplateColumns: 'auto auto', columnGap: '1.5rem', margin: '0 0 .75rem'},
  '.keylist dd': {margin: '0'},
  '.keylist kbd': {font: '.84375rem/1.6 var(--mono)'},
});
