// The editor proper: CodeMirror, with what it takes to write Go in an article.
// It takes the place of the plain editor, which looks the same.

import {EditorSelection, EditorState, EditorView, bracketMatching, closeBrackets, drawSelection,
  highlightSelectionMatches, highlightSpecialChars, history, indentOnInput, indentUnit, lineNumbers,
  rectangularSelection, search} from '../vendor/codemirror.js';
import {difference, filesOf, lineIndex, offsetOf, placesAt} from '../widget/source.js';
import {assistance} from './assist.js';
import {colours} from './colours.js';
import {checking, findings, showFindings} from './findings.js';
import {fold, folding} from './folds.js';
import {grammar} from './grammar.js';
import {keyList, keyListTheme} from './keylist.js';
import {keys} from './keys.js';
import {narrowed, numberInFile, placeInFile, showFile, shownFile} from './narrow.js';
import {marks, pointed, showLit, showMarks, showPlace} from './marks.js';
import {theme} from './theme.js';
import {wrap, wrapTheme} from './wrap.js';

export class Rich {
  element;
  #view;
  #options;
  /** Where the cursor was in each file, by name. */
  #places = new Map();

  /**
   * @param {Element} parent
   * @param {{text: string, base: string, file: number, anchor: number, head: number}} state what the plain editor leaves; base is
   *     what it began with, which undo leads back to
   * @param {number} scrolled how far it was scrolled sideways, in pixels
   * @param {{label: string, language: string, hint: Element, changed: Function, run: Function, mend: Function,
   *     check: function(string): Promise<Array<Object>|null>,
   *     assist: function(string, number): Promise<Object|null>}} options
   */
  constructor(parent, state, scrolled, options) {
    this.#options = options;
    this.#view = new EditorView({
      parent,
      doc: state.base,
      extensions: [
        keys(options),
        language(options.language),
        options.language === 'go' ? narrowed(options.turned) : [],
        keyList(),
        findings(options),
        checking(options.check, options.checked),
        options.assist ? assistance(options.assist) : [],
        pointed(options.marked),
        EditorView.contentAttributes.of({
          'aria-label': options.label, 'aria-describedby': options.hint.id,
          autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false', translate: 'no',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.changed();
          if (update.selectionSet) options.caret(placesAt(this.text, update.state.selection.main.head));
        }),
      ],
    });
    this.element = this.#view.dom;
    if (state.text !== state.base) this.#view.dispatch({changes: difference(state.base, state.text)});
    fold(this.#view, options.hidden);
    if (state.file >= 0) showFile(this.#view, state.file);
    else this.#view.dispatch({selection: {anchor: state.anchor, head: state.head}});
    this.#view.scrollDOM.scrollLeft = scrolled;
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  /** Replaces the program, as an edit that the reader can undo. */
  set text(text) {
    if (text !== this.text) this.#view.dispatch({changes: difference(this.text, text)});
  }

  /** Replaces the program by another spelling of it: cursor and window stay where they are in it. */
  respell(text, sameSpot) {
    const before = this.text;
    const top = this.line?.getBoundingClientRect().top;
    const {ranges, mainIndex} = this.#view.state.selection;
    const spots = ranges.map(({anchor, head}) =>
        EditorSelection.range(sameSpot(before, anchor, text), sameSpot(before, head, text)));
    this.#view.dispatch({changes: difference(before, text), selection: EditorSelection.create(spots, mainIndex)});
    if (top !== undefined) scrollBy({top: this.line.getBoundingClientRect().top - top, behavior: 'instant'});
  }

  /** Puts back an earlier edit. */
  restore(text) {
    this.text = text;
  }

  focus() {
    this.#view.focus();
  }

  /** Which of several files is shown; -1 where there is but one. */
  get file() {
    return this.#options.language === 'go' ? shownFile(this.#view.state) : -1;
  }

  /** Shows one of several files, where the cursor was in it. */
  showFile(index) {
    const files = filesOf(this.text);
    if (this.file >= 0) this.#places.set(files[this.file].name, placeInFile(this.#view.state));
    showFile(this.#view, index, this.#places.get(files[index]?.name));
  }

  /** The line with the cursor; undefined where the reader is elsewhere. */
  get line() {
    const view = this.#view;
    if (!view.hasFocus) return undefined;
    const {head} = view.state.selection.main;
    return {getBoundingClientRect: () => {
      const {top, height} = view.lineBlockAt(head);
      return new DOMRect(0, view.documentTop + top, 0, height);
    }};
  }

  /** Shows what the compiler spoke of. */
  mark(found) {
    showMarks(this.#view, found);
    showFindings(this.#view, found);
  }

  /** @param {Set<number>} lit indices of the lines that something beside the program is about */
  light(lit) {
    showLit(this.#view, lit);
  }

  /** Puts the cursor at a place, and marks its line. */
  goTo(position) {
    const text = this.text;
    const offset = offsetOf(text, position);
    this.#view.focus();
    this.#view.dispatch({selection: {anchor: offset}, scrollIntoView: true});
    showPlace(this.#view, lineIndex(text.split('\n'), position));
  }
}

/** What makes it an editor of programs. */
function language(name) {
  return [
    [theme, keyListTheme, wrapTheme],
    wrap(),
    colours(name),
    marks,
    lineNumbers({formatNumber: numberInFile}),
    folding,
    history(),
    drawSelection(),
    highlightSpecialChars(),
    rectangularSelection(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    search({top: true}),
    grammar(name),
    indentOnInput(),
    indentUnit.of(name === 'go' ? '\t' : '  '),
    EditorState.tabSize.of(4),
    EditorState.allowMultipleSelections.of(true),
    // The dock lies over the window's lower edge; dock.js says how much of it.
    EditorView.scrollMargins.of(() => ({bottom: parseFloat(document.documentElement.style.scrollPaddingBottom) || 0})),
  ];
}
