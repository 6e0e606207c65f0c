// The Chart button, and the place of the chart under the output. The chart itself is
// loaded when it is opened: by the reader, or for a block whose author asked for it.

import {button, element} from '../dom.js';

/** What looks like a value of a series; two of them are worth a button. */
const VALUE = /[A-Za-z_][\w.-]*=[^\s=]/g;

export class Plots {
  /** Is there when a program prints values. */
  button;
  panel = element('div', {class: 'plot', hidden: true});
  #title;
  #name;
  #asked;
  #chart = null;
  /** Messages of the run, for a chart that is opened later; the server bounds them. */
  #kept = [];
  /** How many values the run has printed, about. */
  #values = 0;

  /** @param {{title: string, runner: HTMLElement, output: {element: Element}, trace: {element: Element}}} desk */
  constructor({title, runner, output, trace}) {
    [this.#title, this.#name, this.#asked] = [title, runner.id, 'plot' in runner.dataset];
    this.button = button('Chart', `Chart: ${title}`, () => this.#show(this.panel.hidden), {'aria-pressed': 'false', hidden: true});
    output.element.after(this.panel);
    trace.element.before(this.button);
    this.clear();
  }

  /** A run begins. */
  clear() {
    this.#kept = [];
    this.#values = 0;
    this.#chart?.clear();
    if (this.#asked && this.panel.hidden) this.#show(true);
  }

  /** Takes a message of the run. */
  receive(message) {
    this.#kept.push(message);
    this.#chart?.receive(message);
    if (!this.button.hidden || !message.body) return;
    this.#values += message.body.match(VALUE)?.length ?? 0;
    this.button.hidden = this.#values < 2;
  }

  async #show(shown) {
    this.panel.hidden = !shown;
    this.button.hidden = false;
    this.button.setAttribute('aria-pressed', String(shown));
    if (!shown || this.#chart) return;
    const {Chart} = await import('../chart/chart.js');
    if (this.#chart) return;
    this.#chart = new Chart(this.#title, this.#name);
    this.panel.replaceChildren(this.#chart.element);
    for (const message of this.#kept) this.#chart.receive(message);
  }
}
