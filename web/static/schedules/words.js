// Outcomes, switch points and choices in words.

/** How much of an output stands in the table, in characters. */
const MOST = 80;

const KINDS = {ok: 'ends', panic: 'panics', deadlock: 'deadlock', leak: 'leaves goroutines behind', endless: 'does not end', race: 'data race'};

/**
 * @param {{kind: string, exit?: number, message?: string, output: string}} o
 * @returns {{kind: string, detail: string}} what it is, and what tells it from others of its kind
 */
export function outcome(o) {
  const kind = o.kind === 'exit' ? `exit status ${o.exit}` : KINDS[o.kind] ?? o.kind;
  const lines = (o.kind === 'deadlock' ? '' : o.message ?? '').split('\n').concat(o.output.trim().split('\n')).filter(Boolean);
  const text = lines.slice(0, 3).join(' \u21b5 ');
  return {kind, detail: lines.length > 3 || text.length > MOST ? `${text.slice(0, MOST)}\u2026` : text};
}

/** A part of all orders: "97.1 %". */
export function share(n, of) {
  const part = 100 * n / Math.max(of, 1);
  return part > 0 && part < 0.1 ? '< 0.1 %' : `${part.toFixed(1)} %`;
}

/** A place as people call it, empty for none. */
export function line({line: n, file}, files = 1) {
  return n ? `line ${n}${files > 1 ? ` of ${file}` : ''}` : '';
}

/** Who was stopped at a switch point, and who went on. */
export function stopped({name, what, to}) {
  return to ? `here ${name} was stopped before ${what}, and ${to} went on` : `here ${name} took another way: ${what}`;
}

/** One of the two accesses of a data race. */
export function accessed({what, g, name}) {
  return `${what} by ${g === 1 ? 'main goroutine' : `goroutine ${g}`}${name ? ` in ${name}` : ''}`;
}

/** What somebody who could go on would do. */
export function would({name, what}) {
  return name === 'the clock' ? 'the clock goes on first' : what === 'start' ? `${name} begins` : `${name}: ${what}`;
}

/** Why a program was run for real instead of in orders that are chosen. */
export function becauseOf({name, what, line: n}) {
  return `Its orders cannot be chosen: ${what ?? name}${n ? ` at line ${n}` : ''} has an order of its own.`;
}
