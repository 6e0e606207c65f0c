// Moves over the time of a run, or of two: a slider, play and pause, and how fast.

import {button, element} from '../dom.js';
import {stamp} from '../format.js';
import {Replay, SPEEDS} from '../timeline/replay.js';

export class Clock {
  element;
  /** Microseconds; what is shown ends there. */
  #end = 1;
  #replay = new Replay(() => this.#moved(), 0);
  #slider;
  #time = element('output', {});
  #play;
  #changed;

  /**
   * @param {string} title what the time is of
   * @param {function(number): void} changed gets the time, in microseconds, whenever it is another
   */
  constructor(title, changed) {
    this.#changed = changed;
    this.#play = button('Play', `Play: ${title}`, () => (this.#replay.playing ? this.#replay.pause() : this.#replay.play(this.#end)));
    this.#slider = element('input', {type: 'range', min: '0', step: 'any', 'aria-label': `Time of ${title}`,
      input: () => this.#replay.seek(Number(this.#slider.value)), keydown: (event) => this.#key(event)});
    const speed = element('select', {'aria-label': `Speed: ${title}`, change: () => { this.#replay.speed = Number(speed.value); }},
        ...SPEEDS.map((s) => element('option', {value: String(s), selected: s === 1}, `${s}\u00d7`)));
    this.element = element('div', {class: 'clock', role: 'group', 'aria-label': `Replay of ${title}`}, this.#play, this.#slider, this.#time, speed);
  }

  /** Plays from the beginning; for those who want nothing to move it stands at the end. */
  begin(end) {
    this.finish(end);
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) this.#replay.play(this.#end);
  }

  /** Stands at the end, so that all is shown. */
  finish(end) {
    this.#end = Math.max(end, 1);
    this.#slider.max = String(this.#end);
    this.#replay.seek(this.#end);
  }

  pause() {
    if (this.#replay.playing) this.#replay.pause();
  }

  /** Keys move it by a fiftieth; a browser would by as much as it likes. */
  #key(event) {
    const steps = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1}[event.key];
    if (!steps) return;
    event.preventDefault();
    this.#replay.seek(Math.min(Math.max(0, this.#replay.head + steps * this.#end / 50), this.#end));
  }

  #moved() {
    const {head, playing} = this.#replay;
    this.#slider.value = String(head);
    this.#slider.setAttribute('aria-valuetext', `${stamp(head)} of ${stamp(this.#end)}`);
    this.#time.textContent = `${(head / 1e6).toFixed(2)}/${stamp(this.#end)}`;
    this.#play.firstElementChild.textContent = playing ? 'Pause' : 'Play';
    this.#play.setAttribute('aria-label', this.#play.getAttribute('aria-label').replace(/^\w+/, playing ? 'Pause' : 'Play'));
    this.#changed(head);
  }
}
