// The timeline of a run: picture, words, table, replay. Loaded when it is opened.

import {button as labelled, element, focused} from '../dom.js';
import {download} from '../download.js';
import {Model, span} from './model.js';
import {CanvasPen, colours, SvgPen, whenRecoloured} from './pens.js';
import {draw, Layout} from './picture.js';
import {FOLLOWED, Replay, SPEEDS} from './replay.js';
import {summary, table, told, waited} from './words.js';

/** A view never shows less than this, in microseconds. */
const LEAST_VIEW = 2;

/** Milliseconds after which words are written anew while a program runs. */
const WORDS_EVERY = 500;

export class Timeline {
  element;
  #model = new Model();
  #view = null;
  #replay = new Replay(() => this.#played(), FOLLOWED);
  #canvas = element('canvas', {class: 'lanes', role: 'img', tabindex: '0', 'aria-describedby': ''});
  #scroll;
  #said = element('p', {class: 'said'});
  #info = element('p', {class: 'info', role: 'status'});
  #table = element('div', {class: 'facts', hidden: true});
  #controls;
  #chosen = null;
  #isThere = () => false;
  /** Sites at the reader's cursor. */
  #lit = new Set();
  #frame = 0;
  #words = 0;
  #pen = null;
  #on;
  #name;
  #pointers = new Map();

