// A time axis: which times to mark, and what to write at them.

/** Steps that people count in: 1, 2 and 5 times a power of ten. */
const STEPS = [1, 2, 5, 10];

/**
 * The marks between two times that stand at least a width apart.
 *
 * @param {number} from microseconds
 * @param {number} to
 * @param {number} most how many there may be
 * @returns {{t: number, text: string}[]}
 */
export function ticks(from, to, most) {
  const rough = Math.max((to - from) / Math.max(1, most), 1e-3);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((s) => s * power >= rough);
  const list = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) list.push({t: i * step, text: label(i * step, step)});
  return list;
}

/** A time with as many digits as the step between two needs. */
function label(t, step) {
  const [unit, name] = step >= 1e5 ? [1e6, 's'] : step >= 100 ? [1e3, 'ms'] : [1, '\u00b5s'];
  const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  return `${(t / unit).toFixed(Math.min(digits, 3))} ${name}`;
}
