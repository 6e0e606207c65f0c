// The worker that a program runs in, before the program: what prints for it,
// knows when it has ended, and says what it does not have. Nothing here is a
// wall. Those are the frame's policy and origin, and what the program may have
// broken in here harms its own output alone.

import {makeConsole} from './console.js';
import {inspect, know} from './inspect.js';
import {Outbox} from './outbox.js';

/** A program with nothing to wait for has ended when this long nothing has happened. */
const IDLE_MS = 40;

// The program may replace all of these.
const now = performance.now.bind(performance);
const {setTimeout: later, clearTimeout: never, setInterval: every, eval: run} = self;

let outbox;
/** Timers that will still call the program. */
const pending = new Set();
/** The program's own statements are done. */
let returned = false;
let ended = false;
/** When the program was last known to do something. */
let active = 0;
let idle = 0;

self.onmessage = ({data: {code, rare, file, output}, ports}) => {
  self.onmessage = null;
  know(rare && run(rare));
  self.console = makeConsole((stream, text) => {
    touch();
    if (!ended && !outbox.print(stream, text)) end({status: 'output_limit'});
  }, now);
  schedule();
  withhold();
  watch();
  // On lines of its own, so that its columns are those of the map.
  const program = run(`(async function () { "use strict";\n${code}\n})\n//# sourceURL=${file}?`);
  outbox = new Outbox(ports[0], output, now);
  program.call().then(() => {
    returned = true;
    touch();
  }, fail);
  touch();
};

/** Timers as they are, but counted, and with Node's least delay: 0 is 1. */
function schedule() {
  const timer = (native, once) => (callback, ms, ...args) => {
    if (typeof callback !== 'function') {
      throw new TypeError('The "callback" argument must be of type function');
    }
    const id = native(() => {
      if (ended) return;
      if (once) pending.delete(id);
      touch();
      callback(...args);
    }, ms >= 1 ? ms : 1);
    pending.add(id);
    return id;
  };
  self.setTimeout = timer(later, true);
  self.setInterval = timer(every, false);
  self.clearTimeout = self.clearInterval = (id) => {
    never(id);
    pending.delete(id);
    touch();
  };
}

/** Replaces what the frame's policy refuses without a word, and what is ours. */
function withhold() {
  const refuse = (name) => {
    throw new TypeError(`${name}: programs on this page have no network`);
  };
  self.fetch = async () => refuse('fetch');
  for (const name of ['EventSource', 'WebSocket', 'WebTransport', 'XMLHttpRequest']) {
    self[name] = function () {
      refuse(name);
    };
  }
  for (const name of ['postMessage', 'close', 'importScripts', 'requestAnimationFrame', 'cancelAnimationFrame']) {
    for (let at = self; at; at = Object.getPrototypeOf(at)) delete at[name];
  }
}

/** What ends a program that did not mean to. */
function watch() {
  self.addEventListener('error', (event) => {
    event.preventDefault();
    fail(event.error);
  });
  self.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    fail(event.reason, ' (in promise)');
  });
  // A port that is written to will wake the program up.
  const {postMessage} = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (...args) {
    touch();
    return postMessage.apply(this, args);
  };
}

/** The program does something; when it does no more, it has ended. */
function touch() {
  active = now();
  never(idle);
  if (!ended) idle = later(rest, IDLE_MS);
}

function rest() {
  if (pending.size > 0) return;
  // Who comes late was kept by the program, which worked.
  if (now() - active > 2 * IDLE_MS) active = now();
  end(returned ? {status: 'ok'} : {status: 'exit', exit: 13, what: 'a top-level await never settled'});
}

function fail(error, how = '') {
  if (ended) return;
  active = now();
  outbox.print('stderr', `Uncaught${how} ${inspect(error)}\n`);
  const is = error instanceof Error;
  end({status: 'panic', exit: 1, what: is ? `${error.name}: ${error.message}` : typeof error, stack: is ? String(error.stack) : ''});
}

/** @param {{status: string, exit?: number, what?: string}} how */
function end(how) {
  if (ended) return;
  ended = true;
  outbox.end(how, active);
}
