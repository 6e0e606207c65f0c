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
