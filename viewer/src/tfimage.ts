// One channel's time–frequency image with axes and the selected rectangle, on a canvas.

import { colourIndex, type ColourMap } from "./colours";
import { prepared } from "./dom";
import type { Selection } from "./selection";
import { FONT, palette } from "./theme";
import { linearTicks, logTicks, shown } from "./units";

export const MARGIN = { left: 56, right: 12, top: 8, bottom: 42 };

export interface Axes {
  timeEdges: number[];
  freqEdges: number[];
  log: boolean;
}

export interface Plot {
  x(t: number): number;
  y(f: number): number;
  time(x: number): number;
  freq(y: number): number;
}

/** Maps between data and pixels of a canvas of the given size. */
export function plotOf(width: number, height: number, a: Axes): Plot {
  const w = width - MARGIN.left - MARGIN.right;
  const h = height - MARGIN.top - MARGIN.bottom;
  const t0 = a.timeEdges[0]!;
  const t1 = a.timeEdges[a.timeEdges.length - 1]!;
  const f = a.log ? Math.log : (v: number): number => v;
  const g = a.log ? Math.exp : (v: number): number => v;
  const f0 = f(a.freqEdges[0]!);
  const f1 = f(a.freqEdges[a.freqEdges.length - 1]!);
  return {
    x: (t) => MARGIN.left + ((t - t0) / (t1 - t0)) * w,
    y: (v) => MARGIN.top + (1 - (f(v) - f0) / (f1 - f0)) * h,
    time: (x) => t0 + ((x - MARGIN.left) / w) * (t1 - t0),
    freq: (y) => g(f0 + (1 - (y - MARGIN.top) / h) * (f1 - f0)),
  };
}

export function drawTimeFrequency(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  axes: Axes,
  row: ArrayLike<number>,
  map: ColourMap,
  lo: number,
  hi: number,
  selection: Selection,
): void {
  const c = prepared(canvas, width, height);
  const p = plotOf(width, height, axes);
  const colours = palette();
  const nt = axes.timeEdges.length - 1;
  const nf = axes.freqEdges.length - 1;

  // Cells go into a small image with one pixel each, which is then stretched row by row without smoothing: what is
  // seen is what was computed.
  const image = document.createElement("canvas");
  image.width = nt;
  image.height = nf;
  const ic = image.getContext("2d")!;
  const data = ic.createImageData(nt, nf);
  for (let f = 0; f < nf; f++)
    for (let t = 0; t < nt; t++) {
      const v = row[f * nt + t]!;
      const o = 4 * ((nf - 1 - f) * nt + t);
      if (v !== v) continue;
      const k = 3 * colourIndex(v, lo, hi);
      data.data[o] = map.table[k]!;
      data.data[o + 1] = map.table[k + 1]!;
      data.data[o + 2] = map.table[k + 2]!;
      data.data[o + 3] = 255;
    }
  ic.putImageData(data, 0, 0);
  c.imageSmoothingEnabled = false;
  const x0 = p.x(axes.timeEdges[0]!);
  const x1 = p.x(axes.timeEdges[nt]!);
  for (let f = 0; f < nf; f++) {
    const top = p.y(axes.freqEdges[f + 1]!);
    const bottom = p.y(axes.freqEdges[f]!);
    c.drawImage(image, 0, nf - 1 - f, nt, 1, x0, top, x1 - x0, bottom - top + 0.5);
  }

  c.strokeStyle = colours.ink2;
  c.lineWidth = 1;
  const yTop = p.y(axes.freqEdges[nf]!);
  const yBottom = p.y(axes.freqEdges[0]!);
  c.strokeRect(x0 + 0.5, yTop + 0.5, x1 - x0 - 1, yBottom - yTop - 1);
  if (axes.timeEdges[0]! < 0 && axes.timeEdges[nt]! > 0) {
    c.setLineDash([4, 3]);
    c.strokeStyle = "rgb(20 24 31 / 0.7)";
    c.beginPath();
    c.moveTo(p.x(0), yTop);
    c.lineTo(p.x(0), yBottom);
    c.stroke();
    c.setLineDash([]);
  }
  c.fillStyle = colours.ink;
  c.strokeStyle = colours.ink2;
  c.font = FONT;
  c.textAlign = "center";
  c.textBaseline = "top";
  for (const t of linearTicks(axes.timeEdges[0]!, axes.timeEdges[nt]!, Math.max(2, width / 90))) {
    c.fillRect(Math.round(p.x(t)), yBottom, 1, 5);
    c.fillText(shown(t, 6), p.x(t), yBottom + 7);
  }
  c.fillText("Time (s)", (x0 + x1) / 2, height - 16);
  c.textAlign = "right";
  c.textBaseline = "middle";
  const flo = axes.freqEdges[0]!;
  const fhi = axes.freqEdges[nf]!;
  for (const f of axes.log ? logTicks(flo, fhi) : linearTicks(flo, fhi, Math.max(2, height / 50))) {
    c.fillRect(x0 - 5, Math.round(p.y(f)), 5, 1);
    c.fillText(shown(f, 4), x0 - 8, p.y(f));
  }
  c.save();
  c.translate(12, (yTop + yBottom) / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = "center";
  c.fillText("Frequency (Hz)", 0, 0);
  c.restore();

  const sx = p.x(axes.timeEdges[selection.t0]!);
  const sw = Math.max(3, p.x(axes.timeEdges[selection.t1 + 1]!) - sx);
  const sy = p.y(axes.freqEdges[selection.f1 + 1]!);
  const sh = Math.max(3, p.y(axes.freqEdges[selection.f0]!) - sy);
  // Hair lines lead from the selection to the axes, so that a single cell is found at once.
  c.lineWidth = 1;
  c.strokeStyle = "rgb(20 24 31 / 0.55)";
  c.setLineDash([2, 3]);
  c.beginPath();
  c.moveTo(x0, sy + sh / 2);
  c.lineTo(sx, sy + sh / 2);
  c.moveTo(sx + sw / 2, sy + sh);
  c.lineTo(sx + sw / 2, yBottom);
  c.stroke();
  c.setLineDash([]);
  c.lineWidth = 3.5;
  c.strokeStyle = "#fff";
  c.strokeRect(sx, sy, sw, sh);
  c.lineWidth = 1.6;
  c.strokeStyle = "#14181f";
  c.strokeRect(sx, sy, sw, sh);
}
