// Holds what a program printed against what its author says that it prints. Loaded
// when a block is touched.

/** What stands for what differs from run to run, as package expect has it. */
const PLACEHOLDERS = {
  any: '.*',
  date: '\\d{4}-\\d{2}-\\d{2}',
  duration: '-?(?:\\d+(?:\\.\\d+)?(?:ns|us|µs|ms|s|m|h))+',
  hex: '(?:0x)?[0-9a-fA-F]+',
  int: '[+-]?\\d+',
  number: '[+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?',
  time: '\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?',
  word: '\\S+',
};

/** Spaces at the end of a line, and empty lines at both ends, do not count. */
export function linesOf(text) {
  return text.split('\n').map((line) => line.trimEnd()).join('\n').replace(/^\n+|\n+$/g, '').split('\n');
}

/** The numbers of the lines that were not printed so, or null if all is as it should be. */
export function differing(mode, want, got) {
  const missing = new Set();
  const left = [...got];
  want.forEach((line, i) => {
    const same = mode === 'regexp' ? expression(line) : (printed) => printed === line;
    if (mode === 'exact' || mode === 'regexp') {
      if (!(i < got.length && same(got[i]))) missing.add(i);
      return;
    }
    const at = left.findIndex(same);
    if (at < 0) missing.add(i);
    else left.splice(mode === 'contains' ? 0 : at, mode === 'contains' ? at + 1 : 1);
  });
  const more = mode !== 'contains' && got.length > want.length;
  return missing.size > 0 || more ? missing : null;
}

/** A line that JavaScript cannot read as Go does is taken to be right. */
function expression(line) {
  const source = Object.entries(PLACEHOLDERS).reduce((text, [name, pattern]) => text.replaceAll(`{${name}}`, `(?:${pattern})`), line);
  try {
    const wanted = new RegExp(`^(?:${source})$`, 'u');
    return (printed) => wanted.test(printed);
  } catch {
    return () => true;
  }
}
