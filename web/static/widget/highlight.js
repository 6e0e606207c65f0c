// Go's tokens, in the classes of syntax.css: c comment, k keyword, t type,
// b built-in, f function, s string, m number or constant.

const WORDS = new Map();
for (const [cls, words] of Object.entries({
  k: 'break case chan const continue default defer else fallthrough for func go goto if import ' +
      'interface map package range return select struct switch type var',
  t: 'any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 ' +
      'int64 rune string uint uint8 uint16 uint32 uint64 uintptr',
  m: 'true false iota nil',
})) {
  for (const word of words.split(' ')) WORDS.set(word, cls);
}

const BUILTINS = new Set(('append cap clear close complex copy delete imag len make max min new ' +
    'panic print println real recover').split(' '));

// In this order: what matches first wins. A string or comment that is not
// closed yet reaches to the end of its line, or of the program.
const TOKEN = new RegExp([
  String.raw`(?<c>//[^\n]*|/\*[^]*?(?:\*/|$))`,
  String.raw`(?<s>"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"?|\x60[^\x60]*\x60?|'(?:[^'\\\n]|\\[^\n])+'?)`,
  String.raw`(?<m>(?:0[xX][\da-fA-F_.]+(?:[pP][+-]?[\d_]+)?|0[bBoO][\d_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?[\d_]+)?)i?)`,
  String.raw`(?<w>[\p{L}_][\p{L}\p{Nd}_]*)`,
].join('|'), 'gu');

/**
 * Splits a program into lines of tokens.
 *
 * @param {string} source
 * @returns {Array<Array<{cls: string, text: string}>>}
 */
export function highlight(source) {
  const lines = [[]];
  let at = 0;
  for (const match of source.matchAll(TOKEN)) {
    append(lines, '', source.slice(at, match.index));
    at = match.index + match[0].length;
    append(lines, classOf(match.groups, source, at), match[0]);
  }
  append(lines, '', source.slice(at));
  return lines;
}

function classOf(groups, source, end) {
  if (groups.w === undefined) return Object.keys(groups).find((k) => groups[k] !== undefined);
  const word = WORDS.get(groups.w);
  if (word) return word;
  const call = source[end] === '(';
  if (call && BUILTINS.has(groups.w)) return 'b';
  return call ? 'f' : '';
}

function append(lines, cls, text) {
  if (text === '') return;
  for (const [i, part] of text.split('\n').entries()) {
    if (i > 0) lines.push([]);
    if (part === '') continue;
    const line = lines.at(-1);
    const last = line.at(-1);
    if (last?.cls === cls) last.text += part;
    else line.push({cls, text: part});
  }
}
