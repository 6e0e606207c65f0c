// Runs a program again and again, and tells what came out differently.

import {button, element} from '../dom.js';
import {sheet} from './history.js';
import {compared, linesOf} from './lines.js';

/** How often. */
const TIMES = 10;

/** Rows that are shown of lines that moved. */
const MOST_ROWS = 200;

/** The views by their widgets. */
const views = new WeakMap();

/**
 * Runs the program of a widget some times.
 *
 * @param {Object} desk what a widget is made of, as runner.js has it
 */
export async function repeat(desk) {
  const {history} = await desk.extras();
  if (!views.has(desk.runner)) views.set(desk.runner, new Repetition(desk, history));
  await views.get(desk.runner).start();
}

class Repetition {
  #desk;
  #history;
  #show;
  #said = element('p', {role: 'status'});
  #stop;
  #results = element('div', {class: 'runs-table', tabindex: '0', role: 'group'});
  /** The id of the run under way; null between two, and when it was stopped. */
  #run = null;
  /** Counts the starts: an older one that finds a newer has nothing more to do. */
  #started = 0;

  constructor(desk, history) {
    [this.#desk, this.#history] = [desk, history];
    const {title, views} = desk;
    this.#results.setAttribute('aria-label', `${TIMES} runs of ${title}`);
    this.#stop = button('Stop', `Stop running ${title} again`, () => this.#cancel());
    this.#show = views.add(`${TIMES} runs`, element('div', {class: 'repeat'}, sheet(), element('div', {class: 'said'}, this.#said, this.#stop), this.#results), () => {});
  }

  async start() {
    this.#cancel();
    const mine = ++this.#started;
    const {stdinOpen, observe, ...program} = this.#desk.asked(); // nobody types, and nobody watches
    this.#desk.dock.open();
    this.#show();
    this.#stop.hidden = false;
    this.#results.replaceChildren();
    const runs = [];
    let problem = '';
    while (runs.length < TIMES && !problem && this.#started === mine) {
      this.#said.textContent = `Run ${runs.length + 1} of ${TIMES}\u2026`;
      const messages = await this.#once(program);
      if (this.#started !== mine) return;
      const last = messages.at(-1);
      if (last.type === 'end' && last.status !== 'compile_error') runs.push({source: program.source, messages, end: last});
      else problem = last.type === 'end' ? 'it does not compile; Run shows why' : last.message;
    }
    this.#finish(runs, problem);
  }

  #cancel() {
    this.#started++;
    if (this.#run) this.#desk.backend.kill(this.#run);
    this.#run = null;
    this.#stop.hidden = true;
    this.#said.textContent = 'Stopped.';
  }

  /** All messages of one run. */
  #once(program) {
    const messages = [];
    return new Promise((resolve) => {
      this.#run = this.#desk.backend.run(program, (message) => {
        messages.push(message);
        if (['end', 'error', 'lost'].includes(message.type)) resolve(messages);
      });
    });
  }

  #finish(runs, problem) {
    this.#run = null;
    this.#stop.hidden = true;
    for (const run of runs) this.#history.add(run.source, run.messages);
    const found = outcomes(runs);
    this.#said.textContent = [problem && `Ended after ${runs.length}: ${problem}.`, runs.length > 0 && summary(found)].filter(Boolean).join(' ');
    if (runs.length > 0) this.#results.replaceChildren(this.#outcomes(found), this.#lines(found));
  }

  /** What came out, most often first, each beside the one before it. */
  #outcomes({kinds}) {
    const rows = kinds.map(({runs, end, lines}, i) => element('tr', {},
        element('th', {scope: 'row'}, `${runs.length}\u00d7`), element('td', {}, end.status.replaceAll('_', ' ')),
        element('td', {}, lines[0]?.text ?? 'nothing'), element('td', {}, ...(i === 0 ? [] : [this.#beside(kinds[0], kinds[i])]))));
    return table('What came out', ['Runs', 'Ended', 'First line', 'Beside the most frequent'], rows);
  }

  #beside(one, other) {
    const kept = (kind) => this.#history.runs.find(({messages}) => messages === kind.runs[0].messages);
    if (!kept(one) || !kept(other)) return ''; // nothing was printed
    return button('Compare', `Compare with what came out ${other.runs.length} times`, () => this.#history.compare(kept(one), kept(other)));
  }

  #lines({moved}) {
    if (moved.length === 0) return '';
    const often = (n) => (n === 0 ? '' : `in ${n}`);
    const rows = moved.slice(0, MOST_ROWS).map(({text, elsewhere, missing, more}) => element('tr', {},
        element('th', {scope: 'row'}, text), element('td', {}, often(elsewhere)), element('td', {}, often(missing)), element('td', {}, often(more))));
    return table('Lines, beside what came out most often', ['Line', 'Moved', 'Missing', 'Only there'], rows);
  }
}

/** Runs that printed the same, and the lines that did not stay in their places. */
function outcomes(runs) {
  const byText = new Map();
  for (const run of runs) {
    const lines = linesOf(run);
    const text = [run.end.status, ...lines.map(({key}) => key)].join('\n');
    if (!byText.has(text)) byText.set(text, {runs: [], end: run.end, lines});
    byText.get(text).runs.push(run);
  }
  const kinds = [...byText.values()].sort((a, b) => b.runs.length - a.runs.length);
  const moved = new Map();
  for (const kind of kinds.slice(1)) count(moved, kinds[0].lines, kind);
  return {kinds, total: runs.length, moved: [...moved.values()]};
}

function count(moved, first, {runs, lines}) {
  const said = compared(first, lines);
  const entry = ({key, text}) => {
    if (!moved.has(key)) moved.set(key, {text, elsewhere: 0, missing: 0, more: 0});
    return moved.get(key);
  };
  for (const [i, line] of first.entries()) {
    if (said.a[i] === 'moved') entry(line).elsewhere += runs.length;
    else if (said.a[i] === 'only') entry(line).missing += runs.length;
  }
  for (const [j, line] of lines.entries()) if (said.b[j] === 'only') entry(line).more += runs.length;
}

function summary({kinds, total, moved}) {
  if (total === 1) return 'One run.';
  const text = kinds.length === 1 ? `${total} runs, and all of them printed the same` : `${total} runs, and ${kinds.length} different outputs`;
  const number = (what) => moved.filter((line) => line[what] > 0).length;
  const parts = [[number('elsewhere'), 'moved'], [number('missing'), 'missing in some'], [number('more'), 'only in some']]
      .filter(([n]) => n > 0).map(([n, what]) => `${n} ${n === 1 ? 'line' : 'lines'} ${what}`);
  return `${[text, ...parts].join('; ')}. How long something took does not count.`;
}

function table(caption, columns, rows) {
  return element('table', {}, element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...columns.map((text) => element('th', {scope: 'col'}, text)))), element('tbody', {}, ...rows));
}
