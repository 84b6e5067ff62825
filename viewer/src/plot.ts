// The frame that the pictures of a model share: where a value lies on a canvas, axes with round ticks, symbols.

import { css, kindColour } from "./colours";
import { FONT, palette, SMALL_FONT } from "./theme";
import { linearTicks, logTicks, shown } from "./units";

export interface Frame {
  left: number;
  top: number;
  right: number;
  bottom: number;
  x(value: number): number;
  y(value: number): number;
  xValue(pixel: number): number;
  yValue(pixel: number): number;
}

export interface Margin {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const MODEL_MARGIN: Margin = { left: 58, right: 14, top: 10, bottom: 42 };

/** Where values lie on a canvas of this size; the ranges are [lowest, highest]. */
export function frameOf(width: number, height: number, m: Margin, xs: readonly [number, number], ys: readonly [number, number]): Frame {
  const w = Math.max(1, width - m.left - m.right);
  const h = Math.max(1, height - m.top - m.bottom);
  const dx = xs[1] - xs[0] || 1;
  const dy = ys[1] - ys[0] || 1;
  return {
    left: m.left,
    top: m.top,
    right: m.left + w,
    bottom: m.top + h,
    x: (v) => m.left + ((v - xs[0]) / dx) * w,
    y: (v) => m.top + (1 - (v - ys[0]) / dy) * h,
    xValue: (p) => xs[0] + ((p - m.left) / w) * dx,
    yValue: (p) => ys[0] + (1 - (p - m.top) / h) * dy,
  };
}

export interface AxisLabels {
  x: string;
  y: string;
  yColour?: string;
  /** The axis holds decimal logarithms; its numbers are what they are of. */
  logX?: boolean;
  logY?: boolean;
}

/** Round ticks between two values, which may be decimal logarithms: of these 1, 2 and 5 in a decade, or decades alone. */
export function axisTicks(lo: number, hi: number, wanted: number, log: boolean): number[] {
  if (!log) {
    let ticks = linearTicks(lo, hi, wanted);
    // One number says where an axis is, two say how long.
    for (let more = 1; ticks.length < 2 && more <= 4; more++) ticks = linearTicks(lo, hi, wanted + more);
    return ticks;
  }
  const fine = logTicks(10 ** lo, 10 ** hi).map(Math.log10);
  if (fine.length <= wanted) return fine;
  return linearTicks(lo, hi, Math.min(wanted, hi - lo)).filter((t) => Math.abs(t - Math.round(t)) < 1e-9);
}

/** Grid, ticks, numbers and names. The horizontal numbers are left out where `x` is empty. */
export function drawAxes(c: CanvasRenderingContext2D, f: Frame, labels: AxisLabels): void {
  const p = palette();
  const xs = axisTicks(f.xValue(f.left), f.xValue(f.right), Math.max(2, (f.right - f.left) / 80), labels.logX ?? false);
  const ys = axisTicks(f.yValue(f.bottom), f.yValue(f.top), Math.max(2, (f.bottom - f.top) / 42), labels.logY ?? false);
  c.lineWidth = 1;
  c.strokeStyle = p.grid;
  c.beginPath();
  for (const t of xs) {
    const x = Math.round(f.x(t)) + 0.5;
    c.moveTo(x, f.top);
    c.lineTo(x, f.bottom);
  }
  for (const t of ys) {
    const y = Math.round(f.y(t)) + 0.5;
    c.moveTo(f.left, y);
    c.lineTo(f.right, y);
  }
  c.stroke();
  c.strokeStyle = p.line;
  c.strokeRect(Math.round(f.left) + 0.5, Math.round(f.top) + 0.5, Math.round(f.right - f.left) - 1, Math.round(f.bottom - f.top) - 1);
  c.fillStyle = p.ink2;
  c.font = FONT;
  c.textBaseline = "top";
  c.textAlign = "center";
  if (labels.x) {
    for (const t of xs) c.fillText(shown(labels.logX ? 10 ** t : t, labels.logX ? 3 : 6), f.x(t), f.bottom + 7);
    c.fillStyle = p.ink;
    c.fillText(labels.x, (f.left + f.right) / 2, f.bottom + 24);
  }
  c.fillStyle = p.ink2;
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const t of ys) c.fillText(shown(labels.logY ? 10 ** t : t, labels.logY ? 3 : 5), f.left - 7, f.y(t));
  c.save();
  c.translate(11, (f.top + f.bottom) / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = "center";
  c.fillStyle = labels.yColour ?? p.ink;
  c.fillText(labels.y, 0, 0);
  c.restore();
}

/** Draws inside the frame only. */
export function clipped(c: CanvasRenderingContext2D, f: Frame, draw: () => void): void {
  c.save();
  c.beginPath();
  c.rect(f.left, f.top, f.right - f.left, f.bottom - f.top);
  c.clip();
  draw();
  c.restore();
}

/** A path through points; NaN parts it. */
export function path(c: CanvasRenderingContext2D, f: Frame, xs: ArrayLike<number>, ys: ArrayLike<number>): void {
  let down = false;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!;
    const y = ys[i]!;
    if (Number.isNaN(x) || Number.isNaN(y)) {
      down = false;
      continue;
    }
    // Far values would overflow what canvases can place.
    const px = Math.max(-1e5, Math.min(1e5, f.x(x)));
    const py = Math.max(-1e5, Math.min(1e5, f.y(y)));
    if (down) c.lineTo(px, py);
    else c.moveTo(px, py);
    down = true;
  }
}

