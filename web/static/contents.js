// Marks in the table of contents the section that is being read.

/** @param {Element|null} nav */
export function markContents(nav) {
  if (!nav) return;
  const links = new Map();
  for (const link of nav.querySelectorAll('a')) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const headings = [...links.keys()];
  let current = null;
  const mark = () => {
    const line = innerHeight / 4;
    const heading = headings.findLast((h) => h.getBoundingClientRect().top <= line);
    const link = links.get(heading) ?? null;
    if (link === current) return;
    current?.removeAttribute('aria-current');
    link?.setAttribute('aria-current', 'true');
    current = link;
  };
  // The page is laid out once a frame. Asking for it in between, or before
  // the first, would lay it out once more.
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener('scroll', later, {passive: true});
  later();
}
