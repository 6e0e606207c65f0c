// What each goroutine waits for, read from the traces of a deadlock.

import {fileNames} from './places.js';

/** A goroutine's trace: its number, what it waits for, and its calls. */
const TRACE = /^goroutine (\d+) \[([^\]\n]+)\]:\n((?:(?!created by )[^\n]+\n?)*)/gm;

/** Where a call stands. */
const PLACE = /^\t(?:\.\/)?(\S+?):(\d+)(?: |$)/gm;

/**
 * @param {string} traces as the program printed them
 * @param {string} source the program
 * @returns {Array<{severity: string, message: string, file: string, line: number, column: number}>} one for each
 *     goroutine that waits in the program's own code
 */
export function waits(traces, source) {
  const files = new Set(fileNames(source));
  const found = [];
  for (const [, number, state, calls] of traces.matchAll(TRACE)) {
    const place = [...calls.matchAll(PLACE)].find(([, file]) => files.has(file));
    if (!place) continue;
    found.push({severity: 'waiting', message: `goroutine ${number} waits: ${state}`, file: place[1], line: Number(place[2]), column: 1});
  }
  return found;
}
