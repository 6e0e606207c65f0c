// What a program printed, on its way out of the worker: at once, because a
// program may never yield again, and never more than it may print. The port is
// not reachable for the program.

export class Outbox {
  #post;
  #left;
  #now;
  #start;
  #encoder = new TextEncoder();

  /**
   * @param {MessagePort} port
   * @param {number} limit in bytes
   * @param {function(): number} now milliseconds
   */
  constructor(port, limit, now) {
    this.#post = port.postMessage.bind(port);
    this.#left = limit;
    this.#now = now;
    this.#start = now();
    this.#post({begun: true});
  }

  /**
   * @param {string} stream stdout or stderr
   * @param {string} text
   * @returns {boolean} whether the program may go on printing
   */
  print(stream, text) {
    const whole = text.length <= this.#left;
    text = text.slice(0, this.#left);
    this.#left = Math.max(0, this.#left - this.#encoder.encode(text).length);
    if (text) this.#post({printed: [stream, this.#t(this.#now()), text]});
    return whole;
  }

  /** @param {{status: string, exit?: number, what?: string}} how */
  end(how, at) {
    this.#post({end: {...how, t: this.#t(at)}});
  }

  /** Microseconds since the program began. */
  #t(at) {
    return Math.round((at - this.#start) * 1000);
  }
}
