// Who runs a block's program: the server, or for TypeScript and JavaScript the
// reader's browser. What that needs is loaded when the reader comes near such a
// block.

import {duration, size} from '../format.js';
import {noServer} from './server.js';
import {randomID} from './session.js';

/**
 * @param {HTMLElement} runner the widget
 * @param {string} original the author's program
 * @param {import('./connection.js').Connection} connection
 * @returns {import('./connection.js').Connection|Scripts}
 */
export function backendOf(runner, original, connection) {
  return isScript(runner) ? new Scripts(runner, original, connection) : connection;
}

/** @param {HTMLElement} runner */
export function isScript({dataset}) {
  return 'output' in dataset;
}

/** As much of a Connection as a widget uses. */
class Scripts {
  #data;
  #original;
  #connection;
  #loading = null;
  /** What ends each run. */
  #runs = new Map();

  constructor(runner, original, connection) {
    this.#data = runner.dataset;
    this.#original = original;
    this.#connection = connection;
    const near = new IntersectionObserver(([{isIntersecting}]) => {
      if (!isIntersecting) return;
      near.disconnect();
      this.prepare();
    }, {rootMargin: '100%'});
    near.observe(runner);
  }

  prepare() {
    this.#load().catch(() => {}); // a run tells of it
  }

  #load() {
    this.#loading ??= import('../frame.min.js').catch((error) => {
      this.#loading = null; // the next run tries again
      throw error;
    });
    return this.#loading;
  }

  run({source}, receive) {
    const id = randomID();
    const {code, map} = this.#data;
    this.#runs.set(id, {stop: () => this.#ended(id, receive, {type: 'end', status: 'killed', reason: 'stopped by you', output: 0})});
    if (code !== undefined && source === this.#original) this.#show(id, {code, map}, receive);
    else this.#compile(id, source, receive);
    return id;
  }

  /** Types are taken away by a server, in a sandbox: a page has no compiler. */
  #compile(id, source, receive) {
    if (noServer()) {
      queueMicrotask(() => receive({type: 'lost', message: 'there is no server to compile what you changed; Reset brings back the original, which runs'}));
      return;
    }
    let text = '';
    const asked = this.#connection.run({task: this.#data.lang, source}, (message) => {
      const {type, status, body} = message;
      if (!this.#runs.has(id)) return;
      if (type === 'stdout') text += body;
      else if (type === 'end' && status === 'ok') this.#show(id, JSON.parse(text), receive);
      else if (!['start', 'meter', 'quiet'].includes(type)) receive(message);
    });
    this.#runs.get(id).remove = () => this.#connection.abandon(asked);
  }

  async #show(id, compiled, receive) {
    const {lang, output, wallMs} = this.#data;
    const file = lang === 'javascript' ? 'program.js' : 'program.ts';
    try {
      const {runInFrame} = await this.#load();
      if (!this.#runs.has(id)) return;
      this.#runs.set(id, await runInFrame({...compiled, file, output: Number(output), wallMs: Number(wallMs)}, receive, {duration, size}));
    } catch {
      this.#ended(id, receive, {type: 'lost', message: 'a part of this page could not be loaded; load the page again'});
    }
  }

  #ended(id, receive, message) {
    this.abandon(id);
    receive(message);
  }

  kill(id) {
    this.#runs.get(id)?.stop();
  }

  abandon(id) {
    this.#runs.get(id)?.remove?.();
    this.#runs.delete(id);
  }

  /** A program ends with its page. */
  resume(id, receive) {
    queueMicrotask(() => receive({type: 'lost', message: 'it ended with the page that it ran in; Run starts it again'}));
  }

  whenOneEnds() {
    return false;
  }
}