/** The sign of an equilibrium: filled where it attracts, open where it repels, a diamond for saddles. */
export function drawFixedPoint(c: CanvasRenderingContext2D, x: number, y: number, kind: string, size = 6): void {
  const p = palette();
  const colour = css(kindColour(kind, p.dark));
  c.beginPath();
  if (kind.startsWith("saddle")) {
    const d = size * 1.25;
    c.moveTo(x, y - d);
    c.lineTo(x + d, y);
    c.lineTo(x, y + d);
    c.lineTo(x - d, y);
    c.closePath();
  } else c.arc(x, y, size, 0, 2 * Math.PI);
  c.lineWidth = 5;
  c.strokeStyle = p.panel;
  c.stroke();
  c.fillStyle = kind.startsWith("stable") ? colour : p.panel;
  c.fill();
  c.lineWidth = 2.2;
  c.strokeStyle = colour;
  c.stroke();
  if (kind === "centre") {
    c.beginPath();
    c.arc(x, y, 1.6, 0, 2 * Math.PI);
    c.fillStyle = colour;
    c.fill();
  }
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

const meet = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** A place for a label near a point that covers no other and stays in the frame; null where there is none. Of several the
 *  one that costs least, e.g. that hides the fewest points of curves. */
export function labelPlace(
  f: Pick<Frame, "left" | "right" | "top" | "bottom">,
  x: number,
  y: number,
  w: number,
  h: number,
  taken: readonly Box[],
  cost: (box: Box) => number = () => 0,
  gap = 9,
): Box | null {
  const tries: [number, number][] = [
    [x + gap, y - h - 2], [x - gap - w, y - h - 2], [x + gap, y + 2], [x - gap - w, y + 2], [x - w / 2, y - h - gap], [x - w / 2, y + gap],
    [x + gap, y - h / 2], [x - gap - w, y - h / 2],
    [x + gap, y - 2.2 * h - 2], [x - gap - w, y - 2.2 * h - 2], [x + gap, y + 1.2 * h + 2], [x - gap - w, y + 1.2 * h + 2],
  ];
  let best: Box | null = null;
  let least = Infinity;
  for (const [bx, by] of tries) {
    const box = { x: bx, y: by, w, h };
    if (bx < f.left + 2 || bx + w > f.right - 2 || by < f.top + 2 || by + h > f.bottom - 2) continue;
    if (taken.some((t) => meet(t, box))) continue;
    const here = cost(box);
    if (here < least) {
      best = box;
      least = here;
    }
  }
  return best;
}

/** Text with a halo of the panel's colour, so that it is read over lines. */
export function haloText(c: CanvasRenderingContext2D, text: string, x: number, y: number, font = SMALL_FONT): void {
  const p = palette();
  c.font = font;
  c.lineJoin = "round";
  c.lineWidth = 4;
  c.strokeStyle = p.panel;
  c.strokeText(text, x, y);
  c.fillStyle = p.ink;
  c.fillText(text, x, y);
}
