// Colour maps and palettes, made in OKLab so that lightness says the same to every eye.

export type Rgb = [number, number, number];

/** sRGB (0…255) of an OKLCH colour. @source Ottosson 2020, "A perceptual color space for image processing". */
export function oklch(L: number, chroma: number, hueDegrees: number): Rgb {
  // Out of gamut: lower the chroma and keep lightness and hue, which carry the meaning.
  for (let c = chroma; ; c *= 0.92) {
    const linear = linearFromOklab(L, c, hueDegrees);
    if (c < 1e-3 || linear.every((x) => x >= -1e-4 && x <= 1.0001)) return linear.map(encoded) as Rgb;
  }
}

function linearFromOklab(L: number, chroma: number, hueDegrees: number): Rgb {
  const h = (hueDegrees * Math.PI) / 180;
  const a = chroma * Math.cos(h);
  const b = chroma * Math.sin(h);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function encoded(x: number): number {
  const c = Math.min(1, Math.max(0, x));
  return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
}

export function css([r, g, b]: Rgb, alpha = 1): string {
  return alpha >= 1 ? `rgb(${r} ${g} ${b})` : `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** The colour of "#rrggbb"; null of anything else. */
export function hexColour(text: string): Rgb | null {
  const [, r, g, b] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? [];
  return r && g && b ? [parseInt(r, 16), parseInt(g, 16), parseInt(b, 16)] : null;
}

/** Relative luminance after WCAG 2. */
export function luminance([r, g, b]: Rgb): number {
  const lin = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * lin(r) + 0.7152 * lin(g) + 0.0722 * lin(b);
}

export interface ColourMap {
  name: string;
  /** 256 colours, 3 bytes each. */
  table: Uint8ClampedArray;
}

function colourMap(name: string, at: (t: number) => Rgb): ColourMap {
  const table = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) table.set(at(i / 255), 3 * i);
  return { name, table };
}

/** Red for positive, blue for negative, near-white at zero; lightness is symmetric about the middle. */
export const diverging = colourMap("red–blue", (t) => {
  const s = 2 * t - 1;
  const a = Math.abs(s);
  const L = 0.975 - 0.57 * a ** 1.15;
  // Less chroma for blue: at equal chroma it would glare beside the red.
  const chroma = (s < 0 ? 0.135 : 0.185) * Math.sin(a * Math.PI * 0.64);
  return oklch(L, chroma, s < 0 ? 252 : 26);
});

/** Dark blue to pale yellow with evenly growing lightness. */
export const sequential = colourMap("blue–yellow", (t) => {
  const hue = 268 - 168 * t ** 1.1;
  return oklch(0.22 + 0.73 * t, 0.075 + 0.075 * Math.sin(Math.PI * Math.min(1, t * 1.02)), hue);
});

/** Index into a colour map for a value between lo and hi; values beyond are clipped. */
export function colourIndex(value: number, lo: number, hi: number): number {
  if (!(hi > lo)) return 128;
  const t = (value - lo) / (hi - lo);
  return Math.max(0, Math.min(255, Math.round(t * 255)));
}

export function mapColour(map: ColourMap, index: number): Rgb {
  return [map.table[3 * index]!, map.table[3 * index + 1]!, map.table[3 * index + 2]!];
}

/**
 * Colour of a sensor by its place: left blue, midline purple, right orange; the front is lighter than the back.
 * Two signals (hue on the blue–orange axis, lightness) so that no colour-vision type loses both.
 */
export function positionColour(position: readonly [number, number] | null, dark: boolean): Rgb {
  if (!position) return dark ? [190, 196, 204] : [84, 92, 104];
  const x = Math.max(-1, Math.min(1, position[0]));
  const y = Math.max(-1, Math.min(1, position[1]));
  const hue = 330 + 75 * x + (x > 0 ? 20 * x : 0); // 255 left, 330 middle, 65 right
  const L = dark ? 0.72 + 0.13 * y : 0.53 + 0.13 * y;
  return oklch(L, 0.09 + 0.06 * Math.abs(x), hue);
}

// Okabe & Ito 2008: eight colours that people with any colour vision tell apart; without black and yellow's glare.
const okabeIto: Rgb[] = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [213, 94, 0],
  [240, 228, 66],
  [128, 128, 128],
];

/** Colour of the i-th kind of annotation; "bad" spans are always vermilion, unless another is `given`. */
export function annotationColours(descriptions: readonly string[], given: ReadonlyMap<string, Rgb> = new Map()): Map<string, Rgb> {
  const colours = new Map<string, Rgb>();
  const free = okabeIto.filter((_, i) => i !== 5);
  let next = 0;
  for (const d of [...new Set(descriptions)].sort()) {
    const own = given.get(d);
    if (own) colours.set(d, own);
    else if (/^bad/i.test(d)) colours.set(d, okabeIto[5]!);
    else colours.set(d, free[next++ % free.length]!);
  }
  return colours;
}

// Hues that stay apart for every colour vision when their order is kept: blue, orange, green, pink, cyan, violet, olive, red.
const stateHues = [252, 55, 160, 345, 210, 300, 105, 25];

/** Colour of a model's i-th state: of its trace, its axis, its nullcline. */
export function stateColour(i: number, dark: boolean): Rgb {
  const hue = stateHues[i % stateHues.length]!;
  const paler = Math.floor(i / stateHues.length) * 0.1;
  return dark ? oklch(0.78 - paler, 0.13, hue) : oklch(0.53 + paler, 0.15, hue);
}

/** Colour of an equilibrium by its kind; its shape says the same. */
export function kindColour(kind: string, dark: boolean): Rgb {
  const hue = kind.startsWith("stable") ? 150 : kind.startsWith("unstable") ? 27 : kind.startsWith("saddle") ? 305 : 252;
  return dark ? oklch(0.79, 0.15, hue) : oklch(0.5, 0.16, hue);
}
