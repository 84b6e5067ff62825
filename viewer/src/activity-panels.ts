// The panels below a raster: rates of populations, traces of elements. All share the axis of time.

import type { Activity, BinnedRate, TraceGroup } from "./activity-data";
import { css, stateColour } from "./colours";
import { rowValues } from "./decode";
import { picture, prepared } from "./dom";
import { clipped, drawAxes, path, type Frame } from "./plot";
import { palette, SMALL_FONT } from "./theme";
import { counted, unitText } from "./units";
import { reduced, reducedTimes } from "./window";

/** What is shown now. */
export interface Look {
  from: number; // [s]
  to: number;
  dark: boolean;
  /** Is time said in milliseconds? */
  short: boolean;
  /** How many steps of a rate a bin has. */
  binOf(step: number): number;
}

export interface Panel {
  canvas: HTMLCanvasElement;
  height: number;
  /** Of the values, from the lowest to the highest. */
  range?(look: Look): [number, number];
  draw(canvas: HTMLCanvasElement, width: number, height: number, f: Frame, look: Look, last: boolean): void;
}

const AXIS = 34;
/** Room for names above a panel. */
export const NAMES = 20;
const MOST_NAMES = 8;

/** Heights of the panels; the last has the numbers of time below it. */
export function panelHeights(panels: readonly Panel[]): number[] {
  return panels.map((p, k) => p.height + (k === panels.length - 1 ? AXIS : 0));
}

/** A frame whose time is what the axis says: milliseconds or seconds. */
function axisFrame(f: Frame, short: boolean): Frame {
  const k = short ? 1e3 : 1;
  return { ...f, x: (v) => f.x(v / k), xValue: (p) => f.xValue(p) * k };
}

function timeAxes(c: CanvasRenderingContext2D, f: Frame, look: Look, last: boolean, y: string): void {
  drawAxes(c, axisFrame(f, look.short), { x: last ? `Time (${look.short ? "ms" : "s"})` : "", y });
}

/** The colour of each element whose trace is shown: that of its number here, behind those of the populations. */
export interface ElementColours {
  of(g: TraceGroup, element: number): number;
  /** By rows of the raster. */
  rows: ReadonlyMap<number, number>;
}

export function elementColours(a: Activity): ElementColours {
  const rows = new Map<number, number>();
  const others = new Map<string, number>();
  let next = Math.max(1, a.populations.length);
  const keyOf = (g: TraceGroup, k: number): [Map<number | string, number>, number | string] =>
    g.rows[k] === null ? [others as Map<number | string, number>, String(g.elements[k])] : [rows as Map<number | string, number>, g.rows[k]!];
  for (const g of a.traces)
    g.elements.forEach((_, k) => {
      const [map, key] = keyOf(g, k);
      if (!map.has(key)) map.set(key, next++);
    });
  return {
    rows,
    of: (g, k) => {
      const [map, key] = keyOf(g, k);
      return map.get(key)!;
    },
  };
}

export function elementName(g: TraceGroup, k: number): string {
  return `${g.name}[${g.elements[k]}]`;
}

/** Names with their colours, above a panel. */
function names(c: CanvasRenderingContext2D, f: Frame, entries: readonly { name: string; colour: string }[]): void {
  let x = f.left + 2;
  c.textBaseline = "bottom";
  c.textAlign = "left";
  c.font = SMALL_FONT;
  for (const e of entries) {
    const wide = c.measureText(e.name).width;
    if (x + 19 + wide > f.right) return;
    c.fillStyle = e.colour;
    c.fillRect(x, f.top - 11, 14, 3);
    c.fillStyle = palette().ink;
    c.fillText(e.name, x + 19, f.top - 3);
    x += 19 + wide + 16;
  }
}

/** The highest mean in bins so wide, over the whole: axes stay the same while one scrolls. */
function highest(binned: readonly BinnedRate[], a: Activity, look: Look): number {
  return Math.max(1e-9, ...binned.map((b, k) => b.means(look.binOf(a.rates[k]!.step)).reduce((high, v) => Math.max(high, v), 0)));
}

