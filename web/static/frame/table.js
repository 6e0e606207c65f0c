// console.table, as Node draws it. The text of this is given to programs that need
// what is rare: most do not.

/**
 * @param {*} data
 * @param {string[]|undefined} columns
 * @param {function(*, number): string} inspect
 * @param {function(string): number} widthOf
 * @returns {string|undefined} nothing for what is no table
 */
export function table(data, columns, inspect, widthOf) {
  if (data === null || typeof data !== 'object') return;
  const isMap = data instanceof Map;
  const index = isMap || data instanceof Set ? '(iteration index)' : '(index)';
  const heads = new Set([index]);
  let plain = false;
  const rows = (index === '(index)' ? Object.entries(data) : [...data].map((item, i) => [i, isMap ? {Key: item[0], Values: item[1]} : item])).map(([i, item]) => {
    const row = {[index]: String(i)};
    if (item === null || !/^(?:object|function)$/.test(typeof item)) {
      if (columns) columns.forEach((key) => heads.add(key));
      else plain = true;
      row.Values = inspect(item);
    } else {
      for (const key of columns ?? Object.keys(item)) {
        heads.add(key);
        if (Object.hasOwn(item, key)) row[key] = inspect(item[key], 0);
      }
    }
    return row;
  });
  if (plain) heads.add('Values');
  const lines = [[...heads], ...rows.map((row) => [...heads].map((head) => row[head] ?? ''))];
  const widths = lines[0].map((_, c) => Math.max(...lines.map((line) => widthOf(line[c]))) + 2);
  const rule = ([left, middle, right]) => left + widths.map((width) => '\u2500'.repeat(width)).join(middle) + right;
  const [head, ...body] = lines.map((line) => `\u2502${line.map((cell, c) => ` ${cell}${' '.repeat(widths[c] - widthOf(cell) - 1)}`).join('\u2502')}\u2502`);
  return [rule('\u250c\u252c\u2510'), head, rule('\u251c\u253c\u2524'), ...body, rule('\u2514\u2534\u2518')].join('\n');
}
