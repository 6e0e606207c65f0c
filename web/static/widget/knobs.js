// Numbers of a program that its author lets readers turn:
//
//	workers := 4 // knob: 1..16
//	const rate = 2.5 // knob: 0.5..10 step 0.5
//
// Each is a slider beside the program's buttons, and in the article's text wherever an
// element has data-knob with the program's anchor and the number's name. Turning one
// changes the program and runs it. Loaded for programs that have some.

import {element} from '../dom.js';

const KNOB = /^([ \t]*(?:(?:var|const)[ \t]+)?([\p{L}_][\p{L}\p{N}_]*)[ \t]*(?:[\w.]+[ \t]*)?:?=[ \t]*)(-?\d+(?:\.\d+)?)([ \t]*\/\/[ \t]*knob:[ \t]*(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?:[ \t]+step[ \t]+(\d+(?:\.\d+)?))?.*)$/gmu;

/** How long a slider rests before the program is run, in milliseconds. */
const REST = 300;

/** @returns {{name: string, value: string, least: string, most: string, step: string}[]} */
export function knobs(source) {
  return [...source.matchAll(KNOB)].map(([, , name, value, , least, most, step]) => ({
    name, value, least, most,
    step: step ?? String(10 ** -Math.max(...[value, least, most].map((n) => (n.split('.')[1] ?? '').length))),
  }));
}

/** @returns {string} the program with another number */
function turned(source, wanted, value) {
  return source.replace(KNOB, (whole, before, name, old, after) => (name === wanted ? before + value + after : whole));
}

/** The sliders of a program. */
export class Part {
  element;
  #program;
  #timer = 0;
  /** Sliders by the names of their numbers: at the buttons, and in the text. */
  #sliders = new Map();
  /** Which knobs there are sliders for. */
  #shape = '';

  /** @param {import('./program.js').Program} program */
  constructor(program) {
    this.#program = program;
    this.element = element('div', {class: 'knobs', role: 'group', 'aria-label': `Numbers of ${program.title}`});
    program.bar.status.element.before(this.element);
  }

  /** The program is another one. */
  update() {
    const all = knobs(this.#program.source);
    const shape = JSON.stringify(all.map(({name, least, most, step}) => [name, least, most, step]));
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#sliders.clear();
      this.element.replaceChildren(...all.map((knob) => this.#slider(knob)));
      for (const place of document.querySelectorAll('[data-knob]')) this.#place(place, all);
    }
    for (const {name, value} of all) for (const slider of this.#sliders.get(name)) slider.show(value);
    this.element.hidden = all.length === 0;
  }

  /** Puts a slider where the author's text names a number. */
  #place(place, all) {
    const [id, name] = place.dataset.knob.split(/\s+/);
    const knob = all.find((k) => k.name === name);
    if (id === this.#program.runner.id && knob) place.replaceChildren(this.#slider(knob));
  }

  #slider({name, value, least, most, step}) {
    const said = element('output', {}, value);
    const input = element('input', {type: 'range', min: least, max: most, step, 'aria-label': `${name} of ${this.#program.title}`,
      input: () => this.#turn(name, input.value)});
    const show = (v) => {
      if (input.value !== v) input.value = v;
      said.textContent = v;
    };
    show(value);
    if (!this.#sliders.has(name)) this.#sliders.set(name, []);
    this.#sliders.get(name).push({show});
    return element('label', {class: 'knob'}, element('span', {}, name), input, said);
  }

  #turn(name, value) {
    const {editor} = this.#program;
    editor.source = turned(editor.source, name, value);
    for (const slider of this.#sliders.get(name)) slider.show(value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#program.on.run(), REST);
  }
}
