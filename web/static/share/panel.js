// Makes links: to a program as the reader has it, to a run of it, and one that
// carries the program itself and needs no server. Loaded when Share is pressed.

import {at, noServer} from '../backend/server.js';
import {sessionToken} from '../backend/session.js';
import {copyText, flash} from '../clipboard.js';
import {button, element} from '../dom.js';
import {pack} from './packed.js';

/** Longer links are cut by some of what people paste them into, in characters. */
export const LONGEST = 2000;

/**
 * @param {{title: string, id: string, place: {article: string, block: string}, source: string,
 *     run: {id: string}|null, local: boolean}} shared run is the request of the run that is shown, with its id;
 *     local tells that no server runs the program
 * @param {function(): void} closed
 * @returns {Promise<HTMLElement>} the links, each with a button that copies it
 */
export async function panel({title, id, place, source, run, local}, closed) {
  const node = element('div', {class: 'links', role: 'group', 'aria-label': `Links to ${title}`});
  const rows = [];
  const kept = !local && !noServer();
  if (kept) {
    rows.push(link('Program', () => post({source, ...place})));
    if (run) rows.push(link(run.source === source ? 'Run, with its output' : 'Run, of the program before you changed it', () => post({...run, ...place})));
  }
  const packed = `${location.href.replace(/[?#].*/, '')}#code=${await pack(source)}&block=${encodeURIComponent(id)}`;
  if (packed.length <= LONGEST) rows.push(link('Program inside the link, never kept anywhere', async () => packed));
  const close = button('Close', `Close the links to ${title}`, closed);
  node.append(...rows, element('p', {class: 'share-note'},
      kept ? 'Whoever has a link can see it. The server keeps it for a while and then forgets it.' : '', close));
  if (rows.length === 0) node.prepend(element('p', {}, 'This program is too long for a link, and no server keeps it.'));
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closed();
  });
  return node;
}

/** A link that is made when it is first asked for, because making it keeps something. */
function link(name, make) {
  const field = element('input', {type: 'url', readonly: true, 'aria-label': name, hidden: true, focus: () => field.select()});
  const said = element('span', {role: 'status'});
  const copy = button('Copy a link', `Copy a link: ${name}`, async () => {
    try {
      field.value ||= await make();
    } catch (problem) {
      said.textContent = problem.message;
      return;
    }
    field.hidden = false;
    said.textContent = '';
    const done = await copyText(field.value);
    flash(copy, done ? 'Copied' : 'Copy it');
    if (!done) field.focus();
  });
  return element('p', {}, element('span', {class: 'share-name'}, name), said, copy, field);
}

/** Has the server keep something, and returns the link to it. */
export async function post(what) {
  let response;
  try {
    response = await fetch(at('api/share'), {
      method: 'POST', headers: {'Content-Type': 'application/json', 'Playground-Session': sessionToken()}, body: JSON.stringify(what),
    });
  } catch {
    throw new Error('the server cannot be reached; try again');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return at(`p/${answer.id}`).href;
  if (answer.code === 'gone' || answer.code === 'unknown_run') throw new Error('the server no longer has this run: run the program again, then share it');
  if (answer.code === 'not_found') throw new Error('this server keeps nothing for readers');
  throw new Error(answer.message ?? 'the server has not kept it; try again later');
}
