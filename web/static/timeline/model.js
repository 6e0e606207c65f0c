// What the goroutines of a run did, put together from the rows of "events"
// messages: bars, links between them, marks. Knows nothing of how it is drawn.

/** Names of the columns of a row, as docs/observation.md has them. */
const [KIND, T, G, SITE, OBJECT, PEER, N, TEXT] = [0, 1, 2, 3, 4, 5, 6, 7];

/** Events that are a mark on their lane and nothing else. */
const MARKS = new Set(['close', 'select', 'lock', 'unlock', 'sync', 'atomic', 'timer', 'context', 'cancel', 'send', 'recv', 'go', 'switch']);

/**
 * @typedef {{from: number, to: number|null, state: string, text: string, site: number, object: number, by: number}} Bar
 *     state is "run", "channel", "lock", "group" or "sleep"; to is null while it lasts
 * @typedef {{t: number, kind: string, site: number, object: number, peer: number, n: number, text: string}} Mark
 * @typedef {{id: number, name: string, parent: number, site: number, from: number, to: number|null, bars: Bar[],
 *     marks: Mark[]}} Lane
 */

export class Model {
  /** @type {Map<number, Lane>} in the order in which they came */
  lanes = new Map();
  /** @type {Map<number, {file: string, line: number, func: string}>} */
  sites = new Map();
  /** @type {Map<number, {type: string, site: number, capacity: number}>} */
  objects = new Map();
  /** @type {{kind: string, from: {g: number, t: number}, to: {g: number, t: number}, text: string, site: number}[]} */
  links = [];
  /** @type {{t: number, text: string, g: number, site: number}[]} g is 0 where nobody knows who it was */
  outputs = [];
  /** Events that were left out, and where. */
  gaps = [];
  /** The newest time, in microseconds. */
  end = 0;
  /** The run has ended. */
  over = false;
  count = 0;
  #sends = new Map();

  /** @param {{t: number, left?: number, virtual?: boolean, list: Array[]}} message virtual events have a clock of their own */
  add(message) {
    if (message.left) this.gaps.push({t: this.#last(), left: message.left});
    for (const row of message.list) this.#row(row);
    if (!message.virtual) this.end = Math.max(this.end, message.t);
  }

  /** @param {{t: number, body: string}} message what was printed */
  print({t, body}, g = 0, site = 0) {
    this.outputs.push({t, text: body.length > 80 ? `${body.slice(0, 80)}\u2026` : body, g, site});
    this.end = Math.max(this.end, t);
  }

  /** The run has ended at t. */
  finish(t) {
    this.end = Math.max(this.end, t);
    this.over = true;
  }

  /** Time at which a bar ends, or has come to. */
  to(bar) {
    return bar.to ?? this.end;
  }

  /** A goroutine as people call it: worker #18. */
  name(g) {
    const lane = this.lanes.get(g);
    return g === 0 ? 'the library' : `${lane ? lane.name : 'goroutine'} #${g}`;
  }

  /** A place as people call it. */
  place(site) {
    const s = this.sites.get(site);
    return s ? `line ${s.line}${this.#files > 1 ? ` of ${s.file}` : ''}` : '';
  }

  /** A shared thing as people call it: chan int of line 12. */
  thing(object) {
    const o = this.objects.get(object);
    return o ? `${o.type} made at ${this.place(o.site)}` : '';
  }

  get #files() {
    return new Set([...this.sites.values()].map(({file}) => file)).size;
  }

  #last() {
    return Math.max(0, ...[...this.lanes.values()].map((l) => l.bars.at(-1)?.from ?? 0));
  }

  #row(row) {
    const kind = row[KIND];
    const t = row[T] ?? 0;
    const g = row[G] ?? 0;
    const site = row[SITE] ?? 0;
    const object = row[OBJECT] ?? 0;
    const peer = row[PEER] ?? 0;
    const n = row[N] ?? 0;
    const text = row[TEXT] ?? '';
    switch (kind) {
      case 'site': {
        const [file, func] = text.split('\t');
        this.sites.set(site, {file, line: n, func: func ?? ''});
        return;
      }
      case 'object':
        this.objects.set(object, {type: text, site, capacity: n});
        return;
    }
    this.count++;
    this.end = Math.max(this.end, t);
    if (kind === 'go') Object.assign(this.#lane(peer, t), {name: short(text), parent: g, site, born: t});
    const lane = this.#lane(g, t);
    switch (kind) {
      case 'start':
        this.#state(lane, t, {state: 'run', text: 'running', site: lane.site, object: 0, by: 0});
        if (lane.parent) this.links.push({kind: 'go', from: {g: lane.parent, t: lane.born}, to: {g, t}, text: 'started', site: lane.site});
        break;
      case 'end':
        this.#state(lane, t, null);
        lane.to = t;
        break;
      case 'block':
        this.#state(lane, t, {state: stateOf(text), text, site, object, by: 0});
        break;
      case 'wake':
        if (lane.bars.length > 0) lane.bars.at(-1).by = peer;
        this.#state(lane, t, {state: 'run', text: 'running', site, object: 0, by: peer});
        break;
      case 'print':
        this.print({t, body: text}, g, site);
        break;
      case 'send':
        this.#sends.set(`${object} ${n}`, {g, t});
        break;
      case 'recv': {
        const from = this.#sends.get(`${object} ${n}`);
        if (n > 0 && from) this.links.push({kind: 'value', from, to: {g, t}, text, site});
        break;
      }
    }
    if (MARKS.has(kind)) lane.marks.push({t, kind, site, object, peer, n, text});
  }

  #lane(g, t) {
    let lane = this.lanes.get(g);
    if (!lane) {
      lane = {id: g, name: g === 1 ? 'main' : 'library', parent: 0, site: 0, born: t, from: t, to: null, bars: [], marks: []};
      this.lanes.set(g, lane);
    }
    return lane;
  }

  #state(lane, t, bar) {
    const last = lane.bars.at(-1);
    if (last && last.to === null) last.to = t;
    if (bar) lane.bars.push({from: t, to: null, ...bar});
  }
}

/** The kind of wait, by Go's words for it. */
function stateOf(text) {
  if (text === 'sleep') return 'sleep';
  if (/^(chan|select)/.test(text)) return 'channel';
  if (/WaitGroup|Cond|Once/.test(text)) return 'group';
  return 'lock';
}

/** A function without its package: worker, (*T).run, main.func1. */
function short(name) {
  return name.replace(/^.*\//, '').replace(/^main\.(?!func)/, '') || 'library';
}

/** @param {number} us */
export function span(us) {
  if (us < 1000) return `${Math.round(us)} \u00b5s`;
  if (us < 1e6) return `${(us / 1000).toFixed(us < 1e4 ? 1 : 0)} ms`;
  return `${(us / 1e6).toFixed(2)} s`;
}
