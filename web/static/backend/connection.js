// The page's connection to the server, and whose message is whose. A run
// outlives its connection: when that is lost it is made again, and each run is
// taken up behind the last message that came. Messages go over a websocket;
// where none can be opened, over plain requests.

import {Requests} from './requests.js';
import {recall, remember, randomID, sessionToken} from './session.js';
import {Socket} from './socket.js';

/** A run that goes on is heard of several times in this. */
const QUIET_MS = 2_000;

/** How long a new connection may take to bring its first message. */
const ANSWER_MS = 10_000;

/** A connection with a run says something more often: a program's use, if nothing else. One to several servers tells how often. */
const SILENCE_MS = 20_000;

/** After this no run can be there any more: the server keeps one without a reader for half of it. */
const GIVE_UP_MS = 30_000;

/** The delay before attempt n is random, below FIRST_DELAY_MS * 2^n: readers must not all come back at once. */
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 5_000;

/** How long requests are preferred after websockets have failed. */
const PREFER_REQUESTS_MS = 5 * 60_000;

/** What to say of a run that cannot be taken up again, by the code of the error. */
const GONE = {
  gone: 'the connection was away for too long: the server no longer has this run. Run starts it again',
  unknown_run: 'the server no longer has this run; it may have been restarted. Run starts it again',
};

/**
 * @callback Receiver
 * @param {Object} message one of the server's, or one of
 *     {type: 'away', message}     the connection is lost, and being made again
 *     {type: 'back'}              it is there again
 *     {type: 'quiet', ms}         nothing has come for that long, though the run goes on
 *     {type: 'notice', message}   something was refused, but the run goes on
 *     {type: 'lost', message}     the last one: nothing more will be known
 * @returns {void}
 */

/**
 * @typedef {Object} Run
 * @property {string} id
 * @property {Object} first what to ask for until something numbered has come
 * @property {Receiver} receive
 * @property {number} seq of the last message that came
 * @property {boolean} asked the server may know of it
 * @property {boolean} heard the server has spoken of it
 * @property {boolean} killed
 * @property {string} writer names this page to the server, among those that write to the run
 * @property {Array<Object>} input all of it; what has come to the server is not known, and it takes each part once
 */

export class Connection {
  /** @type {Socket|Requests|null} */
  #link = null;
  #open = false;
  /** Nothing has come by this link yet. */
  #fresh = true;
  /** @type {Map<string, Run>} */
  #runs = new Map();
  /** When the connection was lost, or 0. */
  #lostAt = 0;
  /** How often it was tried since. */
  #attempts = 0;
  /** Links in a row by which nothing came. */
  #failures = 0;
  #retry = 0;
  #watchdog = 0;
  #silence = SILENCE_MS;
  /** By how much more is waited since that was for nothing: a network may be slow. */
  #slack = 1;
  #quiet = 0;
  /** Called when a run has ended, once each. */
  #waiting = [];

