// What brackets, indentation and folding go by. Go's grammar is part of the editor;
// that of scripts is loaded where there are some, and until then the editor knows
// no more of them than their words.

import {Compartment, ViewPlugin, goLanguage} from '../vendor/codemirror.js';
import {goIndent} from './indent.js';

const place = new Compartment();

/** @param {string} name go, typescript or javascript */
export function grammar(name) {
  return name === 'go' ? [goLanguage, goIndent] : [place.of([]), ViewPlugin.define((view) => {
    load(name).then((language) => view.dispatch({effects: place.reconfigure(language)}), () => {}); // it is missed by nobody who only runs
    return {};
  })];
}

async function load(name) {
  const {javascriptLanguage, typescriptLanguage} = await import('../vendor/javascript.js');
  return name === 'typescript' ? typescriptLanguage : javascriptLanguage;
}
