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
  // Observers of sizes are called when a frame has been laid out: where headings
  // are is known then, and asking for it sooner would lay out the page for that.
  const frame = new ResizeObserver(() => {
    frame.disconnect();
    mark();
  });
  const later = () => frame.observe(document.documentElement);
  addEventListener('scroll', later, {passive: true});
  later();
}
