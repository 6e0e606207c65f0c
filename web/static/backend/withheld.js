// Why a program in the browser could not have what it asked for, by what the
// browser says of it. Loaded when one has failed.

const HINTS = [
  [/\b(?:require|process|Buffer|global|module|exports|__\w+name|\w+Immediate)\b.*(?:defined|variable)/,
    'That is Node\u2019s, and the program runs in your browser, alone.'],
  [/\b(?:document|window|\w+Storage|alert|confirm|prompt|\w+AnimationFrame)\b.*(?:defined|variable)/,
    'That is a page\u2019s, and the program runs in a worker, which has none.'],
  [/\bmodule\b/, 'The program runs in your browser, alone: nothing can be imported.'],
  [/(?:undefined|subtle).*\b(?:digest|sign|verify|encrypt|decrypt|derive\w+|\w+Key)\b/,
    'The browser keeps crypto.subtle from programs here; crypto.getRandomValues is there.'],
  [/^SecurityError|denied/, 'The browser keeps storage from programs here.'],
];

/**
 * @param {string} said the error's name and message
 * @returns {string|undefined}
 */
export function hint(said) {
  return HINTS.find(([words]) => words.test(said))?.[1];
}
