// Shows the data races of a run that looked for some, or of one that is opened and had.
// The view is loaded when there is something to say.

/** Begins what Go prints of a race. */
const WARNING = 'WARNING: DATA RACE\n';

/** The exit status of a program that had races. */
const RACY = 66;

export class Races {
  #desk;
  #view = null;
  /** Counts the runs: what was loaded for an older one is not shown. */
  #run = 0;

  /** @param {Object} desk what a widget is made of, as runner.js has it */
  constructor(desk) {
    this.#desk = desk;
  }

  /** A run begins. */
  clear() {
    this.#run++;
    this.#view?.clear();
  }

  /** Takes a message of the run. */
  receive(message) {
    const {type, status, exit} = message;
    if (type !== 'end' || status === 'compile_error') return;
    const printed = this.#desk.output.text('stderr');
    const found = printed.includes(WARNING);
    if (found && exit === RACY) message.advice = 'race';
    if (found || this.#desk.request()?.race) this.#show(printed, status);
  }

  async #show(printed, status) {
    const run = this.#run;
    const {View} = await import('./view.js');
    if (run !== this.#run) return;
    this.#view ??= new View(this.#desk);
    this.#view.show(printed, status);
  }
}
