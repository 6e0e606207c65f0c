// Formatting is a run of its own whose output is the program. It goes beside a
// program that runs, and disturbs it in nothing.

/**
 * @param {import('../backend/connection.js').Connection} connection
 * @param {string} source
 * @returns {Promise<{source?: string, found: Array<Object>, problem?: string}>} the formatted program, or what is
 *     wrong with it: findings, or why it could not be asked
 */
export function format(connection, source) {
  const found = [];
  let text = '';
  return new Promise((resolve) => {
    connection.run({task: 'format', source}, (message) => {
      switch (message.type) {
        case 'stdout':
          text += message.body;
          break;
        case 'diagnostic':
          found.push(message);
          break;
        case 'end':
          if (message.status === 'ok') resolve({source: text, found});
          else resolve({found, problem: found.length > 0 ? 'cannot be formatted: it does not compile' : message.reason});
          break;
        case 'error':
        case 'lost':
          resolve({found, problem: message.message});
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