export function ratePanel(a: Activity, binned: readonly BinnedRate[]): Panel {
  const colourOf = (k: number, dark: boolean): string => {
    const whose = a.rates[k]!.population;
    return whose === null ? palette().ink : css(stateColour(whose, dark));
  };
  return {
    canvas: picture(`Rates over time of ${a.rates.map((r) => r.name).join(", ")}`),
    height: 134,
    range: (look) => [0, 1.08 * highest(binned, a, look)],
    draw(canvas, width, height, f, look, last) {
      const c = prepared(canvas, width, height);
      timeAxes(c, f, look, last, "Rate (1/s)");
      clipped(c, f, () => {
        a.rates.forEach((rate, k) => {
          const bin = look.binOf(rate.step);
          const means = binned[k]!.means(bin);
          const wide = bin * rate.step;
          const first = Math.max(0, Math.floor((look.from - rate.start) / wide) - 1);
          const behind = Math.min(means.length, Math.ceil((look.to - rate.start) / wide) + 1);
          const xs = Array.from({ length: Math.max(0, behind - first) }, (_, b) => rate.start + (first + b + 0.5) * wide);
          c.strokeStyle = colourOf(k, look.dark);
          c.lineWidth = 1.7;
          c.lineJoin = "bevel";
          c.beginPath();
          path(c, f, xs, means.subarray(first, behind));
          c.stroke();
        });
      });
      names(c, f, a.rates.map((r, k) => ({ name: r.name, colour: colourOf(k, look.dark) })));
    },
  };
}

/** Pairs of the least and the greatest value as columns, each as high as it takes to touch the last. Lines that go up and
 *  down in every pixel would cost a browser tenths of a second. */
function columns(c: CanvasRenderingContext2D, f: Frame, xs: readonly number[], values: Float64Array): void {
  let last: [number, number] | null = null;
  for (let b = 0; b + 1 < values.length; b += 2) {
    const [u, v] = [f.y(values[b]!), f.y(values[b + 1]!)];
    if (Number.isNaN(u) || Number.isNaN(v)) {
      last = null;
      continue;
    }
    const own: [number, number] = [Math.min(u, v) - 0.6, Math.max(u, v) + 0.6];
    const top = last ? Math.min(own[0], last[1]) : own[0];
    const bottom = last ? Math.max(own[1], last[0]) : own[1];
    const x = Math.round(f.x(xs[b]!));
    const next = b + 2 < xs.length ? Math.round(f.x(xs[b + 2]!)) : x;
    c.rect(x, top, Math.max(1, next - x), bottom - top);
    last = own;
  }
}

export function tracePanel(g: TraceGroup, colours: ElementColours): Panel {
  const unit = unitText(g.unit);
  const air = 0.06 * (g.high - g.low);
  return {
    canvas: picture(`${counted(g.elements.length, "trace")} of ${g.name} over time`),
    height: 152,
    range: () => [g.low - air, g.high + air],
    draw(canvas, width, height, f, look, last) {
      const c = prepared(canvas, width, height);
      timeAxes(c, f, look, last, `${g.name}${unit ? ` (${unit})` : ""}`);
      const from = Math.max(0, Math.floor((look.from - g.start) / g.step) - 1);
      const to = Math.min(g.data.rowLength, Math.ceil((look.to - g.start) / g.step) + 2);
      const n = Math.max(0, to - from);
      const bins = Math.max(1, Math.round(((f.right - f.left) * n * g.step) / (look.to - look.from)));
      const xs = reducedTimes(g.start + from * g.step, g.step, n, bins);
      const dense = n > 2 * bins;
      clipped(c, f, () => {
        for (let k = g.elements.length - 1; k >= 0; k--) {
          const values = reduced(rowValues(g.data, k, 1, from, to), bins);
          c.strokeStyle = c.fillStyle = css(stateColour(colours.of(g, k), look.dark));
          c.lineWidth = g.elements.length > 4 ? 1 : 1.4;
          c.lineJoin = "bevel";
          c.beginPath();
          if (dense) columns(c, f, xs, values);
          else path(c, f, xs, values);
          if (dense) c.fill();
          else c.stroke();
        }
      });
      const entries = g.elements.slice(0, MOST_NAMES).map((_, k) => ({ name: elementName(g, k), colour: css(stateColour(colours.of(g, k), look.dark)) }));
      if (g.elements.length > MOST_NAMES) entries.push({ name: `and ${g.elements.length - MOST_NAMES} more`, colour: palette().ink2 });
      if (g.thinned) entries.push({ name: "the least and the greatest of each piece", colour: palette().ink2 });
      names(c, f, entries);
    },
  };
}
