// Numbers as people read them, with units.

const KIB = 1 << 10;
const MIB = 1 << 20;

/** @param {number} micros */
export function duration(micros) {
  const ms = micros / 1000;
  if (ms < 1) return 'under 1 ms';
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes === 1) return '1 byte';
  if (bytes < KIB) return `${bytes} bytes`;
  if (bytes < MIB) return `${short(bytes / KIB)} KiB`;
  return `${short(bytes / MIB)} MiB`;
}

/**
 * Of a limit, in the limit's unit: 5.2/128 MiB.
 *
 * @param {number} bytes
 * @param {number} [limit]
 */
export function part(bytes, limit) {
  if (!limit) return size(bytes);
  const unit = limit < MIB ? KIB : MIB;
  return `${short(bytes / unit)}/${short(limit / unit)} ${unit === KIB ? 'KiB' : 'MiB'}`;
}

function short(n) {
  return n < 9.95 ? n.toFixed(1) : String(Math.round(n));
}

/** @param {number} micros since the start of the run */
export function stamp(micros) {
  return `${(micros / 1e6).toFixed(2)} s`;
}

/**
 * Numbers in a row. A line breaks between them only, after the dot.
 *
 * @param {...string} parts
 */
export function row(...parts) {
  return parts.map((part) => part.replaceAll(' ', '\u00a0')).join('\u00a0\u00b7 ');
}

/** @param {number} n */
export function count(n) {
  return n.toLocaleString('en');
}
