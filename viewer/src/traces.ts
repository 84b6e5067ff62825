// The traces of a recording: stacked channels in one uPlot chart, annotations behind them, scale bars at the edge.

import uPlot from "uplot";
import { css, type Rgb } from "./colours";
import type { Annotation, Channel } from "./page-types";
import { rowValues, type Samples } from "./decode";
import { FONT, onTheme, palette, SMALL_FONT } from "./theme";
import { clockTicks, counted, displayUnit, linearTicks, shown, shownClock } from "./units";
import { reduced, reducedTimes, type Window } from "./window";

export interface TracesInput {
  samples: Samples;
  sfreq: number;
  channels: readonly Channel[];
  bad: ReadonlySet<number>;
  annotations: readonly Annotation[];
  colours: ReadonlyMap<string, Rgb>;
  hidden: ReadonlySet<string>;
  /** Half the distance between two traces [SI unit of the channel]. */
  scaling(channel: number): number;
}

export interface Traces {
  show(w: Window, removeMean: boolean): void;
  resize(width: number, height: number): void;
  /** Plot area within the chart, in CSS pixels. */
  area(): { left: number; top: number; width: number; height: number };
  timeAt(clientX: number): number;
  over: HTMLElement;
}

export const AXIS_HEIGHT = 36;
/** Room above the first row and below the last, in rows. */
export const AIR = 0.1;

