// What is offered of a run besides its output, each told of the run's messages.
// Loaded with the terminal.

import {History} from '../runs/history.js';
import {Races} from '../races/races.js';
import {Orders} from '../schedules/orders.js';
import {Plots} from './plots.js';

export class Extras {
  /** @type {History} the runs that ended */
  history;
  /** @type {Orders} what else could have happened */
  orders;
  #all;

  /** @param {Object} desk what a widget is made of, as runner.js has it */
  constructor(desk) {
    this.orders = new Orders(desk);
    this.history = new History(desk);
    this.#all = [new Plots(desk), new Races(desk), this.history];
  }

  /** A run begins. */
  clear() {
    for (const extra of this.#all) extra.clear();
  }

  /** Takes a message of the run. */
  receive(message) {
    for (const extra of this.#all) extra.receive(message);
  }
}
