// Copies text, also where the clipboard API does not exist: on plain http.

import {element} from './dom.js';

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the browser allowed it
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element('textarea', {class: 'unseen', readonly: true});
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    active?.focus({preventScroll: true});
    return done;
  }
}

/** Copies text, and says on the button for it whether that was allowed. */
export async function copyFor(button, text) {
  flash(button, await copyText(text) ? 'Copied' : 'Not allowed');
}

/** Says on a button for a moment what became of it, also to who does not see it. */
export function flash(button, text) {
  const label = button.firstElementChild;
  const usual = button.dataset.label ??= label.textContent;
  const name = button.dataset.name ??= button.ariaLabel;
  label.textContent = button.ariaLabel = text;
  setTimeout(() => {
    label.textContent = usual;
    button.ariaLabel = name;
  }, 1600);
}
