// Where a program's output is while its reader is busy with the program: at the
// lower edge of the window, under the bar with Run and Stop, or beside the code
// where the window is wide. The style sheet places it; this says of which block,
// and scrolls so that what the reader looks at is not under it.

import {element} from '../dom.js';

/** From here on code and output stand side by side; runner.css says it too. */
const WIDE = matchMedia('(min-width: 80rem)');

/** Room between the line that is looked at and an edge, in pixels. */
const MARGIN = 8;

/** All docks that are at the window's edge. */
const docked = new Set();

export class Dock {
  element;
  #host;
  #bar;
  #pane;

  /**
   * @param {HTMLElement} host the widget
   * @param {Element} bar
   * @param {Element} pane what a program printed
   */
  constructor(host, bar, pane) {
    this.#host = host;
    this.#bar = bar;
    this.#pane = pane;
    this.element = element('div', {class: 'dock'}, bar, pane);
    host.addEventListener('focusin', () => this.take());
  }

  /** Goes to the window's edge. */
  take() {
    docked.add(this);
    this.#host.toggleAttribute('data-docked', true);
    this.#pad();
  }

  /** Shows the pane, beside the code where there is room; it stays. */
  open() {
    this.#host.toggleAttribute('data-opened', true);
    this.take();
  }

  /** Opens it where that takes nothing from the program. */
  openBeside() {
    if (WIDE.matches) this.open();
  }

  /**
   * Scrolls, if it must, until a line of the program is neither outside the
   * window nor under the dock, and the newest output is inside.
   *
   * @param {Element|undefined} line
   */
  reveal(line) {
    this.#pad();
    const bar = this.#bar.getBoundingClientRect().height;
    if (WIDE.matches) {
      scroll(this.#pane.getBoundingClientRect().bottom - (height() - bar));
    }
    if (!line) return;
    const {top, bottom} = line.getBoundingClientRect();
    const edge = height() - (WIDE.matches ? bar : this.element.getBoundingClientRect().height);
    scroll(bottom + MARGIN - edge);
    if (top < MARGIN) scrollBy({top: top - MARGIN, behavior: 'instant'});
  }

  /** The browser scrolls to a cursor by itself, but not from under the dock. */
  #pad() {
    const covered = WIDE.matches ? this.#bar : this.element;
    document.documentElement.style.scrollPaddingBottom = `${covered.getBoundingClientRect().height + MARGIN}px`;
  }

  /** Goes back to its place, unless its program runs. */
  release(target) {
    if (this.#host.contains(target) || this.#host.busy) return;
    docked.delete(this);
    this.#host.toggleAttribute('data-docked', false);
    if (docked.size === 0) document.documentElement.style.scrollPaddingBottom = '';
  }
}

function scroll(down) {
  if (down > 0) scrollBy({top: down, behavior: 'instant'});
}

/** The window's height without an on-screen keyboard. */
function height() {
  return visualViewport?.height ?? innerHeight;
}

function releaseAll(event) {
  const [target] = event.composedPath(); // in a shadow tree too
  for (const dock of [...docked]) dock.release(target);
}

// What the reader does elsewhere ends a block's claim on the window; that its
// program ends does not, or things would move by themselves.
document.addEventListener('pointerdown', releaseAll);
document.addEventListener('focusin', releaseAll);

// Where keyboards lie over the window instead of making it smaller.
visualViewport?.addEventListener('resize', () => {
  const over = visualViewport.scale === 1 ? innerHeight - visualViewport.height - visualViewport.offsetTop : 0;
  document.documentElement.style.setProperty('--keyboard', `${Math.max(0, over)}px`);
});
