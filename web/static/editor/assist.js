// Completion, the signature of the call that is being written, and the meaning of
// a name on hover or F1: what the server's front end says of a place.

import {Prec, StateEffect, StateField, autocompletion, hoverTooltip, keymap, showTooltip, ViewPlugin} from '../vendor/codemirror.js';
import {element} from '../dom.js';

const WORD = /[\p{L}\p{Nd}_]*$/u;

/** How long the reader pauses before a signature that is shown is looked at again, in milliseconds. */
const PAUSE = 150;

const setAbout = StateEffect.define();

/** What is shown at the cursor: a signature, or the meaning of a name. */
const about = StateField.define({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setAbout)) return effect.value;
    return shown && transaction.docChanged ? {...shown, pos: transaction.changes.mapPos(shown.pos)} : shown;
  },
  provide: (self) => showTooltip.from(self),
});

/** @param {function(string, number): Promise<Object|null>} assist asks about a place, in bytes */
export function assistance(assist) {
  const ask = asker(assist);
  return [
    about,
    autocompletion({override: [(context) => complete(context, ask)], icons: false, maxRenderedOptions: 60}),
    hoverTooltip(async (view, pos) => {
      const answer = await ask(view.state, pos);
      const hover = answer?.hover;
      return hover ? {pos: hover.from, end: hover.to, above: true, create: () => ({dom: card(hover.text, hover.doc)})} : null;
    }, {hideOnChange: true}),
    keymap.of([{key: 'F1', run: (view) => explain(view, ask)}]),
    Prec.high(keymap.of([{key: 'Escape', run: hide}])),
    ViewPlugin.define((view) => new Signatures(view, ask)),
  ];
}

/** Asks about a place once, however many want to know. */
function asker(assist) {
  let last = {doc: null, pos: -1, answer: null};
  return (state, pos) => {
    if (last.doc !== state.doc || last.pos !== pos) last = {doc: state.doc, pos, answer: question(assist, state, pos)};
    return last.answer;
  };
}

/** The answer, with its places in UTF-16 units as the browser counts. */
async function question(assist, {doc}, pos) {
  const text = doc.toString() + '\n';
  const bytes = new TextEncoder().encode(text);
  const units = (n) => new TextDecoder().decode(bytes.subarray(0, n)).length;
  const answer = await assist(text, new TextEncoder().encode(text.slice(0, pos)).length);
  if (answer === null) return null;
  const {hover} = answer;
  return {...answer, from: units(answer.from), hover: hover && {...hover, from: units(hover.from), to: units(hover.to)}};
}

async function complete(context, ask) {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 100), context.pos);
  const word = WORD.exec(before)[0];
  const begins = word !== '' && !/^\d/.test(word) || /[\w)\]]\.$/.test(before) || /"[^"\s]*$/.test(before);
  if (!begins && !context.explicit) return null;
  const answer = await ask(context.state, context.pos);
  if (!answer?.completions || context.aborted) return null;
  return {from: answer.from, options: answer.completions.map(option), validFor: answer.completions[0].kind === 'path' ? /^[\w/]*$/ : /^[\p{L}\p{Nd}_]*$/u};
}

const TYPES = {func: 'function', method: 'method', var: 'variable', field: 'property', const: 'constant', package: 'namespace',
  path: 'namespace', type: 'type', interface: 'interface', keyword: 'keyword'};

/** Names in scope go before keywords, and those before packages that nobody imported. */
const BOOSTS = {keyword: -1, package: -2};

function option({label, kind, detail, doc}) {
  return {
    label, detail, type: TYPES[kind], boost: BOOSTS[kind] ?? 0,
    ...(doc && {info: () => element('p', {class: 'doc'}, doc)}),
  };
}

function card(text, doc, part) {
  const code = element('code', {});
  if (part) code.append(text.slice(0, part[0]), element('strong', {}, text.slice(...part)), text.slice(part[1]));
  else code.append(text);
  return element('div', {class: 'about', role: 'status'}, code, ...(doc ? [element('p', {}, doc)] : []));
}

/** Shows what the name at the cursor means. */
function explain(view, ask) {
  const {doc, selection: {main: {head}}} = view.state;
  ask(view.state, head).then((answer) => {
    if (!answer?.hover || view.state.doc !== doc) return;
    const {from, text, doc: words} = answer.hover;
    view.dispatch({effects: setAbout.of({pos: from, above: true, create: () => ({dom: card(text, words)})})});
  });
  return true;
}

function hide(view) {
  if (view.state.field(about) === null) return false;
  view.dispatch({effects: setAbout.of(null)});
  return true;
}

/** Shows the signature of a call from its bracket on, until the cursor leaves it. */
class Signatures {
  timer = 0;

  constructor(view, ask) {
    this.view = view;
    this.ask = ask;
  }

  update(update) {
    const shown = update.state.field(about) !== null;
    if (shown && (update.docChanged || update.selectionSet)) this.later();
    else if (update.docChanged && update.transactions.some((t) => t.isUserEvent('input')) && /[(,]\s?$/.test(before(update.state))) this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    const {state} = this.view;
    const {head} = state.selection.main;
    const signature = (await this.ask(state, head))?.signature;
    if (this.view.state.doc !== state.doc || this.view.state.selection.main.head !== head) return;
    if (!signature && this.view.state.field(about) === null) return;
    this.view.dispatch({effects: setAbout.of(signature ? shownAt(head, signature) : null)});
  }

  destroy() {
    clearTimeout(this.timer);
  }
}

function before(state) {
  const {head} = state.selection.main;
  return state.sliceDoc(Math.max(0, head - 2), head);
}

/** Bytes of a label are its characters: names that are not ASCII make the mark stand a little off, nothing more. */
function shownAt(pos, {label, params, active, doc}) {
  return {pos, above: true, create: () => ({dom: card(label, doc, params?.[active])})};
}
