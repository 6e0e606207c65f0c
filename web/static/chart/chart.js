// The series of a run, drawn while it runs: picture, table, files. Loaded when a
// program has some and the reader or the author asks for it.

import {button as labelled, element} from '../dom.js';
import {download} from '../download.js';
import {stamp} from '../format.js';
import {colours, whenRecoloured} from '../timeline/pens.js';
import {draw, shown} from './picture.js';
import {MOST, Series} from './series.js';

/** Times between two drawings while a program prints, in milliseconds. */
const EVERY = 100;

/** More rows than a person reads. */
const MOST_ROWS = 500;

export class Chart {
  element;
  #title;
  #name;
  #series = new Series();
  #picture = element('div', {class: 'chart-picture', role: 'img'});
  #said = element('p', {class: 'chart-said'});
  #table = element('div', {class: 'chart-table', hidden: true, tabindex: '0', role: 'group', 'aria-label': 'Values'});
  #timer = 0;

  /**
   * @param {string} title the program's
   * @param {string} name of files to save, without their endings
   */
  constructor(title, name) {
    [this.#title, this.#name] = [title, name];
    const button = (text, click) => labelled(text, `${text}: ${title}`, click);
    const table = button('Table', () => {
      this.#table.hidden = !this.#table.hidden;
      table.setAttribute('aria-pressed', String(!this.#table.hidden));
      this.#draw();
    });
    table.setAttribute('aria-pressed', 'false');
    const style = element('link', {rel: 'stylesheet', href: new URL('chart.css', import.meta.url).href});
    this.element = element('div', {class: 'chart'}, style, this.#picture, this.#said, this.#table,
        element('div', {class: 'tools'}, table, button('SVG', () => this.#save()), button('PNG', () => this.#saveDrawn())));
    new ResizeObserver(() => this.#later()).observe(this.#picture);
    whenRecoloured(() => this.#later());
  }

  /** A new run begins. */
  clear() {
    this.#series = new Series();
    this.#later();
  }

  /** Takes a message of the run. */
  receive(message) {
    this.#series.receive(message);
    if (message.type === 'end') this.#draw();
    else this.#later();
  }

  #later() {
    this.#timer ||= setTimeout(() => this.#draw(), EVERY);
  }

  #draw() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const {drawn} = this.#series;
    this.#said.textContent = summary(drawn, this.#series.end);
    this.#picture.setAttribute('aria-label', `Chart of ${this.#title}: ${this.#said.textContent}`);
    if (this.#picture.clientWidth === 0) return; // not in sight
    if (drawn.length > 0) this.#picture.replaceChildren(this.#svg(this.#picture.clientWidth));
    else this.#picture.replaceChildren();
    if (!this.#table.hidden) this.#table.replaceChildren(table(drawn));
  }

  #svg(width) {
    return draw(this.#series.drawn.slice(0, MOST), this.#series.end, width, colours(this.element));
  }

  #save() {
    download(`${this.#name}.svg`, new Blob([new XMLSerializer().serializeToString(this.#svg(800))], {type: 'image/svg+xml'}));
  }

  /** Twice as large as it is shown, as screens are. */
  async #saveDrawn() {
    const svg = this.#svg(800);
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
    await image.decode();
    const canvas = element('canvas', {width: '1600', height: String(2 * svg.getAttribute('height'))});
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => download(`${this.#name}.png`, blob), 'image/png');
  }
}

/** The series in words, for those who do not see them. */
function summary(series, end) {
  if (series.length === 0) return 'Nothing to draw yet: a line such as queue=3 or state=open is a value of a series.';
  const each = series.slice(0, MOST).map(({name, words, unit, points}) => {
    if (words) return `${name} ends as ${points.at(-1).value}`;
    const values = points.map(({value}) => value);
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return `${name} from ${shown(low, unit)} to ${shown(high, unit)}, last ${shown(values.at(-1), unit)}`;
  });
  const more = series.length > MOST ? `; ${series.length - MOST} more series are in the table` : '';
  return `${each.join('; ')}, over ${stamp(end)}${more}.`;
}

function table(series) {
  const rows = series.flatMap(({name, unit, points}) => points.map(({t, value}) => ({name, t, value: shown(value, unit)})))
      .sort((a, b) => a.t - b.t);
  const cells = rows.slice(0, MOST_ROWS).map(({t, name, value}) => element('tr', {},
      element('td', {}, stamp(t)), element('th', {scope: 'row'}, name), element('td', {}, value)));
  const caption = rows.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${rows.length} values` : 'Values in the order in which they were printed';
  return element('table', {}, element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...['Time', 'Series', 'Value'].map((text) => element('th', {scope: 'col'}, text)))),
      element('tbody', {}, ...cells));
}
