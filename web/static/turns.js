// Does things in tasks of their own, so that the page answers between them.

const waiting = [];

/** @param {function(): void} task is done soon, after those that wait already */
export function inTurn(task) {
  if (waiting.push(task) === 1) soon();
}

function next() {
  const task = waiting.shift();
  if (waiting.length > 0) soon();
  task();
}

/** Timers that set each other are slowed down to 4 ms. */
function soon() {
  if (globalThis.scheduler?.postTask) scheduler.postTask(next);
  else setTimeout(next);
}
