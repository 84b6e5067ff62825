// The raster: a mark for each spike, rows from below; where spikes are dense, a picture of how many each pixel has.

import { css, stateColour, type Rgb } from "./colours";
import { addCounts, darkness, fullCount, spikesWithin, type Activity, type Counts } from "./activity-data";
import { prepared } from "./dom";
import { clipped, type Frame } from "./plot";
import { FONT, palette, SMALL_FONT } from "./theme";
import { linearTicks } from "./units";

/** Marks are drawn one by one up to so many in the window. */
export const MOST_MARKS = 12_000;

export interface RasterLook {
  /** The part of time [s] and the rows that are shown. */
  from: number;
  to: number;
  first: number;
  rows: number;
  /** Is time said in milliseconds? */
  short: boolean;
  /** Colours of elements whose traces stand below, by their rows. */
  marked: ReadonlyMap<number, Rgb>;
}

/** Pictures of stretches of time that are drawn once and moved while one scrolls: as wide as `TILE` pixels of the screen. */
export interface Tiles {
  key: string;
  tiles: Map<number, HTMLCanvasElement>;
  counts: Counts;
}
const TILE = 256;
const MOST_TILES = 48;
export const noTiles = (): Tiles => ({ key: "", tiles: new Map(), counts: { width: 0, height: 0, counts: new Uint16Array(0) } });

/** How many spikes are in the window. */
export function inWindow(a: Activity, from: number, to: number): number {
  return a.populations.reduce((n, p) => n + (([x, y]) => y - x)(spikesWithin(p, from, to)), 0);
}

export function drawRaster(canvas: HTMLCanvasElement, width: number, height: number, f: Frame, a: Activity, look: RasterLook, kept: Tiles): void {
  const c = prepared(canvas, width, height);
  const p = palette();
  const perRow = (f.bottom - f.top) / look.rows;
  const yOf = (row: number): number => f.bottom - (row - look.first) * perRow; // the lower edge of a row
  const colour = (k: number): Rgb => stateColour(k, p.dark);

  // Populations are told apart by a faint ground, a bar at the left and their numbers' colour.
  a.populations.forEach((pop, k) => {
    const top = Math.max(f.top, yOf(pop.first + pop.n));
    const bottom = Math.min(f.bottom, yOf(pop.first));
    if (bottom <= top) return;
    if (a.populations.length > 1) {
      c.fillStyle = css(colour(k), p.dark ? 0.07 : 0.045);
      c.fillRect(f.left, top, f.right - f.left, bottom - top);
    }
    c.fillStyle = css(colour(k));
    c.fillRect(f.left - 5, top, 4, bottom - top);
  });
  drawGrid(c, f, look, a, yOf, perRow, colour);

  clipped(c, f, () => {
    if (inWindow(a, look.from, look.to) <= MOST_MARKS) drawMarks(c, f, a, look, yOf, perRow, colour);
    else drawDensity(c, f, a, look, colour, kept);
  });
  for (const [row, rgb] of look.marked) {
    const y = yOf(row) - perRow / 2;
    if (y < f.top || y > f.bottom) continue;
    c.fillStyle = css(rgb);
    c.strokeStyle = p.panel;
    c.lineWidth = 1.5;
    c.beginPath();
    c.moveTo(f.left + 9, y);
    c.lineTo(f.left, y - 5);
    c.lineTo(f.left, y + 5);
    c.closePath();
    c.stroke();
    c.fill();
  }
  c.strokeStyle = p.line;
  c.lineWidth = 1;
  c.strokeRect(f.left + 0.5, f.top + 0.5, f.right - f.left - 1, f.bottom - f.top - 1);
}

