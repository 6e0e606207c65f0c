// The picture: lanes of bars over a time axis. One set of shapes, drawn on a
// canvas or written as SVG, so that both show the same.

import {ticks} from './axis.js';

export const LANE = 26;
const BAR = 14;
const AXIS = 24;
const OUTPUT = 16;
/** More lanes than this are in the table only. */
const MAX_LANES = 300;
/** Links are drawn while they can be told apart. */
const MAX_LINKS = 600;

/** Where the picture's parts are. */
export class Layout {
  /**
   * @param {import('./model.js').Model} model
   * @param {number} width in pixels
   * @param {{from: number, to: number}} view microseconds
   */
  constructor(model, width, view) {
    this.model = model;
    this.width = width;
    this.view = view;
    this.left = width < 480 ? 84 : 148;
    this.lanes = [...model.lanes.values()].slice(0, MAX_LANES);
    this.index = new Map(this.lanes.map(({id}, i) => [id, i]));
    this.height = AXIS + this.lanes.length * LANE + OUTPUT + 6;
  }

  x(t) {
    return this.left + (t - this.view.from) / (this.view.to - this.view.from) * (this.width - this.left - 8);
  }

  time(x) {
    return this.view.from + (x - this.left) / (this.width - this.left - 8) * (this.view.to - this.view.from);
  }

  y(i) {
    return AXIS + i * LANE + LANE / 2;
  }

  /** The lane at a height, or null. */
  laneAt(y) {
    return this.lanes[Math.floor((y - AXIS) / LANE)] ?? null;
  }

  /** The bar or mark of a lane at a place, or null. Marks are small, so they have a little more room. */
  at(x, y) {
    const lane = this.laneAt(y);
    if (!lane) return null;
    const t = this.time(x);
    const near = Math.abs(this.time(x + 5) - t);
    const mark = nearest(lane.marks, t);
    if (mark && Math.abs(mark.t - t) < near) return {lane, mark};
    const bar = lane.bars[lastBefore(lane.bars, t, 'from')];
    return bar && this.model.to(bar) >= t ? {lane, bar} : null;
  }
}

/** Index of the last thing of a list in order that is not after t. */
function lastBefore(list, t, key) {
  let lo = 0;
  let hi = list.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (list[mid][key] <= t) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

function nearest(marks, t) {
  const i = lastBefore(marks, t, 't');
  const [a, b] = [marks[i], marks[i + 1]];
  if (!a || !b) return a ?? b ?? null;
  return t - a.t < b.t - t ? a : b;
}

/**
 * Draws the picture with a pen: see CanvasPen and SvgPen.
 *
 * @param {Layout} layout
 * @param {{head: number|null, lit: function(number): boolean, chosen: Object|null}} shown head is the time up to which
 *     it is drawn, lit tells whether a site is to stand out
 */
export function draw(pen, layout, {head, lit, chosen}) {
  const {model, view, width, height} = layout;
  const until = head ?? Infinity;
  pen.begin(width, height);
  for (const {t, text} of ticks(view.from, view.to, (width - layout.left) / 90)) {
    pen.line(layout.x(t), AXIS - 4, layout.x(t), height, 'rule');
    pen.text(text, layout.x(t) + 3, AXIS - 9, 'soft');
  }
  pen.clip(layout.left, 0, width - layout.left, height);
  for (const [i, lane] of layout.lanes.entries()) drawLane(pen, layout, lane, layout.y(i), until, lit);
  drawLinks(pen, layout, until);
  for (const {t, text} of model.outputs) {
    if (t >= view.from && t <= Math.min(view.to, until)) pen.tick(layout.x(t), height - OUTPUT, OUTPUT - 4, text);
  }
  for (const {t} of model.gaps) pen.line(layout.x(t), AXIS, layout.x(t), height, 'gap');
  if (head !== null) pen.line(layout.x(head), 0, layout.x(head), height, 'head');
  if (chosen) outline(pen, layout, chosen);
  pen.unclip();
  for (const [i, {id}] of layout.lanes.entries()) pen.label(model.name(id), layout.left - 8, layout.y(i) + 4, layout.left - 12);
  pen.label('output', layout.left - 8, height - 6, layout.left - 12);
  pen.end();
}

/** Bars that are thinner than a pixel are drawn once for that pixel, if they are of one state. */
function drawLane(pen, layout, lane, y, until, lit) {
  const {model, view} = layout;
  let drawn = -1;
  let state = '';
  pen.line(layout.left, y, layout.width, y, 'lane');
  for (let i = Math.max(0, lastBefore(lane.bars, view.from, 'from')); i < lane.bars.length; i++) {
    const bar = lane.bars[i];
    if (bar.from > view.to || bar.from > until) break;
    const to = Math.min(model.to(bar), until);
    if (to < view.from) continue;
    const x = Math.max(layout.x(bar.from), layout.left - 2);
    const end = Math.min(layout.x(to), layout.width);
    if (end < drawn + 0.5 && bar.state === state && !lit(bar.site)) continue;
    pen.bar(x, y - BAR / 2, Math.max(end - x, 1), BAR, bar.state, bar.state !== 'run' && lit(bar.site));
    [drawn, state] = [Math.max(end, x + 1), bar.state];
  }
  let last = -9;
  for (let i = Math.max(0, lastBefore(lane.marks, view.from, 't')); i < lane.marks.length; i++) {
    const mark = lane.marks[i];
    if (mark.t > view.to || mark.t > until) break;
    const x = layout.x(mark.t);
    if (x < layout.left || x < last + 2 && !lit(mark.site) && mark.kind !== 'switch') continue;
    pen.mark(x, y, mark.kind, lit(mark.site));
    last = x;
  }
}

function drawLinks(pen, layout, until) {
  const {view} = layout;
  const seen = layout.model.links.filter(({from, to}) => to.t >= view.from && from.t <= view.to && to.t <= until &&
      layout.index.has(from.g) && layout.index.has(to.g) && from.g !== to.g);
  if (seen.length > MAX_LINKS) return;
  for (const {kind, from, to} of seen) {
    pen.arrow(layout.x(from.t), layout.y(layout.index.get(from.g)), layout.x(to.t), layout.y(layout.index.get(to.g)), kind);
  }
}

function outline(pen, layout, {lane, bar, mark}) {
  const i = layout.index.get(lane.id);
  if (i === undefined) return;
  const from = layout.x(bar ? bar.from : mark.t) - (bar ? 1 : 6);
  const to = layout.x(bar ? layout.model.to(bar) : mark.t) + (bar ? 1 : 6);
  pen.frame(Math.max(from, layout.left), layout.y(i) - BAR / 2 - 3, Math.max(to - Math.max(from, layout.left), 3), BAR + 6);
}
