// Prints values as Node's console prints them: what articles show their readers
// comes from there. The numbers below are Node's defaults. A test of ours holds
// the result against an installed Node. Every byte of this is loaded before a
// first run, so what is rare is left to rare.js, which comes with programs that need it.

const {getPrototypeOf, hasOwn, getOwnPropertyDescriptor} = Object;
const enumerable = Object.prototype.propertyIsEnumerable;
const typedArray = getPrototypeOf(Uint8Array);
const isIndex = (key) => /^(?:0|[1-9]\d*)$/.test(String(key));
const plural = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
const more = (n) => `... ${plural(n, 'more item')}`;

function quote(text) {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : /`|\$\{/.test(text) ? "'" : '`';
  return mark + text.replace(/[\x00-\x1f\x7f-\x9f\\']|\p{Cs}/gu, (c) => {
    const code = c.charCodeAt(0);
    if (c === "'" && mark !== c) return c;
    const short = '\b\t\n\f\r'.indexOf(c);
    if (short >= 0) return `\\${'btnfr'[short]}`;
    if (c === '\\' || c === "'") return `\\${c}`;
    return code < 256 ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}` : `\\u${code.toString(16)}`;
  }) + mark;
}

/** What rare.js has, for programs that need it. */
export let rare;

/** @param {?Object} more */
export function know(more) {
  rare = more;
}

/**
 * @param {*} value
 * @param {number} [depth] levels below which only the names of classes are shown
 * @param {Object} [options] of console.dir: whether what is not enumerable is shown too,
 *     columns beyond which an object is spread over several lines, items of a collection
 *     that are shown, and levels of objects that may stand on one line
 * @returns {string}
 */
export function inspect(value, depth = 2, {showHidden: hidden, breakLength: width = 80, maxArrayLength: most = 100, compact = 3} = {}) {
  depth ??= Infinity;
  most ??= Infinity;
  let indent = 0;
  /** How deep the object is that was begun last. */
  let deepest = 0;
  const open = [];
  /** Objects that contain themselves. */
  const cycles = [];

  return show(value, 0);

  function show(value, level) {
    if (typeof value === 'string') return text(value);
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return simple(value);
    if (!open.includes(value)) return object(value, level);
    if (!cycles.includes(value)) cycles.push(value);
    return `[Circular *${cycles.indexOf(value) + 1}]`;
  }

  function simple(value) {
    return Object.is(value, -0) ? '-0' : String(value) + (typeof value === 'bigint' ? 'n' : '');
  }

  function text(value) {
    const lines = value.length > 16 && value.length > width - indent - 4 ? value.split(/(?<=\n)/) : [value];
    return lines.map(quote).join(` +\n${' '.repeat(indent + 2)}`);
  }

  function object(value, level) {
    const name = classOf(value);
    let tag = value[Symbol.toStringTag];
    tag = typeof tag !== 'string' || !tag || tag === name || enumerable.call(value, Symbol.toStringTag) ? '' : `[${tag}] `;
    const prefix = (kind, size = '') => `${name === null ? `[${kind}${size}: null prototype]` : name + size} ${tag}`;
    let keys = Reflect.ownKeys(value).filter((key) => hidden || enumerable.call(value, key));
    let [base, before, close, list, items] = ['', '{', '}', false];
    // A prototype is not of the class that it is for.
    const is = (type) => value instanceof type && !hasOwn(value, 'constructor');
    const collection = (kind, size, each) => {
      before = `${prefix(kind, `(${size})`)}${list ? '[' : '{'}`;
      if (size > 0) items = () => some(value, size, each);
    };
    const based = (kind, written) => {
      base = (name === kind ? tag : prefix(kind)) + written;
    };
    if (Array.isArray(value) || is(typedArray)) {
      list = true;
      close = ']';
      keys = keys.filter((key) => !isIndex(key));
      if (is(typedArray)) collection('', value.length, simple);
      else {
        before = `${name === 'Array' && !tag ? '' : prefix('Array', `(${value.length})`)}[`;
        if (value.length > 0) items = () => elements(value, level);
      }
    } else if (is(Set)) collection('Set', value.size, (item) => show(item, level));
    else if (is(Map)) collection('Map', value.size, ([k, v]) => `${show(k, level)} => ${show(v, level)}`);
    else if (typeof value === 'function') base = functionOf(value, name) + (tag && !/Function\]/.test(tag) ? ` ${tag.trim()}` : '');
    else if (is(RegExp)) based('RegExp', `${value}`);
    else if (is(Date)) based('Date', isNaN(value) ? 'Invalid Date' : value.toISOString());
    else if (is(Error)) [base, keys] = error(value, keys, prefix('Error').trimEnd());
    else if (is(String) || is(Number) || is(Boolean)) {
      base = `[${name}: ${show(value.valueOf(), level)}]`;
      keys = keys.filter((key) => !is(String) || !isIndex(key));
    } else {
      if (name !== 'Object' || tag) before = `${prefix('Object')}{`;
      if ({}.toString.call(value) === '[object Arguments]') before = '[Arguments] {';
      // Whether a promise is settled is what a program in a browser cannot see.
      items = is(Promise) ? () => ['<unknown>'] : rare?.entries(value, (part) => within(() => show(part, level)));
    }
    if (keys.length === 0 && !items) return base || before + close;
    if (level > depth) return name === null ? prefix('Object').trimEnd() : `[${prefix('').trimEnd()}]`;
    open.push(value);
    deepest = ++level;
    const entries = [...(items?.() ?? []), ...keys.map((key) => property(value, key, level))];
    open.pop();
    const cycle = cycles.indexOf(value);
    if (cycle >= 0) base = `<ref *${cycle + 1}>${base && ` ${base}`}`;
    return join(entries, base, before, close, list, level, value);
  }

  function error(value, keys, prefix) {
    const name = String(value.name);
    let stack = String(value.stack ?? value);
    // Other browsers than V8's leave the message out.
    if (!stack.includes(value.message)) stack = `${value}\n${stack}`;
    keys = keys.filter((key) => !/^(?:name|message|stack)$/.test(String(key)) || !stack.includes(value[key]));
    for (const key of ['cause', 'errors']) if (hasOwn(value, key) && !keys.includes(key)) keys.push(key);
    // The class is news where the name is a more general one.
    if (/Error$/.test(name) && prefix !== name && stack.startsWith(name) && /^[:\n]|^$/.test(stack.slice(name.length))) {
      stack = (prefix.includes(name) ? prefix : `${prefix} [${name}]`) + stack.slice(name.length);
    }
    if (!/\n +at |@/.test(stack)) stack = `[${stack}]`;
    return [stack.replaceAll('\n', `\n${' '.repeat(indent)}`), keys];
  }

  function property(value, key, level) {
    const {get, set, value: held} = getOwnPropertyDescriptor(value, key) ?? {value: value[key]};
    const text = get ? `[Getter${set ? '/Setter' : ''}]` : set ? '[Setter]' : within(() => show(held, level));
    if (typeof key === 'symbol') return `[${String(key)}]: ${text}`;
    if (!enumerable.call(value, key)) return `[${key}]: ${text}`;
    return `${/^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? key : quote(key)}: ${text}`;
  }

  function within(write) {
    indent += 2;
    const text = write();
    indent -= 2;
    return text;
  }

  function elements(value, level) {
    const entries = [];
    let i = 0;
    while (i < value.length && entries.length < most) {
      const from = i;
      while (i < value.length && !hasOwn(value, i)) i++;
      if (i > from) entries.push(`<${plural(i - from, 'empty item')}>`);
      else {
        entries.push(within(() => show(value[i++], level)));
      }
    }
    if (i < value.length) entries.push(more(value.length - i));
    return entries;
  }

  function some(items, size, each) {
    const entries = [];
    for (const item of items) if (entries.push(within(() => each(item))) === most) break;
    if (size > most) entries.push(more(size - most));
    return entries;
  }

  /** On one line where that is short and not deep, else on one each, or in columns. */
  function join(entries, base, before, close, list, level, value) {
    const count = entries.length;
    if (list && count > 6 && compact) entries = columns(entries, value);
    if (base) base += ' ';
    if (deepest - level < compact && entries.length === count) {
      const line = entries.join(', ');
      const length = line.length - 2 * (count - 1) + 2 * count + indent + before.length + Math.max(base.length - 1, 0) + 10;
      if (length <= width && !(base + line).includes('\n')) return `${base}${before} ${line} ${close}`;
    }
    const margin = `\n${' '.repeat(indent)}`;
    return `${base}${before}${margin}  ${entries.join(`,${margin}  `)}${margin}${close}`;
  }

  /** Puts many short entries side by side, in a shape like a page's. */
  function columns(all, value) {
    const entries = value.length > most ? all.slice(0, most) : all;
    const lengths = entries.map((entry) => (rare ? rare.widthOf(entry) : entry.length) + 2);
    const longest = Math.max(...lengths);
    const total = lengths.reduce((a, b) => a + b);
    if (longest * 3 + indent >= width || (total / longest <= 5 && longest > 8)) return all;
    const biased = Math.max(longest - 3 - Math.sqrt(longest - total / all.length), 1);
    const n = Math.min(Math.round(Math.sqrt(2.5 * biased * entries.length) / biased), Math.floor((width - indent) / longest), compact * 4, 15);
    if (n <= 1) return all;
    const numbers = all.every((_, i) => /^(?:number|bigint)$/.test(typeof value[i]));
    const widths = lengths.slice(0, n).map((_, c) => Math.max(...lengths.filter((_, i) => i % n === c)));
    const rows = [];
    entries.forEach((entry, i) => {
      const last = i % n === n - 1 || i === entries.length - 1;
      const cell = entry + (last ? '' : ', ');
      const width = widths[i % n] + entry.length + 2 - lengths[i];
      if (i % n === 0) rows.push('');
      rows[rows.length - 1] += numbers ? cell.padStart(width - (last ? 2 : 0)) : last ? cell : cell.padEnd(width);
    });
    return [...rows, ...all.slice(entries.length)];
  }
}

/** The name of an object's class, null where it has no prototype. */
function classOf(value) {
  for (let at = value; at; at = getPrototypeOf(at)) {
    const made = getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (made?.name && made.call && value instanceof made) return String(made.name);
  }
  return getPrototypeOf(value) ? 'Object' : null;
}

function functionOf(value, name) {
  if (/^class\b/.test(Function.prototype.toString.call(value))) {
    const parent = getPrototypeOf(value)?.name;
    return `[class ${(hasOwn(value, 'name') && value.name) || '(anonymous)'}${parent ? ` extends ${parent}` : ''}]`;
  }
  return `[${name ?? 'Function (null prototype)'}${value.name ? `: ${value.name}` : ' (anonymous)'}]`;
}
