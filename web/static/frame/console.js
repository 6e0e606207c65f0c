// The console that a program gets, which prints what Node's would.

import {inspect, rare} from './inspect.js';

/**
 * @param {function(string, string): void} print takes a stream and a text
 * @param {function(): number} now milliseconds
 */
export function makeConsole(print, now) {
  let indent = '';
  const counts = {};
  const timers = {};
  const write = (stream, text) => print(stream, indent + text.replaceAll('\n', `\n${indent}`) + '\n');
  const log = (...args) => write('stdout', format(args));
  const error = (...args) => write('stderr', format(args));
  const elapsed = (label, ...args) => {
    if (!(label in timers)) return error(`Warning: No such label '${label}'`);
    const ms = now() - timers[label];
    log(`${label}: ${ms < 1000 ? `${Number(ms.toFixed(3))}ms` : `${(ms / 1000).toFixed(3)}s`}`, ...args);
  };
  const group = (...args) => {
    if (args.length > 0) log(...args);
    indent += '  ';
  };
  return {
    log, info: log, debug: log, dirxml: log, error, warn: error, group, groupCollapsed: group, clear() {},
    dir: (value, options) => write('stdout', inspect(value, options?.depth, options ?? {})),
    trace: (...args) => error(`Trace${args.length > 0 ? ': ' : ''}${format(args)}${new Error().stack.replace(/^Error/, '')}`),
    assert: (condition, ...args) => condition || error(...args.splice(0, 1, `Assertion failed${args.length > 0 ? `: ${args[0]}` : ''}`) && args),
    groupEnd() {
      indent = indent.slice(2);
    },
    count(label = 'default') {
      log(`${label}: ${counts[label] = (counts[label] ?? 0) + 1}`);
    },
    countReset(label = 'default') {
      delete counts[label];
    },
    time(label = 'default') {
      timers[label] = now();
    },
    timeLog: (label = 'default', ...args) => elapsed(label, ...args),
    timeEnd(label = 'default') {
      elapsed(label);
      delete timers[label];
    },
    table: (data, columns) => write('stdout', rare?.table(data, columns, inspect, rare.widthOf) ?? format([data])),
  };
}

/** What console.log makes of its arguments. */
export function format(args) {
  const [first, ...rest] = args;
  const parts = args.slice(0, 1);
  if (typeof first === 'string' && rest.length > 0) {
    parts[0] = rare?.fill(first, rest, inspect) ?? first;
  }
  return [...parts, ...rest].map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
}
