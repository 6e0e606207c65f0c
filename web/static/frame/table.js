// console.table, as Node draws it. The text of this is given to programs that need
// what is rare: most do not.

/**
 * @param {*} data
 * @param {string[]|undefined} columns
 * @param {function(*, number, Object): string} inspect
 * @param {function(string): number} widthOf
 * @returns {string|undefined} nothing for what is no table
 */
export function table(data, columns, inspect, widthOf) {
  if (data === null || typeof data !== 'object') return;
  const cell = (value) => {
    const large = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 2;
    return inspect(value, large ? -1 : 0, {maxArrayLength: 3, breakLength: Infinity});
  };
  const walked = data instanceof Map || data instanceof Set;
  const index = walked ? '(iteration index)' : '(index)';
  const cells = {}; // of each column by its head: heads that are numbers come first
  const values = {};
  const put = (column, row, value) => {
    (cells[column] ??= {})[row] = value;
  };
  const rows = walked ? [...data.keys()].map((_, i) => i) : Object.keys(data);
  if (data instanceof Set) [...data].forEach((value, i) => put('Values', i, cell(value)));
  else if (walked) {
    [...data].forEach(([key, value], i) => {
      put('Key', i, cell(key));
      put('Values', i, cell(value));
    });
  } else {
    for (const i of rows) {
      const item = data[i];
      const plain = item === null || !/^(?:object|function)$/.test(typeof item);
      if (plain && !columns) values[i] = cell(item);
      else for (const key of columns ?? Object.keys(item)) put(key, i, !plain && Object.hasOwn(item, key) ? cell(item[key]) : '');
    }
  }
  const heads = Object.keys(cells);
  const lines = [[index, ...heads], ...rows.map((i) => [String(i), ...heads.map((head) => cells[head][i] ?? '')])];
  if (Object.keys(values).length > 0) lines.forEach((line, at) => line.push(at === 0 ? 'Values' : values[rows[at - 1]] ?? ''));
  const widths = lines[0].map((_, c) => Math.max(...lines.map((line) => widthOf(line[c]))) + 2);
  const rule = ([left, middle, right]) => left + widths.map((width) => '\u2500'.repeat(width)).join(middle) + right;
  const [head, ...body] = lines.map((line) => `\u2502${line.map((text, c) => ` ${text}${' '.repeat(widths[c] - widthOf(text) - 1)}`).join('\u2502')}\u2502`);
  return [rule('\u250c\u252c\u2510'), head, rule('\u251c\u253c\u2524'), ...body, rule('\u2514\u2534\u2518')].join('\n');
}