/** Lines of time, and numbers of neurons, counted in each population from 0. */
function drawGrid(c: CanvasRenderingContext2D, f: Frame, look: RasterLook, a: Activity, yOf: (row: number) => number, perRow: number, colour: (k: number) => Rgb): void {
  const p = palette();
  const k = look.short ? 1e3 : 1;
  c.strokeStyle = p.grid;
  c.lineWidth = 1;
  c.beginPath();
  for (const t of linearTicks(look.from * k, look.to * k, Math.max(2, (f.right - f.left) / 80))) {
    const x = Math.round(f.x(t / k)) + 0.5;
    c.moveTo(x, f.top);
    c.lineTo(x, f.bottom);
  }
  c.stroke();
  c.textAlign = "right";
  c.textBaseline = "middle";
  c.font = SMALL_FONT;
  let free = Infinity; // numbers of neighbouring populations don't cover each other
  a.populations.forEach((pop, which) => {
    const from = Math.max(0, look.first - pop.first);
    const to = Math.min(pop.n - 1, look.first + look.rows - 1 - pop.first);
    if (to < from) return;
    const high = (to - from + 1) * perRow;
    const ticks = to === from ? [from] : [...new Set(linearTicks(from, to, Math.max(1, high / 34)).map(Math.round))];
    c.fillStyle = a.populations.length > 1 ? css(colour(which)) : p.ink2;
    for (const tick of ticks) {
      const y = yOf(pop.first + tick) - perRow / 2;
      if (y < f.top || y > f.bottom || free - y < 12) continue;
      free = y;
      c.fillText(String(tick), f.left - 9, Math.max(f.top + 5, Math.min(f.bottom - 5, y)));
    }
  });
  c.save();
  c.translate(11, (f.top + f.bottom) / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = "center";
  c.font = FONT;
  c.fillStyle = p.ink;
  c.fillText("Neuron", 0, 0);
  c.restore();
}

function drawMarks(c: CanvasRenderingContext2D, f: Frame, a: Activity, look: RasterLook, yOf: (row: number) => number, perRow: number, colour: (k: number) => Rgb): void {
  const tall = Math.max(2.5, Math.min(13, perRow * 0.78));
  a.populations.forEach((pop, k) => {
    const [from, to] = spikesWithin(pop, look.from, look.to);
    c.beginPath();
    for (let s = from; s < to; s++) {
      const row = pop.row[s]!;
      if (row < look.first - 1 || row > look.first + look.rows) continue;
      const x = f.x(pop.t[s]!);
      const y = yOf(row) - perRow / 2;
      c.moveTo(x, y - tall / 2);
      c.lineTo(x, y + tall / 2);
    }
    c.strokeStyle = css(colour(k));
    c.lineWidth = 1.6;
    c.stroke();
  });
}

/** Spikes per pixel as darkness. Time is cut into stretches whose pictures are kept, so that scrolling draws what is new alone. */
function drawDensity(c: CanvasRenderingContext2D, f: Frame, a: Activity, look: RasterLook, colour: (k: number) => Rgb, kept: Tiles): void {
  const dpr = window.devicePixelRatio || 1;
  const height = Math.round((f.bottom - f.top) * dpr);
  const scale = ((f.right - f.left) * dpr) / (look.to - look.from); // pixels of the screen per second
  const y = { above: look.first + look.rows, scale: height / look.rows };
  const key = [scale.toPrecision(12), y.above, y.scale, height, colour(0).join()].join(" ");
  if (kept.key !== key || kept.tiles.size > MOST_TILES) {
    kept.key = key;
    kept.tiles.clear();
    if (kept.counts.height !== height) kept.counts = { width: TILE, height, counts: new Uint16Array(TILE * height) };
  }
  const begin = (look.from - a.start) * scale;
  const end = (look.to - a.start) * scale;
  c.imageSmoothingEnabled = false;
  for (let k = Math.floor(begin / TILE); k * TILE < end; k++) {
    let tile = kept.tiles.get(k);
    if (!tile) kept.tiles.set(k, (tile = densityTile(a, a.start + (k * TILE) / scale, scale, y, kept.counts, colour)));
    c.drawImage(tile, f.left + Math.round(k * TILE - begin) / dpr, f.top, TILE / dpr, f.bottom - f.top);
  }
}

function densityTile(a: Activity, start: number, scale: number, y: { above: number; scale: number }, counts: Counts, colour: (k: number) => Rgb): HTMLCanvasElement {
  const { width, height } = counts;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  a.populations.forEach((pop, k) => {
    const top = Math.max(0, Math.floor((y.above - pop.first - pop.n) * y.scale));
    const bottom = Math.min(height, Math.ceil((y.above - pop.first) * y.scale));
    if (bottom <= top) return;
    counts.counts.fill(0, top * width, bottom * width);
    const full = fullCount(pop.t.length, (a.end - a.start) * scale * pop.n * Math.min(1, y.scale));
    const [from, to] = spikesWithin(pop, start, start + width / scale);
    addCounts(counts, pop, from, to, { start, scale }, y, full <= 2 ? 2 : 1); // few spikes are small, but seen
    const [r, g, b] = colour(k);
    const rgb = (b << 16) | (g << 8) | r;
    const inks = Uint32Array.from({ length: full + 1 }, (_, n) => ((Math.round(255 * darkness(n, full)) << 24) | rgb) >>> 0);
    for (let at = top * width, last = bottom * width; at < last; at++) {
      const n = counts.counts[at]!;
      if (n > 0) pixels[at] = inks[n < full ? n : full]!;
    }
  });
  context.putImageData(image, 0, 0);
  return canvas;
}
