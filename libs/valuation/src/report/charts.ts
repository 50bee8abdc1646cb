/** Drawings for the eye: every figure in them stands in the report as a text, exactly. */

const WIDTH = 640;
const ROW = 24;
const LABELS = 150;
const FIGURES = 100;
const INK = '#1f1d1a';
const FAINT = '#6f6a62';
const COLOURS = ['#a8844c', '#1d4f8f', '#1b6e3c', '#9b1c1c', '#6f6a62'];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
const at = (value: number) => value.toFixed(1);

const drawing = (height: number, title: string, parts: readonly string[]) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${at(height)}" width="100%" role="img" ` +
  `aria-label="${escaped(title)}" font-size="12" fill="${INK}">${parts.join('')}</svg>`;

const words = (x: number, y: number, text: string, more = '') =>
  `<text x="${at(x)}" y="${at(y)}"${more}>${escaped(text)}</text>`;

/** What makes up a whole, as one bar. */
export function shareBar(parts: readonly { readonly label: string; readonly size: number }[]): string {
  const total = parts.reduce((sum, { size }) => sum + size, 0) || 1;
  let x = 0;
  const drawn = parts.flatMap(({ label, size }, i) => {
    const width = (size / total) * WIDTH;
    const colour = COLOURS[i % COLOURS.length] ?? INK;
    const bar = `<rect x="${at(x)}" y="0" width="${at(width)}" height="20" fill="${colour}"/>`;
    x += width;
    const y = 40 + i * 18;
    const share = `${label} ${((size / total) * 100).toFixed(1)}%`;
    return [
      bar,
      `<rect x="0" y="${at(y - 10)}" width="10" height="10" fill="${colour}"/>`,
      words(16, y, share),
    ];
  });
  return drawing(40 + parts.length * 18, '价值构成', drawn);
}

/** What a value moves to with each input moved, the widest first, with the figures at both ends. */
export function tornadoChart(
  value: string,
  bars: readonly { readonly label: string; readonly low: string | null; readonly high: string | null }[],
  told: (end: string) => string,
): string {
  const base = Number(value);
  const ends = bars
    .flatMap(({ low, high }) => [low, high])
    .flatMap((end) => (end === null ? [] : [Number(end)]));
  const [least, most] = [Math.min(base, ...ends), Math.max(base, ...ends)];
  const scale = (WIDTH - LABELS - 2 * FIGURES) / (most - least || 1);
  const x = (end: number) => LABELS + FIGURES + (end - least) * scale;
  const drawn = bars.flatMap(({ label, low, high }, i) => {
    const y = i * ROW + 6;
    const bar = (end: string | null, colour: string) =>
      end === null
        ? ''
        : `<rect x="${at(Math.min(x(base), x(Number(end))))}" y="${at(y)}" width="${at(Math.abs(x(Number(end)) - x(base)))}" height="${ROW - 8}" fill="${colour}"/>`;
    const [left, right] = [low, high].filter((end) => end !== null).sort((a, b) => Number(a) - Number(b)) as [
      string?,
      string?,
    ];
    const figure = (end: string | undefined, beside: number, anchor: string) =>
      end === undefined ? '' : words(beside, y + 12, told(end), ` font-size="10" text-anchor="${anchor}"`);
    return [
      words(0, y + 12, label),
      bar(low, '#1d4f8f'),
      bar(high, '#a8844c'),
      figure(left, Math.min(x(base), x(Number(left))) - 4, 'end'),
      figure(right, Math.max(x(base), x(Number(right))) + 4, 'start'),
    ];
  });
  const height = bars.length * ROW + 24;
  const axis = `<line x1="${at(x(base))}" y1="0" x2="${at(x(base))}" y2="${at(height - 18)}" stroke="${INK}"/>`;
  const note = `各输入 −10%（蓝）与 +10%（金）时的结果；竖线为 ${told(value)}`;
  return drawing(height, '敏感性分析（龙卷风图）', [
    ...drawn,
    axis,
    words(0, height - 4, note, ` fill="${FAINT}"`),
  ]);
}

/**
 * Scores from 0 to 1 around a centre; null: not measured, which is no 0. Only between neighbours that both were is there
 * anything to fill.
 */
export function radarChart(
  title: string,
  spokes: readonly { readonly label: string; readonly size: number | null }[],
): string {
  const [cx, cy, radius] = [WIDTH / 2, 130, 95];
  const point = (i: number, part: number) => {
    const angle = (2 * Math.PI * i) / spokes.length - Math.PI / 2;
    return [cx + Math.cos(angle) * radius * part, cy + Math.sin(angle) * radius * part] as const;
  };
  const pair = ([x, y]: readonly [number, number]) => `${at(x)},${at(y)}`;
  const rings = [1, 0.5].map((ring) => {
    const outline = spokes.map((_, i) => pair(point(i, ring))).join(' ');
    return `<polygon points="${outline}" fill="none" stroke="${FAINT}" stroke-width="0.5"/>`;
  });
  const shape = spokes.flatMap(({ size }, i) => {
    if (size === null) return [];
    const [x, y] = point(i, size);
    const next = (i + 1) % spokes.length;
    const beside = spokes[next]?.size ?? null;
    const dot = `<circle cx="${at(x)}" cy="${at(y)}" r="2.5" fill="#a8844c"/>`;
    if (beside === null) return [dot];
    const [start, end] = [pair([x, y]), pair(point(next, beside))];
    return [
      `<polygon points="${at(cx)},${at(cy)} ${start} ${end}" fill="#a8844c" fill-opacity="0.35"/>`,
      `<polyline points="${start} ${end}" fill="none" stroke="#a8844c"/>`,
      dot,
    ];
  });
  const labels = spokes.map(({ label, size }, i) => {
    const [x, y] = point(i, 1.15);
    const anchor = Math.abs(x - cx) < 5 ? 'middle' : x < cx ? 'end' : 'start';
    const told = size === null ? '未测量' : size.toFixed(2);
    return words(
      x,
      y + 4,
      `${label} ${told}`,
      ` text-anchor="${anchor}"${size === null ? ` fill="${FAINT}"` : ''}`,
    );
  });
  const axes = spokes.map(({ size }, i) => {
    const [x, y] = point(i, 1);
    const dashed = size === null ? ' stroke-dasharray="3 3"' : '';
    return `<line x1="${at(cx)}" y1="${at(cy)}" x2="${at(x)}" y2="${at(y)}" stroke="${FAINT}" stroke-width="0.5"${dashed}/>`;
  });
  const scale = [1, 0.5].map((ring) =>
    words(cx + 3, cy - radius * ring + 11, ring.toFixed(1), ` font-size="9" fill="${FAINT}"`),
  );
  return drawing(260, title, [...rings, ...axes, ...shape, ...scale, ...labels]);
}
