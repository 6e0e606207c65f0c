// The page in the frame, which the browser gives an origin that no other has. It
// starts one program in a worker, hands on what that prints, in batches and up to
// a limit, and ends it. The program cannot reach this page; the page that shows
// the frame reaches it by one port.

/** How often the frame says that it is there. */
const PULSE_MS = 500;

/** How long what was printed waits for more. */
const BATCH_MS = 16;

addEventListener('message', function first({source, data, ports: [port]}) {
  if (source !== parent || !port) return;
  removeEventListener('message', first);
  start(data, port);
});

function start(job, port) {
  let worker;
  let begun = false;
  let over = false;
  let left = job.output;
  let timer = 0;
  /** @type {Array<[string, number, string]>} stream, microseconds, text */
  let batch = [];

  const flush = () => {
    timer = 0;
    port.postMessage({printed: batch});
    batch = [];
  };
  const end = (how) => {
    if (over) return;
    over = true;
    worker?.terminate();
    clearTimeout(timer);
    flush();
    port.postMessage({end: how});
  };
  const receive = ({data}) => {
    if (over) return;
    if (data.begun) {
      begun = true;
      port.postMessage(data);
    }
    if (data.printed) print(data.printed);
    if (data.end) end(data.end);
  };
  const print = (printed) => {
    // The worker counts too, but a program may have broken it.
    left -= printed[2].length;
    if (left < 0) return end({status: 'output_limit'});
    const last = batch.at(-1);
    if (last?.[0] === printed[0] && printed[1] - last[1] < 1000) last[2] += printed[2];
    else batch.push(printed);
    timer ||= setTimeout(flush, BATCH_MS);
  };
  const connect = () => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = receive;
    return [port2];
  };
  // The first script of the page is text: worker.js, with all that it imports.
  const address = URL.createObjectURL(new Blob([document.scripts[0].text]));
  /** Runs the program in this page. It can be ended by removing the frame. */
  const here = () => {
    worker = null;
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => onmessage({data: job, ports: connect()});
    document.head.append(script);
  };

  port.onmessage = () => end({status: 'stopped'});
  setInterval(() => port.postMessage({}), PULSE_MS);
  try {
    worker = new Worker(address);
    // WebKit has no workers in such frames, and says so in either way.
    worker.onerror = (event) => {
      event.preventDefault();
      if (!begun) here();
    };
    worker.postMessage(job, connect());
  } catch {
    here();
  }
}
