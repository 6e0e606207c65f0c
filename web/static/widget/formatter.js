// Formatting, checking and asking about a place are runs of their own: of the one
// the output is the program, of the other the findings count, of the last the
// output is the answer. They go beside a program that runs, and disturb it in
// nothing. Loaded when one of them is asked for.

/**
 * @param {import('../backend/connection.js').Connection} connection
 * @param {string} source
 * @returns {Promise<{source?: string, found: Array<Object>, problem?: string}>} the formatted program, or what is
 *     wrong with it: findings, or why it could not be asked
 */
export async function format(connection, source) {
  const {ended, text, found} = await ask(connection, {task: 'format', source});
  if (ended.status === 'ok') return {source: text, found};
  return {found, problem: found.length > 0 ? 'cannot be formatted: it does not compile' : ended.reason ?? ended.message};
}

/**
 * @param {string} task check, or the language of a program that browsers run
 * @returns {Promise<Array<Object>|null>} what the compiler and vet say of a program; null if they could not be asked
 */
export async function check(connection, source, task) {
  const {ended, found} = await ask(connection, {task, source});
  return ended.status === 'ok' || found.length > 0 ? found : null;
}

/**
 * @param {number} at a place in source, in bytes
 * @returns {Promise<Object|null>} what there is to say of the place, as docs/protocol.md has it
 */
export async function assist(connection, source, at) {
  const {ended, text} = await ask(connection, {task: 'assist', source, at});
  return ended.status === 'ok' ? JSON.parse(text) : null;
}

/** The whole of a run: how it ended, what it printed and what was found. */
function ask(connection, program) {
  const found = [];
  let text = '';
  return new Promise((resolve) => {
    connection.run(program, (message) => {
      switch (message.type) {
        case 'stdout':
          text += message.body;
          break;
        case 'diagnostic':
          found.push(message);
          break;
        case 'end':
        case 'error':
        case 'lost':
          resolve({ended: message, text, found});
          break;
      }
    });
  });
}

/**
 * Where in a respelled program the place is that had an offset in it before: at
 * the same of the characters that are no space, counted from the end, because
 * imports are added at the top.
 *
 * @param {string} before
 * @param {number} offset in before
 * @param {string} after
 */
export function sameSpot(before, offset, after) {
  let left = before.slice(offset).replace(/\s/g, '').length;
  let at = after.length;
  while (at > 0 && left > 0) if (!/\s/.test(after[--at])) left--;
  // Behind what it stood behind, or before what it stood before.
  const behind = offset > 0 && !/\s/.test(before[offset - 1]);
  while (behind && at > 0 && /\s/.test(after[at - 1])) at--;
  return at;
}