  /**
   * @param {string} title the program's
   * @param {string} name of files to save, without their endings
   * @param {{light: function({file: string, line: number}[]): void,
   *     goTo: function({file: string, line: number, column: number}): void, run: function(): void,
   *     lane?: function(number|undefined): boolean}} on lane takes a click on the lane of that goroutine, if it has a use for it
   */
  constructor(title, name, on) {
    this.#on = on;
    this.#name = name;
    this.#said.id = `_said-${name}`;
    this.#canvas.setAttribute('aria-label', `Timeline of ${title}. Arrow keys go from event to event, plus and minus zoom.`);
    this.#canvas.setAttribute('aria-describedby', this.#said.id);
    this.#controls = this.#makeControls(title);
    this.#scroll = element('div', {class: 'scroll'}, this.#canvas);
    this.element = element('div', {class: 'timeline'}, style(), this.#controls.bar, this.#scroll, legend(), this.#info, this.#said, this.#table);
    this.#listen();
    new ResizeObserver(() => this.#redraw()).observe(this.#scroll);
    whenRecoloured(() => this.#repaint());
    this.#redraw();
  }

  /** A new run begins. */
  clear() {
    this.#model = new Model();
    this.#view = null;
    this.#chosen = null;
    this.#replay.seek(null);
    this.#info.textContent = '';
    this.#table.replaceChildren();
    this.#redraw();
  }

  /** Takes a message of the run: events, output, meter or end. */
  receive(message) {
    switch (message.type) {
      case 'events':
        this.#model.add(message);
        this.#findLit();
        break;
      case 'stdout':
      case 'stderr':
        this.#model.print(message);
        break;
      case 'meter':
        this.#model.end = Math.max(this.#model.end, message.t);
        break;
      case 'end':
        this.#model.finish(message.t);
        this.#words = 0;
        if (!this.#table.hidden) this.#fillTable();
        break;
    }
    this.#redraw();
  }

  /**
   * Makes what happened at a line stand out.
   *
   * @param {function({file: string, line: number}): boolean} isThere
   */
  light(isThere) {
    this.#isThere = isThere;
    this.#findLit();
    this.#redraw();
  }

  #findLit() {
    this.#lit = new Set([...this.#model.sites].filter(([, place]) => this.#isThere(place)).map(([id]) => id));
  }

  // Drawing.

  #redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** The colours have changed. */
  #repaint() {
    this.#pen = null;
    this.#redraw();
  }

  #layout() {
    return new Layout(this.#model, this.#scroll.clientWidth, this.#view ?? {from: 0, to: Math.max(this.#model.end, 1)});
  }

  #draw() {
    if (this.#scroll.clientWidth === 0) return; // not in sight
    this.#pen ??= new CanvasPen(this.#canvas, colours(this.element), devicePixelRatio || 1);
    draw(this.#pen, this.#layout(), this.#shown());
    this.#controls.update();
    if (performance.now() < this.#words) return;
    if (this.#model.lanes.size > 0) this.#words = performance.now() + WORDS_EVERY; // "nothing yet" stays no longer than it is true
    this.#said.textContent = summary(this.#model);
  }

  #shown() {
    const {head} = this.#replay;
    return {head, chosen: this.#chosen, lit: (site) => this.#lit.has(site)};
  }

  // Moving.

  /** Zooms by a factor around a time. */
  #zoom(factor, around) {
    const {from, to} = this.#layout().view;
    const t = around ?? (from + to) / 2;
    const width = Math.min(Math.max((to - from) * factor, LEAST_VIEW), Math.max(this.#model.end, LEAST_VIEW));
    this.#move(t - (t - from) * width / (to - from), width);
  }

  #pan(us) {
    const {from, to} = this.#layout().view;
    this.#move(from + us, to - from);
  }

  #move(from, width) {
    const end = Math.max(this.#model.end, 1);
    const start = Math.min(Math.max(0, from), Math.max(0, end - width));
    this.#view = width >= end ? null : {from: start, to: start + width};
    this.#redraw();
  }

  /** Brings a time into the view. */
  #show(t) {
    const {from, to} = this.#layout().view;
    if (t < from || t > to) this.#move(t - (to - from) / 2, to - from);
  }

  // Pointing.

  #listen() {
    const canvas = this.#canvas;
    const on = (type, listener, options) => canvas.addEventListener(type, listener, options);
    on('keydown', (event) => this.#key(event));
    on('focus', () => this.#chosen || this.#choose(this.#step(0)));
    on('blur', () => this.#choose(null));
    on('wheel', (event) => this.#wheel(event), {passive: false});
    on('pointerdown', (event) => this.#down(event));
    on('pointermove', (event) => this.#pointer(event));
    for (const type of ['pointerup', 'pointercancel']) on(type, (event) => this.#pointers.delete(event.pointerId));
    on('pointerleave', (event) => {
      this.#pointers.delete(event.pointerId);
      if (focused(canvas) !== canvas) this.#choose(null);
    });
    on('dblclick', () => this.#move(0, Infinity));
    on('click', (event) => {
      const {chosen, layout} = this.#found(event);
      if (this.#on.lane?.(layout.laneAt(event.clientY - this.#canvas.getBoundingClientRect().top)?.id)) return;
      const place = this.#model.sites.get((chosen?.bar ?? chosen?.mark)?.site);
      if (place) this.#on.goTo({...place, column: 1});
    });
  }

  #found(event) {
    const box = this.#canvas.getBoundingClientRect();
    const layout = this.#layout();
    const x = event.clientX - box.left;
    return {x, t: layout.time(x), chosen: layout.at(x, event.clientY - box.top), layout};
  }

  /** A wheel zooms with Ctrl, as a pinch on a pad does; sideways it pans. */
  #wheel(event) {
    const {t, layout} = this.#found(event);
    if (event.ctrlKey || event.metaKey) this.#zoom(Math.exp(event.deltaY / 200), t);
    else if (event.deltaX !== 0 || event.shiftKey) this.#pan((event.deltaX || event.deltaY) * (layout.view.to - layout.view.from) / layout.width);
    else return;
    event.preventDefault();
  }

  #down(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event.clientX);
  }

  /** One pointer that is down pans, two zoom; one that is not shows what it is over. */
  #pointer(event) {
    const before = this.#pointers.get(event.pointerId);
    const {chosen, layout} = this.#found(event);
    if (before === undefined) {
      this.#choose(chosen);
      return;
    }
    const us = (layout.view.to - layout.view.from) / (layout.width - layout.left);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) {
      this.#pan((before - event.clientX) * us);
    } else {
      const box = this.#canvas.getBoundingClientRect();
      this.#zoom(Math.abs(before - other) / Math.max(8, Math.abs(event.clientX - other)), layout.time((event.clientX + other) / 2 - box.left));
    }
    this.#pointers.set(event.pointerId, event.clientX);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const {from, to} = this.#layout().view;
    const keys = {
      'ArrowRight': () => this.#choose(this.#step(1)),
      'ArrowLeft': () => this.#choose(this.#step(-1)),
      'ArrowDown': () => this.#choose(this.#lane(1)),
      'ArrowUp': () => this.#choose(this.#lane(-1)),
      'PageDown': () => this.#pan((to - from) * 0.8),
      'PageUp': () => this.#pan((from - to) * 0.8),
      '+': () => this.#zoom(0.5, this.#at()), '=': () => this.#zoom(0.5, this.#at()), '-': () => this.#zoom(2, this.#at()),
      '0': () => this.#move(0, Infinity),
      ' ': () => this.#toggle(),
      'Enter': () => {
        const place = this.#model.sites.get((this.#chosen?.bar ?? this.#chosen?.mark)?.site);
        if (place) this.#on.goTo({...place, column: 1});
      },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  /** The time of what is chosen. */
  #at() {
    return this.#chosen && (this.#chosen.bar?.from ?? this.#chosen.mark.t);
  }

  /** Bars that are waits, and marks, of a lane in their order. */
  #things(lane) {
    return [...lane.bars.map((bar) => ({lane, bar})), ...lane.marks.map((mark) => ({lane, mark}))]
        .sort((a, b) => (a.bar?.from ?? a.mark.t) - (b.bar?.from ?? b.mark.t));
  }

  #step(by) {
    const lane = this.#chosen?.lane ?? this.#model.lanes.values().next().value;
    if (!lane) return null;
    const things = this.#things(lane);
    const now = things.findIndex(({bar, mark}) => (bar ?? mark) === (this.#chosen?.bar ?? this.#chosen?.mark));
    return things[Math.min(Math.max(now + by, 0), things.length - 1)] ?? null;
  }

  /** What another lane did at that time. */
  #lane(by) {
    const lanes = [...this.#model.lanes.values()];
    const lane = lanes[Math.min(Math.max(lanes.indexOf(this.#chosen?.lane) + by, 0), lanes.length - 1)];
    if (!lane) return null;
    const t = this.#at() ?? 0;
    const things = this.#things(lane);
    return things.findLast(({bar, mark}) => (bar?.from ?? mark.t) <= t) ?? things[0] ?? null;
  }

  /** Says what is pointed at, and lights up its line. */
  #choose(chosen) {
    if ((chosen?.bar ?? chosen?.mark) === (this.#chosen?.bar ?? this.#chosen?.mark)) return;
    this.#chosen = chosen;
    if (chosen) this.#show(this.#at());
    const site = this.#model.sites.get((chosen?.bar ?? chosen?.mark)?.site);
    this.#on.light(site ? [site] : []);
    this.#info.textContent = chosen ? this.#described(chosen) : '';
    this.#redraw();
  }

  #described({lane, bar, mark}) {
    const model = this.#model;
    const place = model.place((bar ?? mark).site);
    const what = mark ? told(model, mark) : bar.state === 'run' ? 'could run' : waited(model, bar);
    const took = bar ? ` for ${span(model.to(bar) - bar.from)}` : '';
    return `${model.name(lane.id)} ${what}${took}${place ? `, ${place}` : ''}, at ${span(bar?.from ?? mark.t)}`;
  }

  // Replay.

  #toggle() {
    if (this.#replay.playing) this.#replay.pause();
    else this.#replay.play(this.#model.end);
  }

  /** The head has moved: the lines where goroutines are light up. */
  #played() {
    const {head} = this.#replay;
    if (head !== null && head < this.#model.end) {
      this.#show(head);
      const sites = [...this.#model.lanes.values()].map(({bars}) => bars.findLast(({from}) => from <= head))
          .filter((bar) => bar && this.#model.to(bar) >= head).map((bar) => this.#model.sites.get(bar.site)).filter(Boolean);
      this.#on.light(sites);
    } else {
      this.#on.light([]);
    }
    this.#redraw();
  }

  // Controls.

  #makeControls(title) {
    const button = (text, label, click) => labelled(text, `${label}: ${title}`, click, {title: label});
    const run = button('Run again', 'Run again and watch', () => this.#on.run());
    const play = button('\u25b6', 'Replay', () => this.#toggle());
    const at = element('input', {type: 'range', min: '0', max: '1000', value: '1000', 'aria-label': `Time in the replay of ${title}`,
      input: () => this.#replay.seek(at.value === '1000' ? null : this.#model.end * at.value / 1000)});
    const speed = element('select', {'aria-label': `Speed of the replay of ${title}`, change: () => { this.#replay.speed = Number(speed.value); }},
        ...SPEEDS.map((s) => element('option', {value: String(s), selected: s === 1}, `${s}\u00d7`)));
    const facts = button('Table', 'As a table', () => this.#toggleTable(facts));
    facts.setAttribute('aria-pressed', 'false');
    const bar = element('div', {class: 'controls'}, run, play, at, speed,
        button('\u2212', 'Zoom out', () => this.#zoom(2)), button('+', 'Zoom in', () => this.#zoom(0.5)), button('Fit', 'Fit: show all', () => this.#move(0, Infinity)),
        facts, button('SVG', 'Save as SVG', () => this.#save('svg')), button('PNG', 'Save as PNG', () => this.#save('png')));
    const update = () => {
      const {head, playing} = this.#replay;
      play.firstChild.textContent = playing ? '\u275a\u275a' : '\u25b6';
      play.setAttribute('aria-label', `${playing ? 'Pause' : 'Replay'}: ${title}`);
      if (focused(at) !== at || playing) at.value = head === null ? '1000' : String(Math.round(1000 * head / Math.max(this.#model.end, 1)));
      at.setAttribute('aria-valuetext', span(head ?? this.#model.end));
    };
    return {bar, update};
  }

  #toggleTable(button) {
    this.#table.hidden = !this.#table.hidden;
    button.setAttribute('aria-pressed', String(!this.#table.hidden));
    if (this.#table.hidden) return;
    this.#fillTable();
    this.#table.scrollIntoView({block: 'nearest'});
  }

  #fillTable() {
    this.#table.replaceChildren(table(this.#model, this.#on.goTo));
  }

  #save(kind) {
    const save = (blob) => download(`${this.#name}-timeline.${kind}`, blob);
    if (kind === 'png') {
      this.#canvas.toBlob(save);
      return;
    }
    const pen = new SvgPen(colours(this.element));
    draw(pen, this.#layout(), {...this.#shown(), chosen: null});
    save(new Blob([pen.source], {type: 'image/svg+xml'}));
  }
}

/** What the bars mean. */
function legend() {
  const states = {run: 'can run', channel: 'waits for a channel', lock: 'for a lock', group: 'for others', sleep: 'sleeps'};
  return element('ul', {class: 'legend'}, ...Object.entries(states).map(([state, text]) => element('li', {'data-state': state}, text)));
}

/** The style sheet of the timeline, which stands beside it: on another site the element is in a shadow tree. */
function style() {
  return element('link', {rel: 'stylesheet', href: new URL('timeline.css', import.meta.url).href});
}
