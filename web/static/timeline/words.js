// The same facts as the picture, in words and in rows.

import {element} from '../dom.js';
import {count} from '../format.js';
import {span} from './model.js';

/** Rows of a table that a person could read. */
const MAX_ROWS = 500;

/**
 * One paragraph: who there was, how many ran at once, who waited longest for what.
 *
 * @param {import('./model.js').Model} model
 */
export function summary(model) {
  const lanes = [...model.lanes.values()];
  if (lanes.length === 0) return 'Nothing has happened yet.';
  const said = [];
  const names = new Map();
  for (const {name} of lanes) names.set(name, (names.get(name) ?? 0) + 1);
  const groups = [...names].slice(0, 6).map(([name, n]) => `${n} ${name}`);
  said.push(`${lanes.length} goroutine${lanes.length === 1 ? '' : 's'} (${groups.join(', ')}${names.size > 6 ? ' and others' : ''}); at most ${most(model)} could run at once`);
  const wait = longest(model);
  if (wait) said.push(`${model.name(wait.g)} waited longest: ${span(wait.us)} in all, [${wait.text}] at ${model.place(wait.site)}`);
  const values = model.links.filter(({kind}) => kind === 'value').length;
  if (values > 0) said.push(`${values} value${values === 1 ? '' : 's'} went from one goroutine to another`);
  const left = lanes.filter(({to, id}) => to === null && id !== 1);
  if (model.over && left.length > 0) {
    const {id, bars} = left[0];
    const bar = bars.at(-1);
    said.push(`${left.length} had not ended at the end, such as ${model.name(id)}${bar ? `, [${bar.text}] at ${model.place(bar.site)}` : ''}`);
  }
  const lost = model.gaps.reduce((sum, gap) => sum + gap.left, 0);
  if (lost > 0) said.push(`${count(lost)} events were left out before the last ones`);
  return `${said.join('; ')}. In all ${span(model.end)}.`;
}

/** How many goroutines could run at the same time. */
function most(model) {
  const edges = [];
  for (const {bars} of model.lanes.values()) {
    for (const bar of bars) {
      if (bar.state === 'run' && model.to(bar) > bar.from) edges.push([bar.from, 1], [model.to(bar), -1]);
    }
  }
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let now = 0;
  let max = 0;
  for (const [, step] of edges) max = Math.max(max, now += step);
  return max;
}

/** The wait that took longest, all of a goroutine at one line together. */
function longest(model) {
  const waits = new Map();
  for (const {id, bars} of model.lanes.values()) {
    for (const bar of bars) {
      if (bar.state === 'run') continue;
      const key = `${id} ${bar.site} ${bar.text}`;
      const wait = waits.get(key) ?? {g: id, site: bar.site, text: bar.text, us: 0};
      wait.us += model.to(bar) - bar.from;
      waits.set(key, wait);
    }
  }
  return [...waits.values()].sort((a, b) => b.us - a.us)[0];
}

/**
 * Everything that happened in its order, as {t, g, what, site}.
 *
 * @param {import('./model.js').Model} model
 */
export function facts(model) {
  const list = [];
  for (const {id, bars, marks, to} of model.lanes.values()) {
    for (const bar of bars) {
      const took = span(model.to(bar) - bar.from);
      if (bar.state !== 'run') list.push({t: bar.from, g: id, site: bar.site, what: `${waited(model, bar)} (${took})`});
    }
    for (const mark of marks) list.push({t: mark.t, g: id, site: mark.site, what: told(model, mark)});
    if (to !== null) list.push({t: to, g: id, site: 0, what: 'ended'});
  }
  for (const {t, text, g, site} of model.outputs) list.push({t, g, site, what: `printed ${JSON.stringify(text)}`});
  return list.sort((a, b) => a.t - b.t);
}

/** A wait in words. */
export function waited(model, bar) {
  const thing = model.thing(bar.object);
  const by = bar.by ? `, until ${model.name(bar.by)} ended it` : '';
  return `waited [${bar.text}]${thing ? ` for ${thing}` : ''}${by}`;
}

/** A mark in words. */
export function told(model, {kind, peer, n, text, object}) {
  const thing = model.thing(object);
  switch (kind) {
    case 'go': return `started ${model.name(peer)}`;
    case 'send': return `sent ${text} to ${thing}`;
    case 'recv': return n > 0 ? `received ${text} from ${peer ? model.name(peer) : thing}` : `found ${thing} closed`;
    case 'switch': return `was stopped before ${text}, and ${peer ? model.name(peer) : 'another way was taken'}${peer ? ' went on' : ''}`;
    case 'close': return `closed ${thing}`;
    case 'select': return n < 0 ? 'select: the default case' : `select: case ${n + 1}`;
    case 'lock': return `has the ${thing}`;
    case 'unlock': return `gave back the ${thing}`;
    case 'timer': return n > 0 ? `${text}, ${span(n)}` : text;
    case 'cancel': return `context ended: ${text}`;
    case 'context': return `made a context: ${text}`;
  }
  return n > 1 ? `${text}, ${n} times` : text;
}

/**
 * A table of the facts; a place is a button.
 *
 * @param {import('./model.js').Model} model
 * @param {function({file: string, line: number, column: number}): void} goTo
 */
export function table(model, goTo) {
  const list = facts(model);
  const rows = list.slice(0, MAX_ROWS).map(({t, g, what, site}) => {
    const place = model.sites.get(site);
    const where = place ? element('button', {type: 'button', class: 'place', click: () => goTo({...place, column: 1})}, model.place(site)) : '';
    return element('tr', {}, element('td', {}, span(t)), element('td', {}, g === 0 ? 'output' : model.name(g)),
        element('td', {}, what), element('td', {}, where));
  });
  const more = list.length > MAX_ROWS ? `The first ${MAX_ROWS} of ${list.length.toLocaleString('en')}.` : '';
  return element('table', {}, element('caption', {}, `What happened, in order. ${more}`.trim()),
      element('thead', {}, element('tr', {}, ...['At', 'Who', 'What', 'Where'].map((h) => element('th', {scope: 'col'}, h)))),
      element('tbody', {}, ...rows));
}
