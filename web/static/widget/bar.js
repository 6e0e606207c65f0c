// The bar under a program: buttons, and the line that says how a run is doing.

import {isScript} from '../backend/scripts.js';
import {noServer} from '../backend/server.js';
import {button, element, focused} from '../dom.js';
import {APPLE, MOD} from '../platform.js';
import {Status} from './status.js';

export class Bar {
  element;
  /** Which keys there are, for below the editor. */
  hint;
  status = new Status();
  /** By what they do. */
  buttons = {};
  #budget = element('div', {class: 'budget', 'aria-hidden': 'true'}, element('span'));

  /**
   * @param {HTMLElement} runner the widget
   * @param {string} title the program's
   * @param {Object<string, function(Event): void>} on what run, stop, reset, format, copy, share and more do
   */
  constructor(runner, title, on) {
    for (const text of ['Run', 'Stop', 'Reset', 'Format', 'Copy', 'Share', 'More']) {
      const name = text.toLowerCase();
      this.buttons[name] = button(text, `${text}: ${title}`, (event) => on[name](event), {class: name});
    }
    const {run, stop, reset, format, copy, share, more} = this.buttons;
    stop.hidden = true;
    format.hidden = noServer();
    reset.disabled = true;
    more.setAttribute('aria-expanded', 'false');
    more.hidden = noServer() && !isScript(runner);
    this.element = element('div', {class: 'bar'}, this.#budget, run, stop,
        ...(runner.hasAttribute('readonly') ? [] : isScript(runner) ? [reset] : [reset, format]), copy, share, more, this.status.element);
    this.hint = element('p', {class: 'hint', id: `_hint-${runner.id}`}, element('span', {}, hintOf(runner)));
  }

  /** Shows the one button of Run and Stop that there is a use for. */
  show(busy, stopping) {
    const {run, stop} = this.buttons;
    const pressed = [run, stop].includes(focused(run));
    run.hidden = busy;
    stop.hidden = !busy;
    stop.setAttribute('aria-disabled', String(stopping));
    if (pressed) this.focus();
  }

  /** Puts the focus on it. */
  focus() {
    const {run, stop} = this.buttons;
    (run.hidden ? stop : run).focus();
  }

  /** @param {number} part of its wall time that a run has used, from 0 to 1 */
  meter(part) {
    this.#budget.firstElementChild.style.transform = `scaleX(${part})`;
  }
}

function hintOf(runner) {
  const untyped = runner === document.querySelector('code-runner[data-lang="typescript"]') ? ' · types are not checked' : '';
  const runKeys = (APPLE ? '⌘ Enter runs' : 'Ctrl+Enter runs') + untyped;
  return runner.hasAttribute('readonly') ? runKeys : `Tab indents · ${MOD}? lists the keys · Esc, then Tab leaves the editor · ${runKeys}`;
}
