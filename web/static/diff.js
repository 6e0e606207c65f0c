// Which lines two texts have in common, by Myers' greedy algorithm.

/** More differences than this are not told apart: all between is taken to differ. */
const MOST = 2000;

/**
 * A longest common subsequence.
 *
 * @param {string[]} before
 * @param {string[]} after
 * @returns {Array<[number, number]>} pairs of indices of equal lines, in order
 */
export function common(before, after) {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  const most = Math.min(before.length, after.length) - head;
  let tail = 0;
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [a, b] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  return [
    ...Array.from({length: head}, (_, i) => [i, i]),
    ...search(a, b).map(([i, j]) => [head + i, head + j]),
    ...Array.from({length: tail}, (_, i) => [before.length - tail + i, after.length - tail + i]),
  ];
}

/** Goes as far as it can with no difference, with one, with two, until it is through. */
function search(a, b) {
  const most = Math.min(a.length + b.length, MOST);
  const zero = most + 1;
  const reached = new Int32Array(2 * zero + 1); // by diagonal, how far into a
  const trace = [];
  for (let d = 0; d <= most; d++) {
    trace.push(reached.slice(zero - d - 1, zero + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let i = comesFromAbove(k, d, (k) => reached[zero + k]) ? reached[zero + k + 1] : reached[zero + k - 1] + 1;
      while (i < a.length && i - k < b.length && a[i] === b[i - k]) i++;
      reached[zero + k] = i;
      if (i >= a.length && i - k >= b.length) return back(trace, a.length, b.length);
    }
  }
  return [];
}

function comesFromAbove(k, d, at) {
  return k === -d || k !== d && at(k - 1) < at(k + 1);
}

/** The way that was found, from its end. */
function back(trace, i, j) {
  const pairs = [];
  for (let d = trace.length - 1; d > 0; d--) {
    const at = (k) => trace[d][k + d + 1];
    const k = i - j;
    const from = comesFromAbove(k, d, at) ? k + 1 : k - 1;
    const [i0, j0] = [at(from), at(from) - from];
    while (i > i0 && j > j0) pairs.push([--i, --j]);
    [i, j] = [i0, j0];
  }
  while (i > 0 && j > 0) pairs.push([--i, --j]);
  return pairs.reverse();
}
