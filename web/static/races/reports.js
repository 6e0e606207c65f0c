// Reads the reports of data races, in the form in which Go's race detector prints them.

import {fileNames} from '../output/places.js';

/** A report, between two lines of its own. */
const REPORT = /^WARNING: DATA RACE\n([\s\S]*?)\n={18}$/gm;

/** What one of its parts begins with: an access, or where a goroutine was started. */
const ACCESS = /^(?:Previous )?((?:atomic )?(read|write)) at .*?by (main goroutine|goroutine \d+):$/i;
const CREATED = /^Goroutine (\d+) \((\w+)\) created at:$/;

/** A call: the function, and where it is at. */
const CALL = /^ {2}(\S.*?)(?:\(\))?\n +(?:\.\/)?(\S+?):(\d+)(?: |$)/gm;

/**
 * @typedef {Object} Access
 * @property {string} what "read", "write", "atomic read" or "atomic write"
 * @property {string} who "goroutine 7", "main goroutine"
 * @property {string} name of the function, as Go has it
 * @property {{file: string, line: number, column: number}|null} place in the program itself
 * @property {{file: string, line: number, column: number}|null} started where its goroutine was
 */

/**
 * @param {string} printed what a program wrote to stderr
 * @param {string} source the program
 * @returns {Array<Access[]>} two for each race
 */
export function reports(printed, source) {
  const files = new Set(fileNames(source));
  return [...printed.matchAll(REPORT)].map(([, text]) => report(text, files)).filter((accesses) => accesses.length === 2);
}

function report(text, files) {
  const accesses = [];
  const started = new Map();
  for (const part of text.split('\n\n')) {
    const [head] = part.split('\n', 1);
    const call = calls(part).find(({file}) => files.has(file));
    const place = call ? {file: call.file, line: call.line, column: 1} : null;
    const access = ACCESS.exec(head);
    if (access) accesses.push({what: access[1].toLowerCase(), who: access[3], name: call?.name ?? '', place});
    const created = CREATED.exec(head);
    if (created) started.set(`goroutine ${created[1]}`, place);
  }
  return accesses.map((access) => ({...access, started: started.get(access.who) ?? null}));
}

function calls(part) {
  return [...part.matchAll(CALL)].map(([, name, file, line]) => ({name, file, line: Number(line)}));
}
