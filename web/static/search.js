// Searching the articles of a list. What they say is loaded when somebody begins
// to type; the list then has those that have every word.

import {element} from './dom.js';

/** @param {Element} place gets the field; its data-index is the address of the texts */
export function offerSearch(place) {
  const list = document.querySelector('.articles');
  const items = new Map([...list.children].map((item) => [item.querySelector('a').pathname, item]));
  const said = element('p', {class: 'found', role: 'status'});
  const field = element('input', {type: 'search', input: () => show(), focus: () => load()});
  let texts = null;
  const load = () => {
    texts ??= fetch(place.dataset.index).then((response) => {
      if (!response.ok) throw new Error(response.status);
      return response.json();
    }).then((all) => all.map((a) => ({path: new URL(a.path, location.href).pathname, text: fold([a.title, a.summary, a.text, ...(a.tags ?? [])].join(' '))})));
    texts.catch(() => { texts = null; });
    return texts;
  };
  const show = async () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    let all;
    try {
      all = words.length > 0 ? await load() : [];
    } catch {
      said.textContent = 'The texts could not be loaded; type again to try once more.';
      return;
    }
    if (words.join(' ') !== fold(field.value).split(/\s+/).filter(Boolean).join(' ')) return; // typed on meanwhile
    const hits = new Set(all.filter(({text}) => words.every((w) => text.includes(w))).map(({path}) => path));
    for (const [path, item] of items) item.hidden = words.length > 0 && !hits.has(path);
    said.textContent = words.length === 0 ? '' : `${hits.size || 'No'} ${hits.size === 1 ? 'article has' : 'articles have'} ${words.length === 1 ? 'it' : 'all of it'}`;
  };
  place.append(element('label', {}, 'Search', field), said);
  place.hidden = false;
}

/** Letters without case and accents. */
function fold(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
