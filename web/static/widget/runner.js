// <code-runner>: makes a figure with a program into one that can be changed
// and run. The figure is complete without it.

import {copyFor} from '../clipboard.js';
import {Connection} from '../backend/connection.js';
import {backendOf, isScript} from '../backend/scripts.js';
import {Advice} from '../output/advice.js';
import {Bar} from './bar.js';
import {Dock} from './dock.js';
import {Documented} from './documented.js';
import {element, focused} from '../dom.js';
import {Program} from './program.js';
import {size} from '../format.js';
import {inTurn} from '../turns.js';
import {Input, readsInput} from '../output/input.js';
import {Extras, Output, prepare, prepared} from '../output/output.js';
import {Tools} from '../output/tools.js';
import {UnderWay} from '../backend/session.js';
import {hasRecordings, noServer} from '../backend/server.js';
import {budget, used} from './status.js';
import {Trace} from './trace.js';
import {Views} from './views.js';

const connection = new Connection();

/**
 * The attribute data-state says where a run is: "idle" before the first, then
 * "starting", "queued", "running", "stopping" and "ended", with data-status as
 * the server gave it, or "lost", or "refused"; "waiting" when a busy server is
 * going to be asked again.
 */
export class CodeRunner extends HTMLElement {
  #title;
  #program;
  /** What runs the program. */
  #backend;
  #output;
  #input;
  #trace;
  #documented;
  #tools;
  #views;
  /** What is offered besides the output; null before the first run. */
  #extras = null;
  /** What parts that are loaded later have to do with. */
  #desk;
  #advice = new Advice();
  #dock;
  #bar;
  #status;
  #underWay;
  /** The id of the run whose messages are shown; null when none is under way. */
  #run = null;
  #limits = null;
  /** Microseconds that the run has taken, as far as is known. */
  #t = 0;
  /** Asks a busy server again; null when that was done. */
  #again = null;
  /** Plays what was recorded, where nothing runs programs; null when it does not. */
  #replay = null;
  /** What the server was asked for, with its id, if the run that is shown is its. */
  #asked = null;
  /** Makes and opens links; null until there is a use for it. */
  #sharing = null;

