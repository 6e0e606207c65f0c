// Makes the Go listings of any site that ask for it, by data-runner, into programs
// that run on the server this script comes from:
//
//	<script src="https://host/embed.js" async></script>
//	<pre><code class="language-go" data-runner>…</code></pre>
//
// data-runner may stand at the code, at its pre, or at what is around it. Until a
// reader touches one, this is all that is loaded: each listing stays as its site
// shows it and gets a Run button below, in a shadow tree. There are no globals.

(() => {
  const home = new URL('.', document.currentScript.src);
  const later = new URL('STATIC/embed-widget.js', home).href; // the server puts in where that is
  const seen = new WeakSet();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; margin: 0 0 1em; font: 600 .9375rem/1.4 system-ui, sans-serif; color-scheme: light dark; }
    button { min-height: 2.75rem; padding: 0 1.1rem; border: 0; border-radius: 6px; background: light-dark(#0b5563, #7cc5d3); color: light-dark(#fff, #0c1a1e); font: inherit; cursor: pointer; }
    button:focus-visible { outline: 3px solid light-dark(#0b5563, #7cc5d3); outline-offset: 2px; }
    p { margin: .25rem 0 0; font-weight: 400; }`);
  let programs = 0;

  /** The program's text: numbers of lines are not of it, and some sites end lines by br. */
  function textOf(code) {
    const copy = code.cloneNode(true);
    for (const number of copy.querySelectorAll('.ln, .lnt, .lineno, .line-number, [aria-hidden="true"]')) number.remove();
    if (!copy.textContent.includes('\n')) for (const br of copy.querySelectorAll('br')) br.replaceWith('\n');
    return `${copy.textContent.replace(/\n+$/, '')}\n`;
  }

  function offer(asked) {
    const inside = asked.closest('pre') ?? asked.querySelector('pre:has(code[class*="language-"])') ?? asked.querySelector('pre');
    if (!inside || seen.has(inside) || inside.closest('code-runner')) return;
    seen.add(inside);
    const code = inside.querySelector('code') ?? inside;
    const listing = asked.contains(inside) ? asked : inside;
    const program = {
      title: asked.dataset.runnerTitle ?? asked.title ?? '',
      id: asked.dataset.runnerId ?? `program-${++programs}`,
      source: textOf(code),
    };
    program.title ||= `Program ${programs || 1}`;
    const host = document.createElement('div');
    const root = host.attachShadow({mode: 'open'});
    root.adoptedStyleSheets = [sheet];
    const run = document.createElement('button');
    run.type = 'button';
    run.textContent = 'Run';
    run.ariaLabel = `Run: ${program.title}`;
    const said = document.createElement('p');
    said.role = 'status';
    root.append(run, said);
    let ready = null;
    const load = () => {
      ready ??= import(later).then(({show}) => show({home: home.href, host, listing, program}));
      return ready;
    };
    // Whoever comes near is likely to press it.
    for (const event of ['pointerenter', 'focusin']) root.addEventListener(event, () => load().catch(() => {}), {once: true, capture: true});
    run.addEventListener('click', async () => {
      run.disabled = true;
      try {
        (await load()).start();
      } catch {
        ready = null;
        run.disabled = false;
        said.textContent = 'The server that runs this program cannot be reached; press Run to try again.';
      }
    });
    listing.after(host);
  }

  const offerAll = () => document.querySelectorAll('[data-runner]').forEach(offer);
  const begin = () => {
    offerAll();
    // Sites that change their pages by themselves bring new listings.
    let waiting = false;
    new MutationObserver(() => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        offerAll();
      });
    }).observe(document.documentElement, {childList: true, subtree: true});
  };
  // Frameworks that take over a page compare it with what they expect to find, and
  // start anew if there is something else; they are done when it has loaded.
  const rested = () => (window.requestIdleCallback ?? setTimeout)(begin);
  if (document.readyState === 'complete') rested();
  else addEventListener('load', rested, {once: true});
})();
