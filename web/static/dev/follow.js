// Pages of an author who writes follow what is saved: the parts of the article
// that have changed are replaced, so that the place, edits and outputs elsewhere
// stay; what is wrong with it is shown over it, until it is mended.

import {element} from '../dom.js';
import {at} from '../backend/server.js';

let shown = Number(document.querySelector('meta[name="playground-publication"]').content);
/** The page as the server sent it: widgets have changed what is shown. */
let sent = load();
const style = element('link', {rel: 'stylesheet', href: new URL('follow.css', import.meta.url).href});
const overlay = element('div', {class: 'mistakes', role: 'alert', hidden: true});
document.head.append(style);
document.body.append(overlay);

let following = Promise.resolve();
new EventSource(at('dev/events')).addEventListener('message', ({data}) => {
  const {number, errors} = JSON.parse(data);
  tell(errors);
  if (number === shown) return;
  shown = number;
  following = following.then(follow).catch(() => location.reload());
});

async function load() {
  const response = await fetch(location.href, {cache: 'no-store'});
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

async function follow() {
  const before = await sent;
  sent = load();
  const after = await sent;
  if (!sameFrame(before, after) || !replaceArticle(before, after)) location.reload();
}

/** Whether only the article differs. A page is loaded anew for the rest, which keeps its place and edits too. */
function sameFrame(a, b) {
  const bare = (page) => {
    const copy = page.documentElement.cloneNode(true);
    copy.querySelector('article')?.replaceChildren();
    copy.querySelector('meta[name="playground-publication"]')?.remove();
    return copy;
  };
  return bare(a).isEqualNode(bare(b));
}

/** Replaces what is between the first and the last part that differ. */
function replaceArticle(before, after) {
  const here = document.querySelector('article');
  const old = [...before.querySelector('article')?.childNodes ?? []];
  const now = [...after.querySelector('article')?.childNodes ?? []];
  if (!here || here.childNodes.length !== old.length) return false;
  let first = 0;
  while (first < old.length && first < now.length && old[first].isEqualNode(now[first])) first++;
  let last = 0;
  while (last < Math.min(old.length, now.length) - first && old.at(-1 - last).isEqualNode(now.at(-1 - last))) last++;
  const live = [...here.childNodes];
  const behind = live[live.length - last] ?? null;
  const open = new Set(opened(here).map((runner) => runner.id));
  const mark = anchorOf(live.slice(0, first), live.slice(live.length - last));
  for (const node of live.slice(first, live.length - last)) node.remove();
  for (const node of now.slice(first, now.length - last)) here.insertBefore(document.importNode(node, true), behind);
  for (const id of open) document.getElementById(id)?.closest('details.collapsed')?.toggleAttribute('open', true);
  mark();
  return true;
}

/** The collapsed programs that the author has opened. */
const opened = (article) => [...article.querySelectorAll('details.collapsed[open] > code-runner')];

/** Keeps what stays where it is in the window, as far as it can be seen. */
function anchorOf(...kept) {
  const seen = kept.flat().find((node) => {
    const box = node.getBoundingClientRect?.();
    return box && box.bottom > 0 && box.top < innerHeight;
  });
  const top = seen?.getBoundingClientRect().top;
  return () => {
    if (seen) scrollBy({top: seen.getBoundingClientRect().top - top, behavior: 'instant'});
  };
}

function tell(errors) {
  overlay.hidden = errors.length === 0;
  overlay.replaceChildren(
      element('h2', {}, errors.length === 1 ? 'One mistake' : `${errors.length} mistakes`),
      element('p', {}, 'Readers would still get the page below.'),
      element('ul', {}, ...errors.map(({file, line, message}) => element('li', {},
          ...(file ? [element('code', {}, line ? `${file}:${line}` : file), ' '] : []), message))),
      element('button', {type: 'button', click: () => { overlay.hidden = true; }}, 'Close'));
}
