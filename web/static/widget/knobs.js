// Numbers of a program that its author lets readers turn:
//
//	workers := 4 // knob: 1..16
//	const rate = 2.5 // knob: 0.5..10 step 0.5
//
// or names them in the program's attribute data-knobs, as "workers 1..16,rate 0.5..10".
// Each is a slider beside the program's buttons, and in the article's text wherever an
// element has data-knob with the program's anchor and the number's name. Turning one
// changes the program and runs it. Loaded for programs that have some.

import {element} from '../dom.js';

const NUMBER = '(-?\\d+(?:\\.\\d+)?)';
const BOUNDS = `${NUMBER}\\.\\.${NUMBER}(?:[ \\t]+step[ \\t]+(\\d+(?:\\.\\d+)?))?`;

/** A line that gives a number to a name, and what may stand behind that; package render has the same. */
const assigned = (name, behind) => new RegExp(
    `^([ \\t]*(?:(?:var|let|const)[ \\t]+)?(${name})[ \\t]*(?::?[ \\t]*[\\w.]+[ \\t]*)?:?=[ \\t]*)${NUMBER}(${behind})$`, 'gmu');

const MARKED = assigned('[\\p{L}_][\\p{L}\\p{N}_]*', `[ \\t]*(?:;[ \\t]*)?//[ \\t]*knob:[ \\t]*${BOUNDS}.*`);

/** How long a slider rests before the program is run, in milliseconds. */
const REST = 300;

/** What knob= names, by name. */
function named(text) {
  return new Map((text ?? '').split(',').filter(Boolean).map((knob) => {
    const [, name, ...bounds] = new RegExp(`^(\\S+) ${BOUNDS}$`).exec(knob);
    return [name, bounds];
  }));
}

/**
 * @param {string} source
 * @param {string} [given] data-knobs
 * @returns {{name: string, value: string, least: string, most: string, step: string}[]}
 */
export function knobs(source, given) {
  const found = [...source.matchAll(MARKED)].map(([, , name, value, , ...bounds]) => [name, value, bounds]);
  for (const [name, bounds] of named(given)) {
    const [line] = source.matchAll(lineOf(name));
    if (line) found.push([name, line[3], bounds]);
  }
  return found.map(([name, value, [least, most, step]]) => ({
    name, value, least, most,
    step: step ?? String(10 ** -Math.max(...[value, least, most].map((n) => (n.split('.')[1] ?? '').length))),
  }));
}

function lineOf(name) {
  return assigned(name, '[ \\t]*(?:[;/].*)?');
}

/** @returns {string} the program with another number, in the line that is marked, or the first that gives one */
function turned(source, name, value) {
  const line = [...source.matchAll(MARKED)].find((m) => m[2] === name) ?? [...source.matchAll(lineOf(name))][0];
  const at = line.index + line[1].length;
  return source.slice(0, at) + value + source.slice(at + line[3].length);
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
    const all = knobs(this.#program.source, this.#program.runner.dataset.knobs);
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
