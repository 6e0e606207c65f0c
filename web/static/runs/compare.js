// Two runs beside each other, on one clock: each line at the time at which it was
// printed, with a sign where it stands elsewhere in the other run, or not at all.

import {element} from '../dom.js';
import {stamp} from '../format.js';
import {fileNames} from '../output/places.js';
import {draw} from '../output/text.js';
import {Clock} from './clock.js';
import {compared, linesOf, MOST} from './lines.js';

const SAID = {moved: 'moved: ', only: 'only here: ', '': ''};

export class View {
  element;
  #desk;
  #history;
  #clock;
  #choices;
  #said = element('p', {role: 'status'});
  #table = element('table', {});
  /** Rows of the table, with the times at which they come. */
  #rows = [];

  /**
   * @param {Object} desk what a widget is made of, as runner.js has it
   * @param {import('./history.js').History} history
   */
  constructor(desk, history) {
    [this.#desk, this.#history] = [desk, history];
    const {title} = desk;
    this.#choices = ['first', 'second'].map((which) =>
      element('select', {'aria-label': `The ${which} of two runs of ${title}`, change: () => this.#draw()}));
    this.#clock = new Clock(`two runs of ${title}`, (t) => this.#show(t));
    this.element = element('div', {class: 'compare'},
        element('div', {class: 'chosen'}, this.#choices[0], ' beside ', this.#choices[1]), this.#clock.element, this.#said,
        element('div', {class: 'runs-table', role: 'group', tabindex: '0', 'aria-label': `Two runs of ${title}`}, this.#table));
  }

  /** Shows two runs, of themselves the latest. */
  open(one = this.#history.runs.at(-2), other = this.#history.runs.at(-1)) {
    for (const [i, chosen] of [one, other].entries()) {
      this.#choices[i].replaceChildren(...this.#history.runs.map((run) =>
        element('option', {value: String(run.number), selected: run === chosen}, nameOf(run))));
    }
    this.#draw();
  }

  pause() {
    this.#clock.pause();
  }

  #draw() {
    const runs = this.#choices.map(({value}) => this.#history.runs.find(({number}) => String(number) === value));
    const [a, b] = runs.map(linesOf);
    const said = compared(a, b);
    const files = runs.map(({source}) => new Set(fileNames(source)));
    const cell = (lines, side, i) => (lines[i] ? drawn(lines[i], said[side][i], {files: files[side === 'a' ? 0 : 1], goTo: this.#desk.goTo}) : element('td', {}));
    this.#rows = pairs(a, b).map(({t, i, j}) => ({t, row: element('tr', {},
        element('th', {scope: 'row'}, stamp(t)), cell(a, 'a', i), cell(b, 'b', j))}));
    this.#table.replaceChildren(
        element('thead', {}, element('tr', {}, ...['Time', ...runs.map(nameOf)].map((text) => element('th', {scope: 'col'}, text)))),
        element('tbody', {}, ...this.#rows.map(({row}) => row)));
    this.#said.textContent = summary(said, runs, Math.max(a.length, b.length));
    this.#clock.finish(Math.max(...runs.map(({took}) => took)));
  }

  /** What comes later keeps its room. */
  #show(t) {
    for (const row of this.#rows) row.row.toggleAttribute('data-later', row.t > t);
  }
}

function nameOf({number, end}) {
  return `Run ${number}: ${end.status.replaceAll('_', ' ')}`;
}

/** Both in the order of time; what was printed in the same hundredth of a second shares a row. */
function pairs(a, b) {
  const rows = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [s, t] = [a[i]?.t ?? Infinity, b[j]?.t ?? Infinity];
    const together = stamp(s) === stamp(t);
    const row = {t: Math.min(s, t), i: together || s < t ? i++ : -1, j: -1};
    if (together || t < s) row.j = j++;
    rows.push(row);
  }
  return rows;
}

function drawn({stream, spans}, said, program) {
  return element('td', {class: stream, 'data-said': said}, element('span', {class: 'unseen'}, SAID[said]),
      element('span', {class: 'text'}, ...draw(spans, program)));
}

function summary(said, [one, other], most) {
  const moved = said.a.filter((s) => s === 'moved').length;
  const only = (list) => list.filter((s) => s === 'only').length;
  const parts = [];
  const lines = (n) => `${n} ${n === 1 ? 'line' : 'lines'}`;
  if (moved > 0) parts.push(`${lines(moved)} moved`);
  for (const [run, n] of [[one, only(said.a)], [other, only(said.b)]]) if (n > 0) parts.push(`${lines(n)} only in run ${run.number}`);
  const text = parts.length > 0 ? `${parts.join(', ')}.` : 'Both printed the same lines in the same order.';
  return `${text} How long something took does not count.${most >= MOST ? ` Only the first ${MOST} lines are compared.` : ''}`;
}
