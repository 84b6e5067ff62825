// The head seen from above: interpolated field, contours, outline, sensors; and its colour bar.

import { colourIndex, type ColourMap } from "./colours";
import { contourLevels, contourSegments } from "./contours";
import { prepared } from "./dom";
import { bilinear, type HeadMap, type Point } from "./spline";
import { palette, SMALL_FONT } from "./theme";
import { shown } from "./units";

export interface TopographyStyle {
  map: ColourMap;
  lo: number;
  hi: number;
  /** Sensor to ring, or −1. */
  highlight: number;
}

/** Where the head lies within a square of `side` pixels. */
export interface HeadLayout {
  cx: number;
  cy: number;
  /** Pixels per head radius. */
  unit: number;
}

/** Leaves room for the nose above, the ears beside, and sensors below the head's outline. */
export function headLayout(side: number, radius: number): HeadLayout {
  const unit = side / (2 * Math.max(1.13, radius) + 0.14);
  return { cx: side / 2, cy: side / 2 + 0.05 * unit, unit };
}

/** Outline, nose and ears as strokes. */
export function strokeHead(
  context: CanvasRenderingContext2D, { cx, cy, unit }: HeadLayout, colour: string, width = 1.5): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.beginPath();
  context.arc(cx, cy, unit, 0, 2 * Math.PI);
  context.moveTo(cx - 0.18 * unit, cy - 0.984 * unit);
  context.lineTo(cx, cy - 1.15 * unit);
  context.lineTo(cx + 0.18 * unit, cy - 0.984 * unit);
  for (const side of [-1, 1]) {
    const x = (v: number): number => cx + side * v * unit;
    const y = (v: number): number => cy - v * unit;
    context.moveTo(x(0.985), y(0.18));
    context.bezierCurveTo(x(1.04), y(0.24), x(1.1), y(0.2), x(1.09), y(0.08));
    context.bezierCurveTo(x(1.08), y(-0.02), x(1.12), y(-0.12), x(1.09), y(-0.2));
    context.bezierCurveTo(x(1.06), y(-0.26), x(1.01), y(-0.24), x(0.975), y(-0.21));
  }
  context.stroke();
}

/** Draws `values` (one per sensor of `head`) into a square canvas of `side` CSS pixels. */
export function drawTopography(
  canvas: HTMLCanvasElement,
  side: number,
  head: HeadMap,
  positions: readonly Point[],
  values: ArrayLike<number>,
  style: TopographyStyle,
): void {
  const context = prepared(canvas, side, side);
  const layout = headLayout(side, head.radius);
  const { cx, cy, unit } = layout;
  const colours = palette();
  const grid = head.values(values);
  const discRadius = head.radius * unit;

  // The outline is drawn twice: in ink where it stands on the page, dark where it crosses the coloured field.
  strokeHead(context, layout, colours.ink);
  context.save();
  context.beginPath();
  context.arc(cx, cy, discRadius, 0, 2 * Math.PI);
  context.clip();
  context.drawImage(fieldImage(grid, head.size, Math.ceil(2 * discRadius * Math.min(2, devicePixelRatio || 1)), style),
    cx - discRadius, cy - discRadius, 2 * discRadius, 2 * discRadius);
  const cell = (2 * discRadius) / (head.size - 1);
  for (const level of contourLevels(style.lo, style.hi)) {
    context.beginPath();
    const s = contourSegments(grid, head.size, level);
    for (let i = 0; i < s.length; i += 4) {
      context.moveTo(cx - discRadius + s[i]! * cell, cy - discRadius + s[i + 1]! * cell);
      context.lineTo(cx - discRadius + s[i + 2]! * cell, cy - discRadius + s[i + 3]! * cell);
    }
    context.strokeStyle = "rgb(20 24 31 / 0.45)";
    context.lineWidth = 0.8;
    context.setLineDash(level < 0 ? [3, 2] : []);
    context.stroke();
  }
  context.setLineDash([]);
  // Light rims keep dark marks readable where the field itself is dark.
  strokeHead(context, layout, "rgb(255 255 255 / 0.3)", 3.2);
  strokeHead(context, layout, "rgb(20 24 31 / 0.85)");
  context.restore();
  const dot = side > 150 ? 1.4 : 1;
  for (const [colour, r] of [["rgb(255 255 255 / 0.45)", dot + 0.8], ["rgb(20 24 31 / 0.85)", dot]] as const) {
    context.fillStyle = colour;
    for (const [x, y] of positions) {
      context.beginPath();
      context.arc(cx + x * unit, cy - y * unit, r, 0, 2 * Math.PI);
      context.fill();
    }
  }
  const marked = positions[style.highlight];
  if (marked) {
    context.beginPath();
    context.arc(cx + marked[0] * unit, cy - marked[1] * unit, 5, 0, 2 * Math.PI);
    context.lineWidth = 4;
    context.strokeStyle = "#fff";
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = "#14181f";
    context.stroke();
  }
}

