// Makes elements. Children that are strings become text nodes, never markup.

/**
 * @param {string} tag
 * @param {Object<string, string|boolean|Function>} [attributes] a function is a
 *     listener for the event of that name; false leaves an attribute out
 * @param {...(Node|string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

/**
 * A button. Its label says what it is for where only its text is not enough: there
 * is one of its kind beside every program.
 *
 * @param {string} text
 * @param {string} label
 * @param {Function} click
 * @param {Object<string, string|boolean|Function>} [attributes] more of them
 */
export function button(text, label, click, attributes) {
  return element('button', {type: 'button', 'aria-label': label, click, ...attributes}, element('span', {}, text));
}

/**
 * What has the focus beside a node: on other sites the page that it stands in is
 * a shadow tree, and the document knows of no more than its host.
 *
 * @param {Node} node
 * @returns {Element|null}
 */
export function focused(node) {
  return node.getRootNode().activeElement ?? null;
}
