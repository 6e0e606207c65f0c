// The page of "playground check": runs the programs that it is given, as a
// reader's page would, and tells what they did. Loaded by nothing else.

import {duration, size} from '../format.js';
import {runInFrame} from '../frame.min.js';

/** @param {{id: number, code: string, map: string, file: string, output: number, wallMs: number}} program */
function run({id, ...program}) {
  let printed = '';
  runInFrame(program, ({type, body, status, reason, exit, message, t}) => {
    if (type === 'stdout' || type === 'stderr') printed += body;
    if (type !== 'end' && type !== 'lost') return;
    fetch('done', {method: 'POST', body: JSON.stringify({id, status: status ?? type, reason: reason ?? message, exit: exit ?? 0, printed, micros: t ?? 0})});
  }, {duration, size});
}

for (;;) {
  const answer = await fetch('next');
  if (!answer.ok) break;
  run(await answer.json());
}
