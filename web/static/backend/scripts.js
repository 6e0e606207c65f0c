// Who runs a block's program: the server, or for TypeScript and JavaScript the
// reader's browser. What that needs is loaded when the reader comes near such a
// block.

import {duration, size} from '../format.js';
import {noServer} from './server.js';
import {randomID} from './session.js';
import {whenNear} from '../widget/editor.js';

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
    whenNear(runner, () => this.prepare());
  }

  prepare() {
    this.#load().catch(() => {}); // a run tells of it
  }

  #load() {
    this.#loading ??= import('../frame.min.js').catch(() => {
      this.#loading = null; // the next run tries again
      throw new Error('a part of this page could not be loaded; load the page again');
    });
    return this.#loading;
  }

  run({source}, receive) {
    const id = randomID();
    const last = (message) => {
      this.abandon(id);
      receive(message);
    };
    this.#runs.set(id, {stop: () => last({type: 'end', status: 'killed', reason: 'stopped by you', output: 0})});
    this.#start(id, source, receive).catch(({message}) => last({type: 'lost', message}));
    return id;
  }

  async #start(id, source, receive) {
    const {lang, output, wallMs, code, map} = this.#data;
    const compiled = code !== undefined && source === this.#original ? {code, map} : await this.#compile(id, {task: lang, source}, receive);
    const {runInFrame} = await this.#load();
    if (!this.#runs.has(id)) return;
    const file = `program.${lang === 'javascript' ? 'js' : 'ts'}`;
    const frame = await runInFrame({...compiled, file, output: Number(output), wallMs: Number(wallMs)}, receive, {duration, size});
    if (this.#runs.has(id)) this.#runs.set(id, frame);
    else frame.remove();
  }

  async #compile(id, program, receive) {
    if (noServer()) throw new Error('no server is there to compile what you have changed; Reset brings back the original');
    const {compile} = await import('./compile.js');
    return compile(this.#connection, program, (message) => this.#runs.has(id) && receive(message), (remove) => {
      if (this.#runs.has(id)) this.#runs.get(id).remove = remove;
    });
  }

  kill(id) {
    this.#runs.get(id)?.stop();
  }

  abandon(id) {
    this.#runs.get(id)?.remove?.();
    this.#runs.delete(id);
  }

  /** A program ends with its page, and nobody is told. */
  resume(id, receive) {
    queueMicrotask(() => receive({type: 'lost'}));
  }

  whenOneEnds() {
    return false;
  }
}
