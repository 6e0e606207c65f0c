// The choice of a theme beside the system's. early.js puts it into effect on the
// next page.

import {element} from './dom.js';
import {keep} from './storage.js';

/** The browser's own parts follow the page: its colours, by the theme. */
const bars = [...document.querySelectorAll('meta[name="theme-color"]')];
const usual = bars.map((bar) => bar.content);

/** @param {Element|null} masthead gets the choice */
export function offerThemes(masthead) {
  if (!masthead) return;
  const root = document.documentElement;
  const choice = element('select', {change: () => choose(choice.value)},
      ...['System', 'Light', 'Dark'].map((name) => element('option', {value: name === 'System' ? '' : name.toLowerCase()}, name)));
  const choose = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    keep('localStorage', 'theme', theme || null);
    paint(theme);
  };
  choice.value = root.dataset.theme ?? '';
  paint(choice.value);
  masthead.append(element('label', {class: 'theme'}, 'Theme', choice));
}

/** The first is the light one's, the second the dark one's. */
function paint(theme) {
  bars.forEach((bar, i) => {
    bar.content = usual[{light: 0, dark: 1}[theme] ?? i];
  });
}
