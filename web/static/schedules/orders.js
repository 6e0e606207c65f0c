// The view of what else could have happened. Loaded with the terminal; what it shows,
// when it is opened.

import {isScript} from '../backend/scripts.js';
import {element} from '../dom.js';
import {differing, linesOf} from '../widget/comparison.js';

/** How often a busy server is asked. */
const MAX_TRIES = 3;

export class Orders {
  /**
   * Shows it: everything, or the order of a seed.
   *
   * @type {function(string=): void}
   */
  show = () => {};
  #desk;
  #panel = element('div', {});
  #schedules = null;

  /** @param {Object} desk what a widget is made of, as runner.js has it */
  constructor(desk) {
    this.#desk = desk;
    if (!isScript(desk.runner)) this.show = desk.views.add('What else could happen?', this.#panel, (seed) => this.#open(seed));
  }

  async #open(seed) {
    const {title, runner, dock} = this.#desk;
    dock.open();
    const {Schedules} = await import('./schedules.js');
    this.#schedules ??= new Schedules(title, runner.id, this.#on());
    this.#panel.replaceChildren(this.#schedules.element);
    this.#schedules.open(seed);
  }

  #on() {
    const {program, backend, goTo, asked, runner} = this.#desk;
    return {
      differs: (printed) => program.source === program.original && isOther(runner.querySelector('.documented'), printed),
      source: () => program.source, goTo,
      light: (places) => program.editor.light(places),
      mark: (found) => program.editor.mark(found),
      ask: (fields, receive) => {
        const {stdinOpen, observe, ...request} = asked(); // nobody types
        return persistent(backend, {...request, ...fields}, receive);
      },
    };
  }
}

/** Whether that is not what the author says that the program prints, if there is such. */
function isOther(documented, printed) {
  const mode = documented?.dataset.mode;
  if (!mode || mode === 'any') return false;
  return differing(mode, linesOf(documented.querySelector('samp').textContent), linesOf(printed)) !== null;
}

/**
 * Asks for a run. Who chooses fast comes to the end of what one reader may start in a
 * moment; a server that says when to come back is asked again then.
 *
 * @returns {function(): void} gives it up
 */
function persistent(backend, request, receive) {
  let left = MAX_TRIES;
  let id = null;
  let timer = 0;
  const ask = () => {
    id = backend.run(request, (message) => {
      if (message.type === 'error' && message.retryAfterMs && --left > 0) timer = setTimeout(ask, message.retryAfterMs);
      else receive(message);
    });
  };
  ask();
  return () => {
    clearTimeout(timer);
    backend.abandon(id);
  };
}
