// The widget on another site: the same element, in a shadow tree with the same
// style sheet, in the place of the site's own listing. Loaded by embed.js when a
// reader touches one.

import {useServer} from '../backend/server.js';
import {element} from '../dom.js';
import {CodeRunner} from '../widget/runner.js';

/**
 * @param {{home: string, host: HTMLElement, listing: HTMLElement,
 *     program: {title: string, id: string, source: string}}} embedded home is the server's address
 * @returns {Promise<{start: function(): void}>}
 */
export async function show({home, host, listing, program}) {
  useServer(home);
  if (!customElements.get('code-runner')) customElements.define('code-runner', CodeRunner);
  const {title, id, source} = program;
  const runner = element('code-runner', {'data-lang': 'go', id},
      element('figure', {class: 'runner'},
          element('figcaption', {}, title),
          element('pre', {class: 'chroma', tabindex: '0'}, element('code', {class: 'language-go'}, source))));
  const style = element('link', {rel: 'stylesheet', href: new URL('./embed.css', import.meta.url).href});
  const styled = new Promise((resolve, reject) => {
    style.addEventListener('load', resolve, {once: true});
    style.addEventListener('error', reject, {once: true});
  });
  const root = host.shadowRoot;
  root.append(style);
  await styled.catch((problem) => {
    style.remove();
    throw problem;
  });
  const pressed = root.activeElement !== null;
  for (const node of [...root.children]) if (node !== style) node.remove();
  root.adoptedStyleSheets = [];
  root.append(runner);
  await enhanced(runner);
  listing.hidden = true;
  listing.style.setProperty('display', 'none', 'important'); // which sites' own sheets override
  const run = root.querySelector('button.run');
  if (pressed) run.focus({preventScroll: true});
  return {start: () => run.click()};
}

/** The element takes its turn among others. */
function enhanced(runner) {
  if (runner.dataset.state) return Promise.resolve();
  return new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      resolve();
    }).observe(runner, {attributes: true, attributeFilter: ['data-state']});
  });
}
