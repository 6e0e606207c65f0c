// Quick fixes: changes that mend a finding, where one is obvious.

/**
 * @param {EditorState} state
 * @param {{code: string, from: number, to: number}} finding
 * @param {function(): void} mend formats the program and sees to its imports
 * @returns {Array<{label: string, apply: function(EditorView): void}>}
 */
export function fixesOf(state, finding, mend) {
  const fix = FIXES[finding.code?.replace(/^types\./, '')];
  return fix ? fix(state, finding, mend) : [];
}

const FIXES = {
  UnusedImport: (state, {from}) => [{label: 'Remove this import', apply: (view) => removeImport(view, from)}],
  UndeclaredName: (state, {from, to}, mend) => (state.sliceDoc(to, to + 1) === '.' && /^\w+$/.test(state.sliceDoc(from, to)) ?
    [{label: `Import ${state.sliceDoc(from, to)}`, apply: mend}] : []),
  UnusedVar: (state, {from}) => [{label: 'Use _ in its place', apply: (view) => makeBlank(view, from)}],
};

/** Takes an import out, with its line, and with its declaration if nothing else is in it. */
function removeImport(view, at) {
  const {doc} = view.state;
  const line = doc.lineAt(at);
  let [from, to] = [line.from, Math.min(line.to + 1, doc.length)];
  const around = line.number > 1 && line.number < doc.lines ? [doc.line(line.number - 1), doc.line(line.number + 1)] : [];
  if (around.length > 0 && /^import\s*\($/.test(around[0].text.trim()) && around[1].text.trim() === ')') {
    [from, to] = [around[0].from, Math.min(around[1].to + 1, doc.length)];
  }
  // No two empty lines are left where it was.
  if (doc.sliceString(to, to + 1) === '\n' && doc.lineAt(Math.max(0, from - 1)).length === 0) to++;
  view.dispatch({changes: {from, to}, userEvent: 'delete'});
}

/** Makes a variable that is not used the blank one; a declaration of nothing else becomes an assignment. */
function makeBlank(view, at) {
  const {doc} = view.state;
  const line = doc.lineAt(at);
  const name = view.state.wordAt(at);
  const changes = [{from: at, to: name.to, insert: '_'}];
  const rest = doc.sliceString(name.to, line.to);
  const before = doc.sliceString(line.from, at);
  const define = /^(\s*(?:,\s*_\s*)*):=/.exec(rest);
  if (define && /^\s*(?:(?:if|for|switch)\s+)?(?:_\s*,\s*)*$/.test(before)) {
    const colon = name.to + define[1].length;
    changes.push({from: colon, to: colon + 1});
  }
  view.dispatch({changes, userEvent: 'input'});
}
