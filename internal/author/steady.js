{
  const {setTimeout: later} = globalThis;
  const Real = Date;
  const began = Real.UTC(2026, 0, 1);
  const timers = new Map();
  let [seed, now, last, awake] = [42, 0, 0, false];

  const wake = () => {
    if (!awake && timers.size > 0) later(step, 1);
    awake = timers.size > 0;
  };
  const step = () => {
    awake = false;
    const [id, timer] = [...timers].reduce((a, b) => (b[1].at < a[1].at ? b : a), [...timers][0] ?? [0]);
    if (!timer) return;
    timers.delete(id);
    now = timer.at;
    if (timer.every) timers.set(id, {...timer, at: now + timer.every});
    wake();
    timer.call();
  };
  const set = (repeat) => (call, ms = 0, ...args) => {
    const wait = ms >= 1 ? Math.trunc(ms) : 1;
    timers.set(++last, {at: now + wait, every: repeat ? wait : 0, call: () => call(...args)});
    wake();
    return last;
  };

  Math.random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
  globalThis.setTimeout = set(false);
  globalThis.setInterval = set(true);
  globalThis.clearTimeout = globalThis.clearInterval = (id) => timers.delete(id);
  globalThis.Date = class Date extends Real {
    constructor(...given) {
      super(...(given.length > 0 ? given : [began + now]));
    }

    static now() {
      return began + now;
    }
  };
  performance.now = () => now;
  AbortSignal.timeout = (ms) => {
    const control = new AbortController();
    setTimeout(() => control.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms);
    return control.signal;
  };
}