  constructor() {
    // An open connection keeps the page out of the back-forward cache.
    addEventListener('pagehide', () => this.#leave());
    addEventListener('pageshow', () => this.#wake());
    addEventListener('online', () => this.#wake());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#wake();
    });
  }

  /**
   * Asks the server to run a program.
   *
   * @param {{source: string, task?: string, stdinOpen?: boolean, limits?: {wallMs?: number, cpuMs?: number}}} program
   * @param {Receiver} receive gets every message about this run, and no other
   * @returns {string} the run's id
   */
  run(program, receive) {
    const id = randomID();
    this.#add({type: 'run', id, ...program}, receive);
    return id;
  }

  /** Connects before it is needed, so that the first run starts within one round trip. */
  prepare() {
    if (this.#link === null && this.#failures === 0) this.#connect();
  }

  /** Calls back when one of this page's runs has ended, and says whether there is one. */
  whenOneEnds(callback) {
    if (this.#runs.size > 0) this.#waiting.push(callback);
    return this.#runs.size > 0;
  }

  /** Follows a run that an earlier page of this session began. */
  resume(id, receive) {
    this.#add({type: 'resume', id, after: 0}, receive);
  }

  /** Asks the server to end a run; its end message says when it did. */
  kill(id) {
    const run = this.#runs.get(id);
    if (!run) return;
    run.killed = true;
    if (!run.asked) this.#last(run, {type: 'lost', message: 'stopped before the server was reached'});
    else if (this.#open) this.#link.send({type: 'kill', id});
  }

  /** Ends a run whose end is of no interest any more. */
  abandon(id) {
    if (this.#open) this.kill(id);
    this.#forget(id);
  }

  /** Gives a program some text to read. */
  write(id, body) {
    this.#input(id, {type: 'stdin', id, body});
  }

  /** Lets a program read the end of its input. */
  endInput(id) {
    this.#input(id, {type: 'stdin-close', id});
  }

  #input(id, message) {
    const run = this.#runs.get(id);
    if (!run) return;
    Object.assign(message, {writer: run.writer, part: run.input.length + 1});
    run.input.push(message);
    if (this.#open) this.#link.send(message);
  }

  #add(first, receive) {
    const run = {id: first.id, first, receive, seq: 0, asked: false, heard: false, killed: false, writer: randomID(), input: []};
    this.#runs.set(run.id, run);
    if (this.#open) this.#ask(run);
    else this.#wake();
  }

  #ask(run) {
    run.asked = true;
    this.#link.send(run.seq > 0 ? {type: 'resume', id: run.id, after: run.seq} : run.first);
    for (const message of run.input) this.#link.send(message);
    // A kill that was lost with its connection is asked again.
    if (run.killed) this.#link.send({type: 'kill', id: run.id});
    if (!this.#watchdog) this.#expect(ANSWER_MS);
  }

  #forget(id) {
    const ran = this.#runs.get(id)?.seq > 0;
    this.#runs.delete(id);
    // One that was refused has made no room.
    if (ran) for (const callback of this.#waiting.splice(0)) queueMicrotask(callback);
    if (this.#runs.size > 0) return;
    clearTimeout(this.#quiet);
    this.#expect(0);
    clearTimeout(this.#retry);
    this.#retry = this.#lostAt = this.#attempts = 0;
    this.#slack = 1;
    // Requests cost nothing to begin, and it may be time for a websocket.
    if (this.#link instanceof Requests) this.#drop();
  }

  #last(run, message) {
    this.#forget(run.id);
    run.receive(message);
  }

  // The link.

  /** Connects now, where that is due at all. */
  #wake() {
    if (this.#link === null && this.#runs.size > 0) this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#fresh = true;
    this.#silence = SILENCE_MS;
    const link = new (this.#kind())(sessionToken(), {
      open: () => this.#opened(link),
      receive: (message) => this.#receive(link, message),
      lost: (how) => this.#lost(link, how),
    });
    this.#link = link;
    this.#expect(ANSWER_MS);
  }

  /** Two websockets that fail are enough to suspect a proxy. */
  #kind() {
    const preferred = Date.now() < Number(recall('requests-until'));
    return this.#failures % 3 === (preferred ? 0 : 2) ? Requests : Socket;
  }

  #opened(link) {
    if (link !== this.#link) return;
    this.#open = true;
    for (const run of this.#runs.values()) this.#ask(run);
  }

  #receive(link, message) {
    if (link !== this.#link) return;
    if (this.#fresh) this.#proven(link);
    const run = this.#runs.get(message.id);
    this.#listen(QUIET_MS);
    this.#silence = message.silenceMs ?? this.#silence;
    this.#expect(this.#runs.size > 0 ? Math.min(SILENCE_MS, this.#silence * this.#slack) : 0);
    if (run) this.#deliver(run, message);
    else if (message.type === 'error' && !message.id) console.error(`playground: ${message.code}: ${message.message}`);
  }

  #proven(link) {
    this.#fresh = false;
    this.#failures = 0;
    const until = link instanceof Requests ? recall('requests-until') ?? String(Date.now() + PREFER_REQUESTS_MS) : null;
    remember('requests-until', until);
  }

  #deliver(run, message) {
    run.heard = true;
    if (this.#lostAt) this.#back();
    if (message.seq) {
      if (message.seq <= run.seq) return;
      run.seq = message.seq;
    }
    if (message.type === 'end') this.#last(run, message);
    else if (message.type === 'error') this.#error(run, message);
    else run.receive(message);
  }

  /** Only what has not begun can be refused; of the rest a command was. */
  #error(run, message) {
    if (GONE[message.code]) {
      this.#last(run, {type: 'lost', message: GONE[message.code]});
    } else if (run.seq > 0) {
      run.receive({type: 'notice', message: message.message});
    } else {
      this.#last(run, message);
    }
  }

  /**
   * Notices a connection that is dead without having been closed. One that is
   * only silent, because a queue does not move, is replaced without a word.
   */
  #expect(ms) {
    clearTimeout(this.#watchdog);
    this.#watchdog = ms && setTimeout(() => this.#lost(this.#link, {silent: true}), ms);
  }

  /** Tells of silence, and again while it lasts. */
  #listen(ms) {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      for (const run of [...this.#runs.values()]) if (run.seq > 0) run.receive({type: 'quiet', ms});
      if (this.#runs.size > 0) this.#listen(ms + QUIET_MS / 2);
    }, ms === QUIET_MS ? ms : QUIET_MS / 2);
  }

  #drop() {
    clearTimeout(this.#quiet);
    const link = this.#link;
    this.#link = null;
    this.#open = false;
    this.#expect(0);
    link?.close();
  }

  #lost(link, {later = 0, refused = '', silent = false}) {
    if (link !== this.#link) return;
    this.#drop();
    if (this.#fresh) this.#failures++;
    if (silent) this.#slack *= 2;
    if (this.#runs.size === 0) return;
    this.#lostAt ||= Date.now();
    if (refused) {
      this.#giveUp(`the server does not let this page run programs: ${refused}`);
    } else if (Date.now() - this.#lostAt >= GIVE_UP_MS) {
      this.#giveUp();
    } else {
      this.#retry = setTimeout(() => this.#connect(), later + this.#delay() / this.#slack);
      if (!silent || this.#fresh) this.#away();
    }
  }

  #delay() {
    return Math.random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempts++);
  }

  /** Nobody need hear of a websocket that failed where requests go through. */
  #away() {
    for (const run of [...this.#runs.values()]) {
      if (run.heard) run.receive({type: 'away', message: 'connection lost; reconnecting…'});
      else if (this.#failures > 2) run.receive({type: 'away', message: 'the server cannot be reached; trying again…'});
    }
  }

  #back() {
    this.#lostAt = this.#attempts = 0;
    for (const run of [...this.#runs.values()]) run.receive({type: 'back'});
  }

  #giveUp(reason) {
    for (const run of [...this.#runs.values()]) this.#last(run, {type: 'lost', message: reason ?? unknown(run)});
  }

  /** The page goes, perhaps to come back. */
  #leave() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    if (this.#runs.size > 0) this.#lostAt ||= Date.now();
    this.#drop();
  }
}

function unknown(run) {
  if (!run.heard) return 'the server cannot be reached; Run tries again';
  return 'connection lost: what the program did after this is not known; Run starts it again';
}
