// Plays what a program did when its page was made, in the time that it took
// then, where nothing can run it now. Loaded when that is so.

const recordings = document.querySelector('meta[name="playground-recorded"]')?.content;

/**
 * @param {string} id the program's anchor
 * @param {function(Object): void} receive gets the messages of the run, each when its time has come
 * @returns {{stop: function(): void}}
 */
export function play(id, receive) {
  let timer = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
  };
  load(id).then(({made, messages}) => {
    const begin = performance.now();
    const next = (i) => {
      if (stopped) return;
      const message = messages[i];
      receive(message.type === 'end' ? {...message, reason: `recorded ${made}: ${message.reason}`} : message);
      if (message.type === 'start') receive({type: 'notice', message: `not run now: this is what was recorded ${made}`});
      if (i + 1 === messages.length) return;
      timer = setTimeout(() => next(i + 1), (messages[i + 1].t ?? 0) / 1000 - (performance.now() - begin));
    };
    next(0);
  }).catch(() => {
    if (!stopped) receive({type: 'lost', message: 'the server cannot be reached, and nothing was recorded of this program'});
  });
  return {stop};
}

/** One JSON object a line: when it was made, then the messages. */
async function load(id) {
  const response = await fetch(`${recordings}${encodeURIComponent(id)}.json`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  const [head, ...messages] = (await response.text()).trim().split('\n').map((line) => JSON.parse(line));
  return {made: `on ${head.recorded} with ${head.go}`, messages};
}
