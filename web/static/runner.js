// <code-runner>: makes a figure with a program into one that can be changed
// and run. The figure is complete without it.

import {Connection} from './connection.js';
import {Diagnostics} from './diagnostics.js';
import {element} from './dom.js';
import {Draft} from './drafts.js';
import {Editor} from './editor.js';
import {duration, row, size} from './format.js';
import {Output} from './output.js';

const connection = new Connection('/ws');
const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * The attribute data-state says where a run is: "idle" before the first, then
 * "starting", "queued", "running", "stopping" and "ended", with data-status as
 * the server gave it, or "lost", or "refused".
 */
export class CodeRunner extends HTMLElement {
  #title;
  #original;
  #draft;
  #editor;
  #output;
  #diagnostics;
  #buttons;
  #reason = element('span', {class: 'reason', role: 'status'});
  #numbers = element('span', {class: 'numbers'});
  #budget = element('div', {class: 'budget', 'aria-hidden': 'true'}, element('span'));
  /** The id of the run whose messages are shown; null when none is under way. */
  #run = null;
  #limits = null;

  connectedCallback() {
    const code = this.querySelector('pre > code');
    if (this.#editor || !code) return;
    this.#title = this.querySelector('figcaption')?.textContent.trim() || this.id;
    this.#original = code.textContent;
    this.#draft = new Draft(this.id);
    this.#output = new Output(`Output of ${this.#title}`);
    this.#diagnostics = new Diagnostics((d) => this.#editor.goTo(d));
    this.#buttons = this.#makeButtons();
    this.#build(code.parentElement);
    this.#restore();
    this.dataset.state = 'idle';
  }

  disconnectedCallback() {
    if (this.#run) connection.abandon(this.#run);
    this.#run = null;
  }

  #build(pre) {
    const hint = element('p', {class: 'hint', id: `_hint-${this.id}`}, element('span', {}, this.#hint()));
    this.#editor = new Editor(pre, this.#original, {
      label: `Program: ${this.#title}`,
      hint,
      readOnly: this.hasAttribute('readonly'),
      changed: () => this.#changed(),
      run: () => this.#start(),
      leave: () => this.#button().focus(),
    });
    const {run, stop, reset, format, copy} = this.#buttons;
    this.#editor.element.after(
        hint,
        this.#budget,
        element('div', {class: 'bar'}, run, stop, ...(this.hasAttribute('readonly') ? [] : [reset, format]), copy,
            element('p', {class: 'status'}, this.#reason, ' ', this.#numbers)),
        this.#diagnostics.element,
        this.#output.element,
    );
  }

  #hint() {
    const runKeys = APPLE ? '⌘ Enter runs' : 'Ctrl+Enter runs';
    return this.hasAttribute('readonly') ? runKeys : `Tab indents · Esc leaves the editor · ${runKeys}`;
  }

  #makeButtons() {
    const button = (name, text, click) => element('button',
        {type: 'button', class: name, 'aria-label': `${text}: ${this.#title}`, click}, element('span', {}, text));
    const buttons = {
      run: button('run', 'Run', () => this.#start()),
      stop: button('stop', 'Stop', (event) => this.#stop(event)),
      reset: button('reset', 'Reset', () => this.#reset()),
      format: button('format', 'Format', () => this.#format()),
      copy: button('copy', 'Copy', () => this.#copy()),
    };
    buttons.stop.hidden = true;
    buttons.reset.disabled = true;
    return buttons;
  }

  // The program.

  #restore() {
    const draft = this.hasAttribute('readonly') ? null : this.#draft.load();
    if (draft === null || draft === this.#original) return;
    this.#editor.restore(draft);
    this.#showEdited();
    this.#say('your edit was kept; Reset brings back the original');
  }

  #changed() {
    if (this.#editor.source === this.#original) this.#draft.clear();
    else this.#draft.save(this.#editor.source);
    this.#showEdited();
  }

  #showEdited() {
    const edited = this.#editor.source !== this.#original;
    this.toggleAttribute('data-edited', edited);
    this.#buttons.reset.disabled = !edited;
  }

  #reset() {
    this.#editor.source = this.#original;
    this.#diagnostics.clear();
    this.#editor.mark([]);
    this.#button().focus();
    if (this.#run === null) this.#say(`reset to the original; ${APPLE ? '⌘ Z' : 'Ctrl+Z'} in the editor undoes it`);
  }

  /** Formatting is a run whose output is the program. */
  #format() {
    const before = this.#editor.source;
    let text = '';
    this.#begin('formatting', {task: 'format', source: before}, (message) => {
      if (message.type === 'stdout') text += message.body;
      else if (message.type !== 'end' || message.status !== 'ok') this.#receive(message);
      else this.#formatted(before, text.trimEnd());
    });
  }

  #formatted(before, text) {
    if (text !== before.trimEnd() && this.#editor.source === before) this.#editor.source = text;
    this.#end('ok', text === before.trimEnd() ? 'already formatted' : 'formatted; imports are as needed');
  }

  async #copy() {
    const done = await copyText(this.#editor.source);
    this.#flash(this.#buttons.copy, done ? 'Copied' : 'Not allowed');
  }

  #flash(button, text) {
    const label = button.firstElementChild;
    const usual = button.dataset.label ??= label.textContent;
    label.textContent = text;
    setTimeout(() => {
      label.textContent = usual;
    }, 1600);
  }

