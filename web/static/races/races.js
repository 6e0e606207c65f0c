// Shows the data races of a run that looked for some, or of one that is opened and had.
// The view is loaded when there is something to say.

/** The exit status of a program that had races. */
const RACY = 66;

export class Races {
  #desk;
  #view = null;
  /** The messages of this run about races, another list for each run. */
  #races = [];

  /** @param {Object} desk what a widget is made of, as runner.js has it */
  constructor(desk) {
    this.#desk = desk;
  }

  /** A run begins. */
  clear() {
    this.#races = [];
    this.#view?.clear();
  }

  /** Takes a message of the run. */
  receive(message) {
    const {type, status, exit} = message;
    if (type === 'race') this.#races.push(message);
    if (type !== 'end' || status === 'compile_error') return;
    const found = this.#races.length > 0;
    if (found && exit === RACY) message.advice = 'race';
    if (found || this.#desk.request()?.race) this.#show(status);
  }

  async #show(status) {
    const races = this.#races;
    const {View} = await import('./view.js');
    if (races !== this.#races) return;
    this.#view ??= new View(this.#desk);
    this.#view.show(races, status);
  }
}
