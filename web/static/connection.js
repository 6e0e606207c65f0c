// The page's one websocket. It is opened by the first Run, and again by the
// next Run after it was lost: programs end with their connection, so there is
// nothing to reconnect for in between.

/** How long the server may take to say anything at all about a run. */
const ANSWER_MS = 15_000;

/** How long after a run's last limit its end may take to arrive. */
const GRACE_MS = 15_000;

/**
 * @callback Receiver
 * @param {Object} message one of the server's, or {type: 'lost', message}
 * @returns {void}
 */

export class Connection {
  #url;
  /** @type {WebSocket|null} */
  #socket = null;
  /** @type {Map<string, {receive: Receiver, timer: number}>} */
  #runs = new Map();
  /** Messages for a socket that is not open yet. */
  #waiting = [];

  /** @param {string} path of the websocket on the page's own host */
  constructor(path) {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#url = url;
    // An open socket keeps the page out of the back-forward cache.
    addEventListener('pagehide', () => this.#socket?.close());
  }

  /**
   * Asks the server to run a program.
   *
   * @param {{source: string, limits?: {wallMs?: number, cpuMs?: number}}} program
   * @param {Receiver} receive gets every message about this run, and no other
   * @returns {string} the run's id
   */
  run(program, receive) {
    const id = newID();
    this.#runs.set(id, {receive, timer: this.#expect(ANSWER_MS)});
    this.#send({type: 'run', id, ...program});
    return id;
  }

  /** Asks the server to end a run; its end message says when it did. */
  kill(id) {
    if (this.#runs.has(id)) this.#send({type: 'kill', id});
  }

  /** Ends a run whose end is of no interest any more. */
  abandon(id) {
    this.kill(id);
    this.#end(id);
  }

  #send(message) {
    const text = JSON.stringify(message);
    if (this.#socket === null) this.#open();
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
    else this.#waiting.push(text);
  }

  #open() {
    const socket = new WebSocket(this.#url);
    let opened = false;
    this.#socket = socket;
    socket.addEventListener('open', () => {
      opened = true;
      for (const text of this.#waiting.splice(0)) socket.send(text);
    });
    socket.addEventListener('message', (event) => this.#receive(event.data));
    socket.addEventListener('close', (event) => this.#lost(socket, why(opened, event.reason)));
  }

  #receive(data) {
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      console.error('playground: the server sent a message that is not JSON');
      return;
    }
    if (message.type === 'error' && !message.id) {
      console.error(`playground: ${message.code}: ${message.message}`);
      return;
    }
    const run = this.#runs.get(message.id);
    if (!run) return;
    this.#watch(run, message);
    if (message.type === 'end' || message.type === 'error') this.#end(message.id);
    run.receive(message);
  }

  /** Notices a connection that is dead without having been closed. */
  #watch(run, message) {
    if (message.type !== 'queued' && message.type !== 'start') return;
    clearTimeout(run.timer);
    if (message.type === 'start') run.timer = this.#expect(message.limits.wallMs + GRACE_MS);
  }

  #expect(ms) {
    return setTimeout(() => {
      const socket = this.#socket;
      if (socket === null) return;
      this.#lost(socket, 'the server does not answer; Run tries again');
      socket.close();
    }, ms);
  }

  #end(id) {
    clearTimeout(this.#runs.get(id)?.timer);
    this.#runs.delete(id);
  }

  #lost(socket, message) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#waiting = [];
    const runs = [...this.#runs.values()];
    for (const id of [...this.#runs.keys()]) this.#end(id);
    for (const run of runs) run.receive({type: 'lost', message});
  }
}

function why(opened, reason) {
  if (!opened) return 'the server cannot be reached; Run tries again';
  const because = reason ? ` (${reason})` : '';
  return `connection lost${because}: the program was stopped; Run starts it again`;
}

/** Works where crypto.randomUUID does not: on a plain http address. */
function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