  // The run.

  #start() {
    this.#output.clear();
    const program = {source: this.#editor.source, limits: this.#askedLimits()};
    this.#begin('starting', program, (message) => this.#receive(message));
  }

  #begin(saying, program, receive) {
    if (this.#run) connection.abandon(this.#run);
    this.#diagnostics.clear();
    this.#editor.mark([]);
    this.#limits = null;
    this.#meter(0);
    this.#numbers.textContent = '';
    const id = connection.run(program, (message) => {
      if (this.#run === id) receive(message);
    });
    this.#run = id;
    this.#state('starting', saying);
  }

  #askedLimits() {
    const limits = {};
    if (this.dataset.wallMs) limits.wallMs = Number(this.dataset.wallMs);
    if (this.dataset.cpuMs) limits.cpuMs = Number(this.dataset.cpuMs);
    return limits;
  }

  /** The second click of a double click on Run is not meant for Stop. */
  #stop(event) {
    if (event.detail > 1 || this.dataset.state === 'stopping') return;
    connection.kill(this.#run);
    this.#state('stopping', 'stopping');
  }

  #receive(message) {
    switch (message.type) {
      case 'queued':
        this.#state('queued', `waiting for a free place: number ${message.position} in the queue`);
        break;
      case 'start':
        this.#limits = message.limits;
        if (this.dataset.state !== 'stopping') this.#state('running', 'running');
        break;
      case 'diagnostic':
        this.#diagnostics.add(message);
        this.#editor.mark(this.#diagnostics.found);
        break;
      case 'stdout':
      case 'stderr':
        this.#output.write(message);
        break;
      case 'meter':
        this.#meter(message.t);
        this.#numbers.textContent = row(`${(message.t / 1e6).toFixed(1)} s`, ...used(message));
        break;
      case 'end':
        this.#ended(message);
        break;
      case 'error':
        this.#end('refused', message.message);
        break;
      case 'lost':
        this.#end('lost', message.message);
        break;
    }
  }

  #ended(message) {
    if (message.status === 'compile_error') this.#output.flush();
    else this.#output.finish();
    this.#end(message.status, message.reason);
    this.#numbers.textContent = message.status === 'compile_error' ? '' :
        row(...used(message), `${size(message.output)} printed`);
  }

  #end(status, reason) {
    this.#output.flush();
    this.#run = null;
    this.#numbers.textContent = '';
    this.#meter(0);
    this.#state('ended', reason, status);
  }

  /** Shows the state, and the one button of Run and Stop that belongs to it. */
  #state(state, reason, status = '') {
    const {run, stop} = this.#buttons;
    const focused = document.activeElement === run || document.activeElement === stop;
    this.dataset.state = state;
    this.dataset.status = status;
    run.hidden = this.#run !== null;
    stop.hidden = this.#run === null;
    stop.setAttribute('aria-disabled', String(state === 'stopping'));
    if (focused) this.#button().focus();
    this.#say(reason);
  }

  #button() {
    return this.#run === null ? this.#buttons.run : this.#buttons.stop;
  }

  #say(text) {
    this.#reason.textContent = text;
  }

  /** Draws how much of its wall time a run has used. */
  #meter(micros) {
    const part = this.#limits ? Math.min(1, micros / 1000 / this.#limits.wallMs) : 0;
    this.#budget.firstElementChild.style.transform = `scaleX(${part})`;
  }
}

function used({cpu, memory}) {
  return [`CPU ${duration(cpu)}`, size(memory)];
}

/** The clipboard API exists on https and localhost only. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element('textarea', {class: 'unseen', readonly: true});
    const active = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    active?.focus({preventScroll: true});
    return done;
  }
}
