// Messages over a websocket.

import {at} from './server.js';

/**
 * @typedef {Object} Listener
 * @property {function(): void} open messages can be sent
 * @property {function(Object): void} receive gets each message of the server
 * @property {function({later?: number, refused?: string}): void} lost nothing
 *     more will come; later is how many milliseconds to leave the server alone,
 *     refused why it will never take this page
 */

/** Close codes of a server that asks to come back: 1012 restarts, 1013 is full. */
const COME_BACK = [1012, 1013];

/** How long to leave such a server alone, at least. */
const LATER_MS = 1000;

export class Socket {
  #socket;

  /**
   * @param {string} session
   * @param {Listener} on
   */
  constructor(session, on) {
    const url = at('ws');
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#socket = new WebSocket(url);
    this.#socket.addEventListener('open', () => {
      this.send({type: 'hello', session});
      on.open();
    });
    this.#socket.addEventListener('message', ({data}) => on.receive(parse(data)));
    this.#socket.addEventListener('close', ({code}) => on.lost({later: COME_BACK.includes(code) ? LATER_MS : 0}));
  }

  send(message) {
    // A socket that is closing says so before long, and what it did not send
    // is asked again on the next one.
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close() {
    this.#socket.close();
  }
}

/** @param {string} text one message */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {type: 'error', code: 'malformed', message: 'the server sent what is not JSON'};
  }
}
