// The data races of a run: in words and as a list under the output, at their lines in the
// editor, with a link from each line to the other. Loaded when a run has looked for some.

import {element} from '../dom.js';
import {lineIndex} from '../widget/source.js';

export class View {
  #desk;
  #verdict = element('p', {role: 'status'});
  #list = element('ol', {});
  #element;
  /** Sees the editor proper come, which can have links. */
  #awaited = null;

  /** @param {Object} desk what a widget is made of, as runner.js has it */
  constructor(desk) {
    this.#desk = desk;
    this.#element = element('section', {class: 'races', hidden: true, 'aria-label': `Data races of ${desk.title}`},
        element('link', {rel: 'stylesheet', href: new URL('races.css', import.meta.url).href}), this.#verdict, this.#list);
    desk.output.element.after(this.#element);
  }

  clear() {
    this.#element.hidden = true;
    this.#verdict.textContent = '';
    this.#awaited?.disconnect();
    this.#link([]);
  }

  /**
   * @param {Object[]} messages about races
   * @param {string} status how it ended
   */
  show(messages, status) {
    const source = this.#desk.program.ran;
    const races = messages.filter(({accesses}) => accesses).map(({accesses}) => accesses.map(access));
    this.#element.hidden = false;
    this.#list.replaceChildren(...races.map((race) => this.#race(race, source)));
    this.#verdict.textContent = verdict(races.length, status, messages.find(({over}) => over));
    if (this.#desk.program.source === source) this.#mark(races, source);
  }

  #race(accesses, source) {
    return element('li', {}, ...accesses.map((access) => element('p', {},
        ...this.#place(access.place), element('strong', {}, access.what), ` by ${access.who}`, access.name && ` in ${access.name}`,
        ...(access.started ? [', started at ', ...this.#place(access.started)] : []),
        ...(access.place ? [element('code', {}, textAt(source, access.place))] : []))));
  }

  #place(place) {
    if (!place) return ['in the library: '];
    return [element('button', {type: 'button', class: 'place', click: () => this.#desk.goTo(place)}, called(place)), ' '];
  }

  /** Marks the lines as those are at which goroutines wait: with what was done there. */
  #mark(races, source) {
    const said = new Map();
    const links = new Map();
    for (const pair of races) {
      for (const [i, access] of pair.entries()) {
        const other = pair[1 - i];
        if (!access.place) continue;
        const index = lineIndex(source.split('\n'), access.place);
        said.set(`${index} ${access.what} ${access.who}`, {severity: 'waiting', message: `${access.what} by ${access.who}`, ...access.place});
        if (other.place && called(other.place) !== called(access.place)) links.set(`${index} ${called(other.place)}`, {index, ...this.#to(other)});
      }
    }
    const {editor, diagnostics} = this.#desk.program;
    editor.mark([...diagnostics.found, ...said.values()]);
    this.#link([...links.values()]);
  }

  #to({what, who, place}) {
    return {text: called(place), label: `Races with the ${what} by ${who} at ${called(place)}: go there`, follow: () => this.#desk.goTo(place)};
  }

  /** The editor that a page begins with has no place for links; the editor proper comes when the reader turns to it. */
  async #link(links) {
    const {editor} = this.#desk.program;
    if (editor.element.classList.contains('rich')) {
      const {showLinks} = await import('../editor/links.js');
      showLinks(editor.element, links);
    } else if (links.length > 0) {
      const {ran} = this.#desk.program;
      this.#awaited = new MutationObserver(() => {
        this.#awaited.disconnect();
        if (this.#desk.program.source === ran) this.#link(links);
      });
      this.#awaited.observe(editor.element, {attributeFilter: ['class']});
    }
  }
}

/**
 * One of the two sides of a race: what was done, by whom, where, and where that was started.
 * What was done in the library has no place.
 */
function access({what, g, name, line, file, started}) {
  const place = (at) => at?.line ? {file: at.file, line: at.line, column: 1} : null;
  return {what, who: g === 1 ? 'main goroutine' : `goroutine ${g}`, name, place: place({file, line}), started: place(started)};
}

function verdict(races, status, overwhelmed) {
  const many = overwhelmed?.goroutines ? 'goroutines' : 'variables';
  const rest = overwhelmed ? ` It then had too many ${many} to watch, and was not looked at any further.` : '';
  if (races === 1) return '1 race found: nothing orders these two, and they are at the same memory.' + rest;
  if (races > 1) return `${races} races found: nothing orders the two of each, and they are at the same memory.${rest}`;
  if (overwhelmed) return `No race was seen until there were too many ${many} to watch. That is no proof.`;
  if (!['ok', 'exit', 'panic', 'deadlock'].includes(status)) return 'No race was seen before the program was ended. That is no proof.';
  return 'No race was seen in this run. That is no proof: another run may take another way.';
}

/** What a place is called in a sentence. */
function called({file, line}) {
  return ['prog.go', ''].includes(file) ? `line ${line}` : `${file}:${line}`;
}

function textAt(source, place) {
  const lines = source.split('\n');
  return lines[lineIndex(lines, place)].trim();
}