export function traces(holder: HTMLElement, input: TracesInput): Traces {
  let width = 600;
  let height = 400;
  let chart: uPlot | null = null;
  let built = "";
  let current: Window = { start: 0, length: 1, first: 0, rows: 1, gain: 1 };

  /** Spans lie behind the traces, their names on top: drawn in two passes. */
  const annotate = (u: uPlot, names: boolean): void => {
    const { ctx, bbox } = u;
    const dpr = devicePixelRatio || 1;
    const colours = palette();
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = SMALL_FONT.replace("11px", `${11 * dpr}px`);
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    for (const a of input.annotations) {
      if (input.hidden.has(a.description)) continue;
      if (a.onset + a.duration < current.start || a.onset > current.start + current.length) continue;
      const x0 = u.valToPos(a.onset, "x", true);
      const x1 = Math.max(u.valToPos(a.onset + a.duration, "x", true), x0 + 2 * dpr);
      const c = input.colours.get(a.description) ?? [128, 128, 128];
      if (!names) {
        ctx.fillStyle = css(c, colours.dark ? 0.21 : 0.17);
        ctx.fillRect(x0, bbox.top, x1 - x0, bbox.height);
        ctx.fillStyle = css(c, 0.95);
        ctx.fillRect(x0, bbox.top, 2 * dpr, bbox.height);
        ctx.fillRect(x0, bbox.top, x1 - x0, 3 * dpr);
        continue;
      }
      const tx = Math.max(x0, bbox.left) + 5 * dpr;
      const text = a.description;
      const w = ctx.measureText(text).width;
      if (tx + w < Math.max(x1, x0 + w + 12 * dpr)) {
        ctx.fillStyle = colours.panel;
        ctx.globalAlpha = 0.85;
        ctx.fillRect(tx - 2 * dpr, bbox.top + 4 * dpr, w + 4 * dpr, 14 * dpr);
        ctx.globalAlpha = 1;
        ctx.fillStyle = colours.ink;
        ctx.fillText(text, tx, bbox.top + 6 * dpr);
      }
    }
    ctx.restore();
  };

  const scaleBars = (u: uPlot): void => {
    const { ctx, bbox } = u;
    const dpr = devicePixelRatio || 1;
    const colours = palette();
    const done = new Set<string>();
    ctx.save();
    ctx.font = SMALL_FONT.replace("11px", `600 ${11 * dpr}px`);
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    for (let r = 0; r < current.rows; r++) {
      const i = current.first + r;
      const c = input.channels[i]!;
      if (done.has(c.type) || c.type === "stim") continue;
      done.add(c.type);
      const unit = displayUnit(c.unit);
      const x = bbox.left + 8 * dpr;
      const y0 = u.valToPos(-r + 0.5, "y", true);
      const y1 = u.valToPos(-r - 0.5, "y", true);
      const text = `${shown((2 * input.scaling(i) * unit.factor) / current.gain)} ${unit.label}`;
      const w = ctx.measureText(text).width;
      ctx.fillStyle = colours.panel;
      ctx.globalAlpha = 0.85;
      ctx.fillRect(x - 4 * dpr, y0, w + 14 * dpr, y1 - y0);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = colours.accent;
      ctx.lineWidth = 2 * dpr;
      ctx.beginPath();
      ctx.moveTo(x + 3 * dpr, y0);
      ctx.lineTo(x - 1 * dpr, y0);
      ctx.lineTo(x - 1 * dpr, y1);
      ctx.lineTo(x + 3 * dpr, y1);
      ctx.stroke();
      ctx.fillStyle = colours.accent;
      ctx.fillText(text, x + 6 * dpr, (y0 + y1) / 2);
    }
    ctx.restore();
  };

  const build = (data: uPlot.AlignedData, order: readonly number[]): void => {
    chart?.destroy();
    chart = new uPlot(
      {
        width,
        height,
        legend: { show: false },
        cursor: { show: false },
        padding: [0, 16, 0, 16],
        scales: {
          x: { time: false, range: () => [current.start, current.start + current.length] },
          // Half a row above the first and below the last, and a little air, so that no scale bar is cut.
          y: { range: () => [0.5 - AIR - current.rows, 0.5 + AIR] },
        },
        axes: [
          {
            stroke: () => palette().ink,
            grid: { stroke: () => palette().grid, width: 1 },
            ticks: { stroke: () => palette().line, width: 1, size: 5 },
            font: FONT,
            size: AXIS_HEIGHT,
            splits: (u, _i, lo, hi) => (current.length > 300 ? clockTicks : linearTicks)(lo, hi, Math.max(2, u.width / 110)),
            values: (_u, splits) => splits.map((t) => (current.length > 300 ? shownClock(t) : `${shown(t, 6)} s`)),
          },
          { show: false },
        ],
        series: [
          {},
          ...order.map((i): uPlot.Series => ({
            stroke: () => (input.bad.has(i) ? palette().bad : palette().ink),
            width: 0.9,
            points: { show: false },
          })),
        ],
        hooks: { drawClear: [(u) => annotate(u, false)], draw: [(u) => annotate(u, true), scaleBars] },
      },
      data,
      holder,
    );
    chart.ctx.canvas.setAttribute("role", "img");
  };

  const show = (w: Window, removeMean: boolean): void => {
    current = w;
    const n = input.samples.rowLength;
    const from = Math.max(0, Math.floor(w.start * input.sfreq));
    const to = Math.min(n, Math.ceil((w.start + w.length) * input.sfreq) + 1);
    const bins = Math.max(50, Math.round(width * Math.min(2, devicePixelRatio || 1)));
    const data: (number | null)[][] = [reducedTimes(from / input.sfreq, 1 / input.sfreq, to - from, bins)];
    // Bad channels come first and so lie behind the good ones, which they often overlap.
    const rows = Array.from({ length: w.rows }, (_, r) => w.first + r);
    const order = [...rows.filter((i) => input.bad.has(i)), ...rows.filter((i) => !input.bad.has(i))];
    for (const i of order) {
      const r = i - w.first;
      const values = rowValues(input.samples, i, 1, from, to);
      let mean = 0;
      if (removeMean && input.channels[i]!.type !== "stim") {
        let count = 0;
        for (const v of values) if (v === v) (mean += v), count++;
        mean = count ? mean / count : 0;
      }
      const k = w.gain / (2 * input.scaling(i));
      data.push(Array.from(reduced(values, bins), (v) => (v === v ? (v - mean) * k - r : null)));
    }
    const aligned = data as uPlot.AlignedData;
    const wanted = order.join();
    if (!chart || built !== wanted) {
      built = wanted;
      build(aligned, order);
    } else chart.setData(aligned);
    chart!.ctx.canvas.setAttribute(
      "aria-label",
      `Traces of ${counted(w.rows, "channel")}, ${input.channels[w.first]!.name} to ${input.channels[w.first + w.rows - 1]!.name}, ` +
        `from ${shown(w.start, 5)} s to ${shown(w.start + w.length, 5)} s`,
    );
  };
  onTheme(() => chart?.redraw(true, true));

  return {
    show,
    resize(w, h) {
      width = w;
      height = h;
      chart?.setSize({ width, height });
    },
    area() {
      const dpr = devicePixelRatio || 1;
      const b = chart!.bbox;
      return { left: b.left / dpr, top: b.top / dpr, width: b.width / dpr, height: b.height / dpr };
    },
    timeAt: (clientX) => chart!.posToVal(clientX - chart!.over.getBoundingClientRect().left, "x"),
    get over() {
      return chart!.over;
    },
  };
}
