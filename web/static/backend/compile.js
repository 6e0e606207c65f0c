// Has the server compile what a reader changed in a program that runs in the
// browser: types are taken away in a sandbox, for a page has no compiler. Loaded
// when there is such a change.

/**
 * @param {import('./connection.js').Connection} connection
 * @param {{task: string, source: string}} program
 * @param {import('./connection.js').Receiver} receive gets what else there is to say
 * @param {function(function(): void): void} begun gets what abandons it
 * @returns {Promise<{code: string, map: string}>} which does not settle where receive was told an end
 */
export function compile(connection, program, receive, begun) {
  let text = '';
  return new Promise((resolve) => {
    const id = connection.run(program, (message) => {
      const {type, status, body} = message;
      if (type === 'stdout') text += body;
      else if (type === 'end' && status === 'ok') resolve(JSON.parse(text));
      else if (!['start', 'meter', 'quiet'].includes(type)) receive(message);
    });
    begun(() => connection.abandon(id));
  });
}
