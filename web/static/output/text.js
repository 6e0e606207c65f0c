// How a row of output is drawn: styled, with the places in the program that it
// names as buttons, and what cannot be seen shown. Everything that a program
// printed becomes text nodes.

import {element} from '../dom.js';

/** prog.go:12, ./prog.go:12:3 */
const PLACE = /(?:\.\/)?([\w-][\w./-]*\.\w+):(\d{1,6})(?::(\d{1,6}))?/g;

/** What turns text around, or hides in it: shown by its number. Emoji are joined by what is not here. */
const INVISIBLE = /[\u0080-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * @param {Array<{style: Object, text: string}>} spans
 * @param {{files: Set<string>, goTo: function({file: string, line: number, column: number}): void}} program
 *     names of its files, and what to do when a place in one of them is chosen
 * @returns {Node[]}
 */
export function draw(spans, program) {
  return spans.flatMap(({style, text}) => {
    const nodes = places(text, program);
    return Object.keys(style).length === 0 ? nodes : [styled(style, nodes)];
  });
}

function places(text, {files, goTo}) {
  if (!text.includes(':')) return [visible(text)];
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(PLACE)) {
    const [whole, file, line, column] = match;
    if (!files.has(file)) continue;
    if (match.index > at) nodes.push(visible(text.slice(at, match.index)));
    const place = {file, line: Number(line), column: Number(column ?? 1)};
    nodes.push(element('button', {type: 'button', class: 'place', click: () => goTo(place)}, whole));
    at = match.index + whole.length;
  }
  if (at < text.length || nodes.length === 0) nodes.push(visible(text.slice(at)));
  return nodes;
}

/** Shows control characters instead of obeying them. */
function visible(text) {
  return document.createTextNode(text
      .replace(/[\0-\x08\x0b-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
      .replace(/\x7f/g, '\u2421')
      .replace(INVISIBLE, (c) => `\u27e8U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}\u27e9`));
}

const FLAGS = ['bold', 'dim', 'italic', 'underline', 'strike', 'inverse'];

function styled(style, nodes) {
  const node = style.link ? link(style.link, nodes) : element('span', {}, ...nodes);
  node.classList.add('ansi', ...FLAGS.filter((flag) => style[flag]));
  colour(node, 'color', 'ink', style.foreground);
  colour(node, 'backgroundColor', 'ground', style.background);
  return node;
}

/** The sixteen colours are the style sheet's: they must be readable on it. */
function colour(node, property, name, value) {
  if (typeof value === 'number') node.classList.add(`${name}-${value}`);
  else if (value) node.style[property] = value;
}

/** A link says where it leads, whatever its text does. */
function link(address, nodes) {
  return element('a', {href: address, target: '_blank', rel: 'noopener noreferrer nofollow', title: address},
      ...nodes, element('span', {class: 'link-host'}, ` (${new URL(address).host})`));
}
