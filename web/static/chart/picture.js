// Draws series as SVG: lanes below each other over one time axis. Steps for numbers,
// bands with their word in them for words. What a program printed becomes text.

import {ticks} from '../timeline/axis.js';

const NS = 'http://www.w3.org/2000/svg';
const LANE = {numbers: 64, words: 26};
const GAP = 22; // above each lane, for its name
const EDGE = 10;
const AXIS = 24;

/** Fewer pixels than this have no room for a word. */
const LETTER = 7;

/** @returns {SVGElement} */
function shape(tag, attributes, text) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/**
 * @param {import('./series.js').One[]} series
 * @param {number} end of the axis, in microseconds
 * @param {number} width in pixels
 * @param {Object<string, string>} colours paper, ink, soft, rule, run and wash, as the page has them
 * @returns {SVGElement} complete in itself, so that it can be saved
 */
export function draw(series, end, width, colours) {
  const height = series.reduce((sum, {words}) => sum + GAP + (words ? LANE.words : LANE.numbers), AXIS + EDGE);
  const svg = shape('svg', {xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': 'sans-serif', 'font-size': 12});
  const x = (t) => EDGE + (width - 2 * EDGE) * t / Math.max(end, 1);
  svg.append(shape('rect', {width, height, fill: colours.paper}));
  for (const {t, text} of ticks(0, end, Math.floor(width / 90))) {
    svg.append(
        shape('line', {x1: x(t), x2: x(t), y1: 0, y2: height - AXIS, stroke: colours.rule}),
        shape('text', {x: x(t), y: height - 8, fill: colours.soft, 'text-anchor': t === 0 ? 'start' : x(t) > width - 40 ? 'end' : 'middle'}, text));
  }
  let top = 0;
  for (const one of series) {
    const tall = one.words ? LANE.words : LANE.numbers;
    top += GAP;
    (one.words ? bands : steps)(svg, one, {x, end, top, tall, width, colours});
    top += tall;
  }
  return svg;
}

function steps(svg, {name, unit, points}, {x, end, top, tall, width, colours}) {
  let [low, high] = [Infinity, -Infinity];
  for (const {value} of points) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const y = (value) => top + tall - 4 - (tall - 8) * (high > low ? (value - low) / (high - low) : 0.5);
  let path = '';
  for (const {t, value} of thinned(points, width)) path += `${path ? `H${round(x(t))}V` : `M${round(x(t))} `}${round(y(value))}`;
  svg.append(
      label(name, low === high ? shown(low, unit) : `${shown(low, unit)} to ${shown(high, unit)}`, top, colours),
      shape('line', {x1: EDGE, x2: width - EDGE, y1: top + tall, y2: top + tall, stroke: colours.rule}),
      shape('path', {d: `${path}H${round(x(end))}`, fill: 'none', stroke: colours.run, 'stroke-width': 2, 'stroke-linejoin': 'round'}));
}

function bands(svg, {name, points}, {x, end, top, tall, width, colours}) {
  const words = [...new Set(points.map(({value}) => value))];
  svg.append(label(name, words.length > 6 ? `${words.length} values` : words.join(', '), top, colours));
  const changes = points.filter(({value}, i) => i === 0 || value !== points[i - 1].value);
  for (const [i, {t, value}] of changes.entries()) {
    const left = x(t);
    const wide = Math.max(1, x(changes[i + 1]?.t ?? end) - left);
    const strong = words.indexOf(value) % 2 === 1;
    svg.append(shape('rect', {x: round(left), y: top, width: round(wide), height: tall, fill: strong ? colours.run : colours.wash, stroke: colours.run}));
    const room = Math.floor((wide - 8) / LETTER);
    if (room < 2) continue;
    svg.append(shape('text', {x: round(left) + 4, y: top + 17, fill: strong ? colours.paper : colours.ink},
        value.length > room ? `${value.slice(0, room - 1)}\u2026` : value));
  }
}

function label(name, range, top, colours) {
  const text = shape('text', {x: EDGE, y: top - 6, fill: colours.soft}, ` ${range}`);
  text.prepend(shape('tspan', {'font-weight': 600, fill: colours.ink}, `${name} `));
  return text;
}

/** No more than four points a pixel: the first, the last and both extremes of each. */
function thinned(points, width) {
  if (points.length <= 4 * width) return points;
  const size = Math.ceil(points.length / width);
  const kept = [];
  for (let i = 0; i < points.length; i += size) {
    const part = points.slice(i, i + size);
    const low = part.reduce((a, b) => (b.value < a.value ? b : a));
    const high = part.reduce((a, b) => (b.value > a.value ? b : a));
    kept.push(...new Set([part[0], ...(low.t <= high.t ? [low, high] : [high, low]), part.at(-1)]));
  }
  return kept;
}

function round(n) {
  return Math.round(n * 100) / 100;
}

/** A value as people read it. */
export function shown(value, unit) {
  if (typeof value === 'string') return value;
  const text = String(Number(value.toPrecision(6)));
  return unit === '' ? text : `${text}\u00a0${unit}`;
}
