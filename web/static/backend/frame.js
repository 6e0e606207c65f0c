// Runs a program in TypeScript or JavaScript in the reader's browser, in a frame
// that is removed with it, and tells of it in the messages in which a server tells
// of one in Go. Nothing that comes out of the frame is trusted to be more than
// text and numbers. It is loaded, minified, from the folder above this.

/** What programs name whose console needs what frame/rare.js has, or write: places for values, and wide letters, which esbuild escapes. */
const RARE = /table|url|abort|weak|buffer|headers|dataview|%[%a-z]|\\u/i;

/** How long a frame may take to hand over the last lines of a program that is stopped. */
const STOP_MS = 40;

/** How long a frame may say nothing; it says something twice a second. */
const SILENCE_MS = 5_000;

/** How often the page is told how long it takes. */
const METER_MS = 200;

/**
 * @param {{code: string, map: string, file: string, output: number, wallMs: number}} program
 * @param {import('./connection.js').Receiver} receive
 * @param {{duration: function(number): string, size: function(number): string}} words
 * @returns {{stop: function(): void, remove: function(): void}} stop says how it ended, remove does not
 */
export async function runInFrame({map, wallMs, ...job}, receive, {duration, size}) {
  const {port1: port, port2} = new MessageChannel();
  const frame = document.createElement('iframe');
  const timers = [];
  let begun = 0;
  let heard = performance.now();
  let printed = 0;
  let latest = 0;
  let over = false;
  let stopping = '';
  let trace = null;
  /** What was printed is translated first, where it has to be. */
  let turn = Promise.resolve();

  const elapsed = () => begun && Math.round((performance.now() - begun) * 1000);
  const remove = () => {
    over = true;
    timers.forEach(clearInterval);
    port.close();
    frame.remove();
  };
  const last = (message) => {
    if (over) return;
    remove();
    receive(message);
  };
  /** No time is from before another, or from the future. */
  const moment = (t) => (latest = Math.max(latest, Math.min(Number(t) || 0, elapsed())));

  const print = async ([stream, t, text]) => {
    let body = String(text);
    if (/program\.\ws\?:|blob:/.test(body)) body = (await tracer()).translate(body);
    if (over || !/^std(?:out|err)$/.test(stream)) return;
    printed += body.length;
    receive({type: stream, t: moment(t), body});
  };
  const tracer = async () => trace ??= new (await import('./trace.js')).Trace(map);

  const ended = async ({status, exit, what, stack, t}) => {
    const micros = status === 'stopped' ? elapsed() : moment(t);
    const took = duration(micros);
    if (status === 'stopped') status = stopping;
    const reasons = {
      ok: () => `finished in ${took}`,
      exit: () => `exited with status ${Number(exit)} after ${took}: ${String(what).slice(0, 99)}`,
      output_limit: () => `stopped: output limit of ${size(job.output)} reached`,
      wall_limit: () => `stopped: ${wallMs / 1000} s of wall time used`,
      killed: () => `stopped by you after ${took}`,
      panic: async () => {
        const line = (await tracer()).first(String(stack));
        const {hint} = await import('./withheld.js');
        const name = String(what).split(':')[0].slice(0, 99);
        return `uncaught ${name}${line ? ` at line ${line}` : ''} after ${took}${hint(what) ? `. ${hint(what)}` : ''}`;
      },
    };
    const reason = await reasons[Object.hasOwn(reasons, status) ? status : 'killed']();
    last({type: 'end', status, reason, exit: Number(exit) || 0, t: micros, wall: micros, output: printed, advice: status === 'exit' ? 'unsettled' : status});
  };

  const stop = (status = 'killed') => {
    stopping ||= status;
    port.postMessage('stop');
    // A program without a worker of its own keeps the frame from answering.
    timers.push(setTimeout(() => ended({status: 'stopped'}), STOP_MS));
  };

  port.onmessage = ({data}) => {
    heard = performance.now();
    if (data.begun && !begun) {
      begun = heard;
      receive({type: 'start', limits: {wallMs, output: job.output}});
      timers.push(setTimeout(() => stop('wall_limit'), wallMs), setInterval(() => receive({type: 'meter', t: elapsed(), output: printed}), METER_MS));
    }
    for (const part of data.printed ?? []) turn = turn.then(() => print(part));
    if (data.end) turn = turn.then(() => ended(data.end));
  };
  timers.push(setInterval(() => {
    // A page that is not looked at hears late of its frames.
    if (document.hidden) heard = performance.now();
    else if (performance.now() - heard > SILENCE_MS) {
      last({type: 'lost', message: 'the browser ended the program, most likely for the memory that it held'});
    }
  }, METER_MS));

  if (RARE.test(job.code)) ({rare: job.rare} = await import('../frame/rare.js'));
  frame.sandbox = 'allow-scripts';
  frame.hidden = true;
  frame.src = new URL('frame/frame.html', import.meta.url);
  frame.onload = () => frame.contentWindow.postMessage(job, '*', [port2]);
  document.body.append(frame);
  return {stop, remove};
}