function fieldImage(grid: Float32Array, size: number, pixels: number, style: TopographyStyle): HTMLCanvasElement {
  const image = document.createElement("canvas");
  image.width = image.height = pixels;
  const context = image.getContext("2d")!;
  const data = context.createImageData(pixels, pixels);
  const out = data.data;
  const step = (size - 1) / (pixels - 1);
  for (let row = 0; row < pixels; row++)
    for (let column = 0; column < pixels; column++) {
      const v = bilinear(grid, size, column * step, row * step);
      if (v !== v) continue;
      const k = 3 * colourIndex(v, style.lo, style.hi);
      const o = 4 * (row * pixels + column);
      out[o] = style.map.table[k]!;
      out[o + 1] = style.map.table[k + 1]!;
      out[o + 2] = style.map.table[k + 2]!;
      out[o + 3] = 255;
    }
  context.putImageData(data, 0, 0);
  return image;
}

/** A standing colour bar with its ends, middle and unit written beside it. */
export function drawColourBar(
  canvas: HTMLCanvasElement, height: number, map: ColourMap, lo: number, hi: number, unit: string, clipped = false,
): void {
  const width = 78;
  const context = prepared(canvas, width, height);
  const colours = palette();
  const top = 22;
  const bottom = height - 8;
  for (let y = top; y < bottom; y++) {
    const i = 3 * Math.round((255 * (bottom - 1 - y)) / (bottom - 1 - top));
    context.fillStyle = `rgb(${map.table[i]} ${map.table[i + 1]} ${map.table[i + 2]})`;
    context.fillRect(2, y, 13, 1.5);
  }
  context.strokeStyle = colours.ink2;
  context.lineWidth = 1;
  context.strokeRect(2.5, top + 0.5, 12, bottom - top - 1);
  context.font = SMALL_FONT;
  context.fillStyle = colours.ink;
  context.textBaseline = "middle";
  for (const t of [0, 0.5, 1]) {
    const y = bottom - 1 - t * (bottom - top - 2);
    context.fillRect(15, Math.round(y), 3, 1);
    // Values beyond the ends have the colours of the ends: the signs say so.
    const sign = clipped && t === 1 ? "≥ " : clipped && t === 0 ? "≤ " : "";
    context.fillText(sign + shown(lo + t * (hi - lo), 3), 21, y);
  }
  context.textBaseline = "alphabetic";
  context.fillText(unit, 2, 12, width - 2);
}

/** What a map shows, in words. */
export function topographyWords(names: readonly string[], values: ArrayLike<number>, unit: string): string {
  let lo = 0;
  let hi = 0;
  for (let i = 1; i < names.length; i++) {
    if (values[i]! < values[lo]!) lo = i;
    if (values[i]! > values[hi]!) hi = i;
  }
  return `maximum ${shown(values[hi]!)} ${unit} at ${names[hi]}, minimum ${shown(values[lo]!)} ${unit} at ${names[lo]}`;
}