  /** A page has many of these, and none of them may hold up a reader's tap. */
  connectedCallback() {
    inTurn(() => this.#enhance());
  }

  #enhance() {
    const code = this.querySelector('pre > code');
    if (this.#program || !code || !this.isConnected) return;
    this.#title = this.querySelector('figcaption')?.textContent.trim() || this.id;
    this.#underWay = new UnderWay(this.id);
    this.#documented = new Documented(this);
    this.#output = new Output(`Output of ${this.#title}`, (place) => this.#goTo(place));
    this.#input = new Input(this.#title, `_input-${this.id}`, {
      send: (text) => this.#write(text),
      end: () => this.#endInput(),
    });
    this.#trace = new Trace(this.#title);
    this.#tools = new Tools(this.#title, this.id, this.#output, {
      expand: () => this.toggleAttribute('data-expanded'),
    });
    this.#views = new Views(this.#title, this.id, [this.#output.element], {timed: !isScript(this), wanted: 'observe' in this.dataset}, {
      run: () => this.#start(), light: (places) => this.#program.editor.light(places), goTo: (place) => this.#goTo(place),
    });
    this.#bar = new Bar(this, this.#title, {
      run: () => this.#start(),
      stop: (event) => this.#stop(event),
      reset: () => this.#program.reset(),
      format: () => this.#program.format(),
      copy: () => copyFor(this.#bar.buttons.copy, this.#program.source),
      share: () => this.#share((sharing) => sharing.toggle(this.#bar.buttons.share, this.#dock.element)),
      more: async () => (await import('./ways.js')).toggle(this.#desk),
    });
    this.#status = this.#bar.status;
    this.#program = new Program(this, code, {title: this.#title, bar: this.#bar, connection}, {
      run: () => this.#start(),
      goTo: (place) => this.#goTo(place),
      caret: (isThere) => this.#views.light(isThere),
      edited: () => this.#dock.openBeside(),
      found: () => this.#dock.open(),
      idle: (text) => this.#state('idle', text),
    });
    this.#backend = backendOf(this, this.#program.original, connection);
    this.#build();
    this.#program.restore();
    this.dataset.state = 'idle';
    this.#pickUp();
    if (this.dataset.shared || /shared=|#code=/.test(location)) this.#share((sharing) => sharing.open());
  }

  disconnectedCallback() {
    this.#status?.stopCounting();
    this.#replay?.stop();
    if (this.#run) this.#backend.abandon(this.#run);
    this.#run = null;
    this.#underWay?.clear();
  }

  #build() {
    this.#trace.element.append(this.#tools.parts);
    this.#tools.element.append(this.#trace.element);
    const pane = element('div', {class: 'pane'}, this.#views.element,
        this.#program.diagnostics.element, this.#output.element, this.#views.panel, this.#advice.element, this.#input.element, this.#tools.element);
    this.#dock = new Dock(this, this.#bar.element, pane);
    this.#desk = {
      runner: this, title: this.#title, program: this.#program, bar: this.#bar, dock: this.#dock, views: this.#views, output: this.#output, trace: this.#trace, backend: this.#backend,
      run: (more) => this.#start(false, more), asked: () => this.#request(), request: () => this.#asked, goTo: (place) => this.#goTo(place),
      printer: (label) => new Output(label, (place) => this.#goTo(place)), extras: () => this.#allExtras(),
    };
    this.addEventListener('focusin', () => {
      prepare().catch(() => {}); // a run tells of it
      if (!noServer()) this.#backend.prepare();
    }, {once: true});
    this.#program.editor.element.after(this.#bar.hint, this.#dock.element);
  }

  /** What is offered besides the output; nothing is before prepare() has loaded it. */
  get #offers() {
    return this.#extras ??= new Extras(this.#desk);
  }

  async #allExtras() {
    await prepare();
    return this.#offers;
  }

  #goTo(position) {
    this.#program.goTo(position);
    this.#dock.reveal(this.#program.editor.line);
  }

  async #share(use) {
    const {Sharing} = await import('./sharing.js');
    use(this.#sharing ??= new Sharing(this, {
      program: () => ({title: this.#title, source: this.#program.source, run: this.busy ? null : this.#asked}),
      show: (shared) => this.#showShared(shared),
      say: (text) => this.#status.say(text),
    }));
  }

  /** Shows what the page's address says, instead of the author's program. */
  async #showShared(shared) {
    const {source, messages, seed} = shared;
    this.#program.offer(shared);
    if (seed) (await this.#allExtras()).orders.show(seed);
    if (messages.length === 0 || this.busy) return;
    await prepare();
    this.#clear(source);
    this.#run = Symbol('shared');
    this.toggleAttribute('data-opened', true); // and nothing goes to the window's edge: nobody is busy with it
    for (const message of messages) this.#receive(message);
  }

  // The run.

  /** @param {Object} [more] fields of the request besides those of a plain run */
  #start(retry = false, more) {
    if (this.#run) this.#backend.abandon(this.#run);
    const {source} = this.#program;
    this.#clear(source);
    this.#again = retry ? null : () => this.#start(true, more);
    if (noServer() && !isScript(this)) {
      this.#dock.open();
      this.#playRecorded();
      return;
    }
    const program = {...this.#request(), ...more};
    const id = this.#backend.run(program, (message) => this.#whenPrepared(() => {
      if (this.#run === id) this.#receive(message);
    }));
    this.#run = id;
    this.#asked = {...program, id};
    this.#underWay.save(id);
    this.#state('starting', 'starting');
    this.#dock.open();
    this.#dock.reveal(this.#program.editor.line);
  }

  /** Whether what the server cannot run was recorded: the author's own program. */
  get #recorded() {
    return hasRecordings() && !isScript(this) && this.#replay === null && this.#limits === null && this.#program.ran === this.#program.original;
  }

  /** Shows what the author's program did when the page was made. */
  async #playRecorded() {
    const run = this.#run = Symbol('recorded');
    this.#state('starting', 'starting');
    if (this.#program.ran !== this.#program.original || !hasRecordings()) {
      this.#end('lost', 'there is no server that runs what you have changed; Reset brings back a program whose run was recorded');
      return;
    }
    const [{play}] = await Promise.all([import('../backend/recorded.js'), prepare()]);
    if (this.#run !== run) return;
    this.#replay = play(this.id, (message) => {
      if (this.#run === run) this.#receive(message);
    });
  }

  /** Forgets the run before: what is shown from now on is about another, of this program. */
  #clear(source) {
    this.#replay?.stop();
    this.#replay = null;
    this.#status.stopCounting();
    this.#status.away('');
    this.#underWay.clear();
    this.#program.begin(source);
    this.#documented.hide();
    this.#output.clear(source);
    this.#input.hide();
    this.#trace.clear();
    this.#views.clear();
    this.#extras?.clear();
    this.#advice.clear();
    this.#limits = null;
    this.#asked = null;
    this.#meter(0);
  }

  /** Follows the run that was under way when the page was left. */
  #pickUp() {
    const id = this.#underWay.load();
    if (id === null) return;
    const said = this.#status.saying;
    this.#run = id;
    this.#documented.hide();
    this.#state('starting', 'looking for the program that was running');
    this.#dock.open();
    this.#backend.resume(id, (message) => this.#whenPrepared(() => {
      if (this.#run !== id) return;
      if (message.type === 'lost' && this.#limits === null) this.#nothingUnderWay(said);
      else this.#receive(message);
    }));
  }

  #nothingUnderWay(said) {
    this.#run = null;
    this.#underWay.clear();
    this.#status.away('');
    this.#state('idle', said);
  }

  /** Does what needs the output, in the order in which it was asked for. */
  #whenPrepared(task) {
    if (prepared()) task();
    else prepare().then(task, () => this.#end('lost', 'a part of this page could not be loaded; load the page again'));
  }

  /** What is asked of the backend. */
  #request() {
    const {source} = this.#program;
    return {
      source, ...(!isScript(this) && readsInput(source) && {stdinOpen: true}), ...(this.#views.wanted && {observe: true}),
      ...JSON.parse(this.dataset.run ?? '{}'),  // what the author asks for
    };
  }

  /** The second click of a double click on Run is not meant for Stop. */
  #stop(event) {
    if (event.detail > 1 || this.dataset.state === 'stopping') return;
    if (this.dataset.state === 'waiting') {
      this.#end('refused', 'not run, and not tried again');
      return;
    }
    if (this.#replay) {
      this.#replay.stop();
      this.#end('killed', 'stopped');
      return;
    }
    this.#state('stopping', 'stopping');
    this.#backend.kill(this.#run);
  }

  #receive(message) {
    this.#t = message.t ?? this.#t;
    this.#views.receive(message);
    this.#offers.receive(message);
    if (this.#recorded && (message.type === 'away' || message.type === 'lost')) {
      this.#backend.abandon(this.#run);
      this.#playRecorded();
      return;
    }
    switch (message.type) {
      case 'queued':
        this.#progress('queued', `waiting for a free place: number ${message.position} in the queue`);
        break;
      case 'start':
        this.#limits = message.limits;
        this.#trace.show(message.trace);
        this.#progress('running', 'running');
        break;
      case 'diagnostic':
        this.#program.add(message);
        break;
      case 'stdout':
      case 'stderr':
        this.#output.write(message);
        break;
      case 'reading':
        this.#reading();
        break;
      case 'meter':
        this.#meter(message.t);
        this.#status.numbers(...budget(message, this.#limits));
        break;
      case 'end':
        this.#ended(message);
        break;
      case 'error':
        this.#refused(message);
        break;
      case 'lost':
        this.#end('lost', message.message);
        break;
      case 'away':
        this.#status.away(message.message);
        break;
      case 'back':
        this.#status.away('');
        break;
      case 'quiet':
        this.#status.numbers(`no word from the server for ${Math.round(message.ms / 1000)} s`);
        break;
      case 'notice':
        this.#status.say(message.message);
        break;
    }
  }

  /** A run that is being stopped may get further before it ends. */
  #progress(state, saying) {
    if (this.dataset.state !== 'stopping') this.#state(state, saying);
  }

  /** Shows where to type; whoever is busy elsewhere is not taken away from it. */
  #reading() {
    this.#output.flush();
    this.#progress('running', 'waiting for input');
    if (!this.#input.hidden) return;
    const here = this.contains(focused(this)) && !this.#program.typing;
    this.#input.show();
    if (here) this.#input.focus();
  }

  #write(text) {
    this.#output.write({type: 'stdin', t: this.#t, body: text});
    this.#backend.write(this.#run, text);
    this.#progress('running', 'running');
  }

  #endInput() {
    this.#backend.endInput(this.#run);
    this.#hideInput();
    this.#progress('running', 'running; its input has ended');
  }

  #hideInput() {
    const typing = this.#input.element.contains(focused(this));
    this.#input.hide();
    if (typing) this.#bar.focus();
  }

  #ended(message) {
    if (message.status === 'compile_error') this.#output.flush();
    else this.#output.finish();
    this.#trace.show(message.trace);
    this.#advice.show(message.advice ?? message.status, 'leaks' in this.dataset ? [] : message.leaks, (place) => this.#goTo(place));
    if (message.status === 'deadlock') this.#markWaits();
    this.#end(message.status, [message.reason, this.#compared(message)].filter(Boolean).join('; '));
    if (message.status !== 'compile_error') this.#status.numbers(...used(message), `${size(message.output)} printed`);
  }

  /** Marks at each goroutine's line what it waits for. */
  async #markWaits() {
    const source = this.#program.ran;
    const {waits} = await import('../output/deadlock.js');
    if (this.#run !== null || this.#program.source !== source) return;
    this.#program.editor.mark([...this.#program.diagnostics.found, ...waits(this.#output.text('stderr'), source)]);
  }

  /** Whether the author's program did what the author says; of any other there is nothing to say. */
  #compared({status}) {
    if (this.#program.ran !== this.#program.original || status === 'killed') return '';
    return this.#documented.compare(this.#output.text('stdout', 'stderr'));
  }

  /**
   * A busy server says when there is room again. It is then asked once more by
   * itself, because Run was pressed and meant; and no more than once, because
   * pages that ask for ever, with nobody before them, are what keeps a server
   * busy. Nor is it asked when the page is not in sight.
   */
  #refused({code, message, retryAfterMs}) {
    const again = this.#again;
    if (code === 'too_many_runs' && !retryAfterMs && this.#awaitTurn()) return;
    if (!retryAfterMs) {
      this.#end('refused', message);
      return;
    }
    const busy = message.replace(/[;:,] try again .*$/, '');
    this.#end('refused', busy);
    this.#status.countDown(retryAfterMs, again ? 'trying again' : 'try again', () => {
      if (again && document.visibilityState === 'visible') again();
      else this.#end('refused', `${busy}; try again now`);
    });
    if (again) this.#state('waiting', busy);
  }

  /** This page runs as many programs as it may: the next has its turn when one of them ends. */
  #awaitTurn() {
    const ran = this.#program.ran;
    const others = this.#backend.whenOneEnds(() => {
      if (this.dataset.state === 'waiting' && this.#program.ran === ran) this.#start();
    });
    if (!others) return false;
    this.#end('refused', '');
    this.#state('waiting', 'waits until another program of this page has ended');
    return true;
  }

  #end(status, reason) {
    this.#output.flush();
    this.#run = null;
    this.#underWay.clear();
    this.#status.stopCounting();
    this.#status.away('');
    this.#tools.update();
    this.#meter(0);
    this.#state('ended', reason, status);
    this.#hideInput();
  }

  /** Shows the state, and the one button of Run and Stop that belongs to it. */
  #state(state, reason, status = '') {
    this.dataset.state = state;
    this.dataset.status = status;
    this.#bar.show(this.busy, state === 'stopping');
    this.#status.say(reason);
  }

  /** There is something that Stop would stop. */
  get busy() {
    return this.#run !== null || this.dataset.state === 'waiting';
  }

  /** Draws how much of its wall time a run has used. */
  #meter(micros) {
    this.#bar.meter(this.#limits ? Math.min(1, micros / 1000 / this.#limits.wallMs) : 0);
  }
}
