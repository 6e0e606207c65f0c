// Messages over plain requests, for where a proxy lets no websocket through:
// the same objects, one a line, in an answer that lasts as long as the run.

import {at} from './server.js';
import {parse} from './socket.js';

export class Requests {
  #session;
  #on;
  #abort = new AbortController();
  /** Lines of input go one after the other. */
  #input = Promise.resolve();

  /**
   * @param {string} session
   * @param {import('./socket.js').Listener} on
   */
  constructor(session, on) {
    this.#session = session;
    this.#on = on;
    queueMicrotask(() => on.open());
  }

  send({type, id, ...rest}) {
    const run = `runs/${encodeURIComponent(id)}`;
    switch (type) {
      case 'run':
        this.#guard(() => this.#follow(id, 'POST', 'run?resume=1', JSON.stringify({id, ...rest})));
        break;
      case 'resume':
        this.#guard(() => this.#follow(id, 'GET', `${run}?after=${rest.after}`));
        break;
      case 'kill':
        this.#guard(() => this.#command(id, 'DELETE', run));
        break;
      case 'stdin':
        this.#then(() => this.#command(id, 'POST', `${run}/stdin?${part(rest)}`, rest.body));
        break;
      case 'stdin-close':
        this.#then(() => this.#command(id, 'POST', `${run}/stdin?close=1&${part(rest)}`));
        break;
    }
  }

  close() {
    this.#abort.abort();
  }

  #then(task) {
    this.#input = this.#input.then(() => this.#guard(task));
  }

  async #guard(task) {
    try {
      await task();
    } catch {
      if (!this.#abort.signal.aborted) this.#on.lost({});
    }
  }

  #fetch(method, path, body, type = 'text/plain') {
    return fetch(at(`api/${path}`), {
      method, body, cache: 'no-store',
      headers: {'Playground-Session': this.#session, ...(body && {'Content-Type': type})},
      // A kill is on its way when nobody waits for the run any more.
      signal: method === 'DELETE' ? null : this.#abort.signal,
    });
  }

  /** Hands on the messages of a run until its last. */
  async #follow(id, method, path, body) {
    const response = await this.#fetch(method, path, body, 'application/json');
    if (!response.ok) {
      await this.#refused(id, method, response);
      return;
    }
    let last = '';
    for await (const line of lines(response.body)) {
      const message = parse(line);
      last = message.type;
      this.#on.receive(message);
    }
    if (last !== 'end' && last !== 'error') throw new Error('the answer was cut');
  }

  async #command(id, method, path, body) {
    const response = await this.#fetch(method, path, body);
    if (!response.ok) await this.#refused(id, method, response);
  }

  /** An error of the server's is a message; what a proxy says is an outage. */
  async #refused(id, method, response) {
    const error = await response.json().catch(() => ({}));
    if (response.status === 403) {
      this.#on.lost({refused: error.message ?? 'a proxy before it answered 403'});
    } else if (error.type !== 'error') {
      throw new Error(`status ${response.status}`);
    } else if (method === 'GET' && error.retryAfterMs) {
      this.#on.lost({later: error.retryAfterMs}); // the run goes on meanwhile
    } else {
      this.#on.receive({...error, id});
    }
  }
}

/** Which part of whose this is, of what a program reads. */
function part({writer, part}) {
  return new URLSearchParams({writer, part});
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop();
    for (const line of parts) if (line) yield line;
  }
}
