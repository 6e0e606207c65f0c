// What the picture is drawn with: a canvas, or the text of an SVG file. States are
// told apart by their hatching as much as by their colours.

/** The page's colours that the picture uses. */
const COLOURS = {
  paper: '--paper', ink: '--ink', soft: '--ink-soft', rule: '--rule', strong: '--rule-strong', run: '--accent',
  channel: '--signal', lock: '--error', group: '--warning', sleep: '--ink-soft', wash: '--accent-wash',
};

/** Lines of an 8 by 8 tile: [x1, y1, x2, y2]. */
const HATCHES = {
  channel: [[-2, 10, 10, -2], [-6, 6, 6, -6], [2, 14, 14, 2]],
  lock: [[-2, -2, 10, 10], [-6, 2, 6, 14], [2, -6, 14, 6]],
  group: [[0, 2, 8, 2], [0, 6, 8, 6]],
  sleep: [[2, 3, 4, 3], [6, 7, 8, 7]],
};

/** Corners of the mark where a goroutine was stopped, from its middle. */
const DIAMOND = [[0, -8], [6, 0], [0, 8], [-6, 0]];

/** The colours as they are now, in the theme that the element is in. */
export function colours(host) {
  const probe = document.createElement('i');
  host.append(probe);
  const found = {};
  for (const [name, variable] of Object.entries(COLOURS)) {
    probe.style.color = `var(${variable})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

/** Calls something when they may have become others. */
export function whenRecoloured(act) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => act());
  new MutationObserver(() => act()).observe(document.documentElement, {attributes: true});
}

export class CanvasPen {
  #c;
  #colours;
  #patterns = new Map();
  #scale;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas, colours, scale) {
    this.canvas = canvas;
    this.#colours = colours;
    this.#scale = scale;
    this.#c = canvas.getContext('2d');
    for (const [state, lines] of Object.entries(HATCHES)) this.#patterns.set(state, this.#pattern(lines, colours[state]));
  }

  #pattern(lines, colour) {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 8 * this.#scale;
    const c = tile.getContext('2d');
    c.scale(this.#scale, this.#scale);
    c.strokeStyle = colour;
    c.lineWidth = 1.6;
    for (const [x1, y1, x2, y2] of lines) {
      c.beginPath();
      c.moveTo(x1, y1);
      c.lineTo(x2, y2);
      c.stroke();
    }
    const pattern = this.#c.createPattern(tile, 'repeat');
    pattern.setTransform(new DOMMatrix().scale(1 / this.#scale));
    return pattern;
  }

  begin(width, height) {
    const {canvas} = this;
    const [w, h] = [Math.round(width * this.#scale), Math.round(height * this.#scale)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    canvas.style.height = `${height}px`;
    this.#c.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
    this.#c.fillStyle = this.#colours.paper;
    this.#c.fillRect(0, 0, width, height);
    this.#c.font = '11px system-ui, sans-serif';
  }

  end() {}

  clip(x, y, w, h) {
    this.#c.save();
    this.#c.beginPath();
    this.#c.rect(x, y, w, h);
    this.#c.clip();
  }

  unclip() {
    this.#c.restore();
  }

  line(x1, y1, x2, y2, kind) {
    const c = this.#c;
    c.strokeStyle = {head: this.#colours.ink, gap: this.#colours.lock}[kind] ?? this.#colours.rule;
    c.lineWidth = kind === 'head' ? 1.5 : 1;
    c.setLineDash(kind === 'gap' ? [3, 3] : []);
    c.beginPath();
    c.moveTo(x1, y1);
    c.lineTo(x2, y2);
    c.stroke();
    c.setLineDash([]);
  }

  text(text, x, y) {
    this.#c.fillStyle = this.#colours.soft;
    this.#c.textAlign = 'left';
    this.#c.fillText(text, x, y);
  }

  label(text, x, y, most) {
    const c = this.#c;
    c.fillStyle = this.#colours.ink;
    c.textAlign = 'right';
    let cut = 0;
    while (c.measureText(shortened(text, cut)).width > most && cut < text.length) cut++;
    c.fillText(shortened(text, cut), x, y);
  }

  bar(x, y, w, h, state, lit) {
    const c = this.#c;
    if (state === 'run') {
      c.fillStyle = this.#colours.run;
      c.fillRect(x, y, w, h);
      return;
    }
    c.fillStyle = this.#patterns.get(state);
    c.fillRect(x, y, w, h);
    if (w < 2.5) return;
    c.strokeStyle = lit ? this.#colours.ink : this.#colours[state];
    c.lineWidth = lit ? 2 : 1;
    c.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  }

  mark(x, y, kind, lit) {
    const c = this.#c;
    c.fillStyle = this.#colours.paper;
    c.strokeStyle = this.#colours.ink;
    c.lineWidth = lit ? 2.5 : 1;
    c.beginPath();
    if (kind === 'switch') {
      c.fillStyle = this.#colours.lock;
      for (const [dx, dy] of DIAMOND) c.lineTo(x + dx, y + dy);
      c.closePath();
    } else {
      c.arc(x, y, lit ? 4.5 : 3, 0, 2 * Math.PI);
    }
    c.fill();
    c.stroke();
  }

  arrow(x1, y1, x2, y2, kind) {
    const c = this.#c;
    c.strokeStyle = c.fillStyle = kind === 'go' ? this.#colours.soft : this.#colours.ink;
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(x1, y1);
    c.lineTo(x2, y2);
    c.stroke();
    const a = Math.atan2(y2 - y1, x2 - x1);
    c.beginPath();
    c.moveTo(x2, y2);
    c.lineTo(x2 - 7 * Math.cos(a - 0.4), y2 - 7 * Math.sin(a - 0.4));
    c.lineTo(x2 - 7 * Math.cos(a + 0.4), y2 - 7 * Math.sin(a + 0.4));
    c.fill();
  }

  tick(x, y, h) {
    this.#c.fillStyle = this.#colours.strong;
    this.#c.fillRect(x - 1, y, 2, h);
  }

  frame(x, y, w, h) {
    this.#c.strokeStyle = this.#colours.ink;
    this.#c.lineWidth = 2;
    this.#c.strokeRect(x, y, w, h);
  }
}

/** Writes the same as SVG. */
export class SvgPen {
  #colours;
  #parts = [];
  #clips = 0;

  constructor(colours) {
    this.#colours = colours;
  }

  /** The file's text. */
  get source() {
    return this.#parts.join('\n');
  }

  begin(width, height) {
    const hatches = Object.entries(HATCHES).map(([state, lines]) => `<pattern id="${state}" width="8" height="8" patternUnits="userSpaceOnUse">` +
        `<g stroke="${this.#colours[state]}" stroke-width="1.6">${lines.map(([x1, y1, x2, y2]) => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`).join('')}</g></pattern>`);
    this.#parts = [`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">`,
      `<defs>${hatches.join('')}</defs>`, `<rect width="100%" height="100%" fill="${this.#colours.paper}"/>`];
  }

  end() {
    this.#parts.push('</svg>');
  }

  clip(x, y, w, h) {
    const id = `clip${++this.#clips}`;
    this.#parts.push(`<clipPath id="${id}"><rect x="${x}" y="${y}" width="${w}" height="${h}"/></clipPath><g clip-path="url(#${id})">`);
  }

  unclip() {
    this.#parts.push('</g>');
  }

  line(x1, y1, x2, y2, kind) {
    const stroke = {head: this.#colours.ink, gap: this.#colours.lock}[kind] ?? this.#colours.rule;
    this.#parts.push(`<line x1="${r(x1)}" y1="${r(y1)}" x2="${r(x2)}" y2="${r(y2)}" stroke="${stroke}"${kind === 'gap' ? ' stroke-dasharray="3 3"' : ''}/>`);
  }

  text(text, x, y) {
    this.#parts.push(`<text x="${r(x)}" y="${r(y)}" fill="${this.#colours.soft}">${escaped(text)}</text>`);
  }

  label(text, x, y, most) {
    const shown = shortened(text, Math.max(0, text.length - Math.floor(most / 6)));
    this.#parts.push(`<text x="${r(x)}" y="${r(y)}" text-anchor="end" fill="${this.#colours.ink}">${escaped(shown)}</text>`);
  }

  bar(x, y, w, h, state) {
    const look = state === 'run' ? `fill="${this.#colours.run}"` : `fill="url(#${state})" stroke="${this.#colours[state]}"`;
    this.#parts.push(`<rect x="${r(x)}" y="${r(y)}" width="${r(w)}" height="${h}" ${look}/>`);
  }

  mark(x, y, kind) {
    if (kind === 'switch') {
      const corners = DIAMOND.map(([dx, dy]) => `${r(x + dx)},${r(y + dy)}`).join(' ');
      this.#parts.push(`<polygon points="${corners}" fill="${this.#colours.lock}" stroke="${this.#colours.ink}"><title>stopped here</title></polygon>`);
      return;
    }
    this.#parts.push(`<circle cx="${r(x)}" cy="${r(y)}" r="3" fill="${this.#colours.paper}" stroke="${this.#colours.ink}"><title>${escaped(kind)}</title></circle>`);
  }

  arrow(x1, y1, x2, y2, kind) {
    const colour = kind === 'go' ? this.#colours.soft : this.#colours.ink;
    const a = Math.atan2(y2 - y1, x2 - x1);
    const wing = (turn) => `${r(x2 - 7 * Math.cos(a + turn))},${r(y2 - 7 * Math.sin(a + turn))}`;
    this.#parts.push(`<line x1="${r(x1)}" y1="${r(y1)}" x2="${r(x2)}" y2="${r(y2)}" stroke="${colour}"/>`,
        `<polygon points="${r(x2)},${r(y2)} ${wing(-0.4)} ${wing(0.4)}" fill="${colour}"/>`);
  }

  tick(x, y, h, text) {
    this.#parts.push(`<rect x="${r(x - 1)}" y="${r(y)}" width="2" height="${h}" fill="${this.#colours.strong}"><title>${escaped(text)}</title></rect>`);
  }

  frame() {} // what somebody points at is not part of the picture
}

/** A goroutine's name without so many characters, which are not those of its number. */
function shortened(text, cut) {
  if (cut === 0) return text;
  const [name, number] = text.split(/(?= #\d+$)/);
  return `${name.slice(0, Math.max(1, name.length - cut - 1))}\u2026${number ?? ''}`;
}

/** A coordinate with two digits. */
function r(n) {
  return Math.round(n * 100) / 100;
}

function escaped(text) {
  return text.replace(/[&<>"\p{Cc}]/gu, (c) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c] ?? ' ');
}
