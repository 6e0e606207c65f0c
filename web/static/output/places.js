// The names by which a program's output may speak of its files.

/** @param {string} source */
export function fileNames(source) {
  const names = [...source.matchAll(/^-- (\S+) --$/gm)].map(([, name]) => name);
  return names.length > 0 ? names : ['prog.go', 'program.ts', 'program.js'];
}
