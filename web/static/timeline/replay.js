// Plays a run again: where its head is, and how fast it moves.

/** What a run should take at speed 1 to be followed, in microseconds of the reader's time. */
export const FOLLOWED = 4e6;

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

export class Replay {
  /** Microseconds of the run; null when all of it is shown. */
  head = null;
  playing = false;
  speed = 1;
  #changed;
  #least;
  #last = 0;

  /**
   * @param {function(): void} changed is called when the head has moved, or stopped
   * @param {number} least a run that took less is slowed down to this, in microseconds
   */
  constructor(changed, least) {
    [this.#changed, this.#least] = [changed, least];
  }

  /** How much slower than the run itself speed 1 is. */
  slowed(end) {
    return Math.max(1, this.#least / Math.max(end, 1));
  }

  /** Goes on, from the beginning if it was at the end. */
  play(end) {
    if (this.head === null || this.head >= end) this.head = 0;
    this.playing = true;
    this.#last = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      this.head += (now - this.#last) * 1000 * this.speed / this.slowed(end);
      this.#last = now;
      if (this.head >= end) {
        this.head = end;
        this.playing = false;
      }
      this.#changed();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    this.#changed();
  }

  pause() {
    this.playing = false;
    this.#changed();
  }

  /** @param {number|null} t */
  seek(t) {
    this.playing = false;
    this.head = t;
    this.#changed();
  }
}
