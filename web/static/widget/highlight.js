// The tokens of Go, TypeScript and JavaScript, in the classes of syntax.css: c
// comment, k keyword, t type, b built-in, f function, s string, m number or
// constant.

const GO = {
  k: 'break case chan const continue default defer else fallthrough for func go goto if import ' +
      'interface map package range return select struct switch type var',
  t: 'any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 ' +
      'int64 rune string uint uint8 uint16 uint32 uint64 uintptr',
  m: 'true false iota nil',
  call: 'append cap clear close complex copy delete imag len make max min new panic print println real recover',
};

/** Of these the server marks no calls. */
const SCRIPT = {
  k: 'as async await break case catch class const constructor continue default delete do else enum export extends finally for ' +
      'from function if import in instanceof interface let new of private public readonly return static super switch this throw ' +
      'try type typeof void while yield',
  t: 'any boolean never number string unknown',
  m: 'true false null undefined',
  b: 'Array Date Error Math',
};

const [goWords, scriptWords] = [wordsOf(GO), wordsOf(SCRIPT)];

function wordsOf(classes) {
  return new Map(Object.entries(classes).flatMap(([cls, words]) => words.split(' ').map((word) => [word, cls])));
}

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
 * @param {string} [language] go, typescript or javascript
 * @returns {Array<Array<{cls: string, text: string}>>}
 */
export function highlight(source, language = 'go') {
  const lines = [[]];
  const go = language === 'go';
  const words = go ? goWords : scriptWords;
  let at = 0;
  for (const match of source.matchAll(TOKEN)) {
    append(lines, '', source.slice(at, match.index));
    at = match.index + match[0].length;
    append(lines, classOf(match.groups, words, go && source[at] === '('), match[0]);
  }
  append(lines, '', source.slice(at));
  return lines;
}

function classOf(groups, words, call) {
  if (groups.w === undefined) return Object.keys(groups).find((k) => groups[k] !== undefined);
  const cls = words.get(groups.w) ?? '';
  if (cls && cls !== 'call') return cls;
  return call ? (cls ? 'b' : 'f') : '';
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
