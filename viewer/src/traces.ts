// The traces of a recording: stacked channels in one uPlot chart, annotations behind them, scale bars at the edge.

import uPlot from "uplot";
import { css, type Rgb } from "./colours";
import type { Annotation, Channel, EpochGrid, TraceEvent, TraceLook } from "./page-types";
import { rowValues, type Samples } from "./decode";
import { FONT, onTheme, palette, SMALL_FONT } from "./theme";
import { clockTicks, counted, displayUnit, linearTicks, shown } from "./units";
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
  look: TraceLook;
  events: readonly TraceEvent[];
  eventColours: ReadonlyMap<string, Rgb>;
  epochs: EpochGrid | null;
  /** Is an epoch, counted from 0, marked to be dropped? */
  dropped(epoch: number): boolean;
  /** What words and axes say of a time. */
  timeText(time: number): string;
  /** Where the reader points: a time, and the stretch that is being marked. */
  pointer: { at: number | null; from: number | null };
}

export interface Traces {
  /** @param types  the channel types that lie over each other, a row each; null: a row for each channel */
  show(w: Window, removeMean: boolean, types: readonly string[] | null): void;
  /** Draws what the pointer or marks have changed, not the traces. */
  redraw(): void;
  resize(width: number, height: number): void;
  /** Plot area within the chart, in CSS pixels. */
  area(): { left: number; top: number; width: number; height: number };
  timeAt(clientX: number): number;
  over: HTMLElement;
}

/** The middles of epochs, at most so many. */
function epochTicks(epochs: EpochGrid, lo: number, hi: number, most: number): number[] {
  const first = Math.max(0, Math.floor(lo / epochs.length));
  const last = Math.min(epochs.numbers.length - 1, Math.ceil(hi / epochs.length) - 1);
  const step = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, most)));
  return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, k) => (first + k * step + 0.5) * epochs.length);
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
  let stacked: readonly string[] | null = null;
  const { epochs, look, pointer } = input;
  const lineColour = new Map(look.colours.map((c) => [c.name, c.value]));
  const badColour = (): string => look.bad_colour || palette().bad;

  const vertical = (u: uPlot, time: number, colour: string, width: number, dash: number[] = []): number => {
    const { ctx, bbox } = u;
    const x = u.valToPos(time, "x", true);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * (devicePixelRatio || 1);
    ctx.setLineDash(dash.map((d) => d * (devicePixelRatio || 1)));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    return x;
  };

  /** Words on the picture, in a box that keeps them readable. */
  const label = (u: uPlot, text: string, x: number, y: number, colour: string): void => {
    const { ctx } = u;
    const dpr = devicePixelRatio || 1;
    ctx.fillStyle = palette().panel;
    ctx.globalAlpha = 0.85;
    ctx.fillRect(x - 2 * dpr, y - 2 * dpr, ctx.measureText(text).width + 4 * dpr, 14 * dpr);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  };

  /** Whatever lies over the traces in the window: clipped to it, small letters. */
  const clipped = (u: uPlot, work: () => void): void => {
    const { ctx, bbox } = u;
    const dpr = devicePixelRatio || 1;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = SMALL_FONT.replace("11px", `${11 * dpr}px`);
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    work();
    ctx.restore();
  };
  const inWindow = (from: number, to = from): boolean => to >= current.start && from <= current.start + current.length;

  const backdrop = (u: uPlot): void => {
    if (!look.background) return;
    u.ctx.fillStyle = look.background;
    u.ctx.fillRect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  };

  /** Borders, zeros and names of epochs, and which are to be dropped. */
  const grid = (u: uPlot): void => {
    if (!epochs) return;
    const dpr = devicePixelRatio || 1;
    const p = palette();
    epochs.numbers.forEach((number, k) => {
      const from = k * epochs.length;
      if (!inWindow(from, from + epochs.length)) return;
      const x = u.valToPos(from, "x", true);
      if (input.dropped(k)) {
        const width = u.valToPos(from + epochs.length, "x", true) - x;
        u.ctx.fillStyle = css([213, 94, 0], p.dark ? 0.3 : 0.22);
        u.ctx.fillRect(x, u.bbox.top, width, u.bbox.height);
      }
      vertical(u, from, p.ink2, 1);
      if (epochs.zero > 0 && epochs.zero < epochs.length) vertical(u, from + epochs.zero, p.accent, 1, [4, 4]);
      const wide = u.valToPos(epochs.length, "x", true) - u.valToPos(0, "x", true);
      const text = input.dropped(k) ? `${number} dropped` : epochs.names[k]!;
      if (u.ctx.measureText(text).width < wide - 8 * dpr) label(u, text, x + 5 * dpr, u.bbox.top + 5 * dpr, p.ink);
    });
  };

  const happenings = (u: uPlot): void => {
    const dpr = devicePixelRatio || 1;
    let last = -Infinity;
    for (const e of input.events) {
      if (!inWindow(e.time)) continue;
      const colour = e.colour || css(input.eventColours.get(e.name) ?? [128, 128, 128]);
      const x = vertical(u, e.time, colour, 1.3);
      if (x - last < 14 * dpr) continue; // too near to be read
      last = x;
      label(u, e.name, x + 3 * dpr, u.bbox.top + u.bbox.height - 15 * dpr, palette().ink);
    }
  };

  const pointing = (u: uPlot): void => {
    const p = palette();
    if (pointer.from !== null && pointer.at !== null) {
      const [a, b] = [Math.min(pointer.from, pointer.at), Math.max(pointer.from, pointer.at)];
      const x = u.valToPos(a, "x", true);
      u.ctx.fillStyle = css([213, 94, 0], 0.3);
      u.ctx.fillRect(x, u.bbox.top, u.valToPos(b, "x", true) - x, u.bbox.height);
      vertical(u, pointer.from, p.accent, 1.5, [2, 2]);
    }
    if (pointer.at === null || !inWindow(pointer.at)) return;
    const x = vertical(u, pointer.at, p.accent, 2);
    const text = input.timeText(pointer.at);
    const dpr = devicePixelRatio || 1;
    const room = u.bbox.left + u.bbox.width - u.ctx.measureText(text).width - 6 * dpr;
    label(u, text, Math.min(x + 5 * dpr, room), u.bbox.top + u.bbox.height - 32 * dpr, p.ink);
  };

  const zeroLines = (u: uPlot): void => {
    if (!look.zero_lines) return;
    u.ctx.strokeStyle = palette().line;
    u.ctx.lineWidth = devicePixelRatio || 1;
    u.ctx.beginPath();
    for (let r = 0; r < (stacked?.length ?? current.rows); r++) {
      const y = u.valToPos(-r, "y", true);
      u.ctx.moveTo(u.bbox.left, y);
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
    }
    u.ctx.stroke();
  };

  /** Spans lie behind the traces, their names on top: drawn in two passes. */
  const annotate = (u: uPlot, names: boolean): void => {
    const { ctx, bbox } = u;
    const dpr = devicePixelRatio || 1;
    const colours = palette();
    for (const a of input.annotations) {
      if (input.hidden.has(a.description) || !inWindow(a.onset, a.onset + a.duration)) continue;
      const x0 = u.valToPos(a.onset, "x", true);
      const x1 = Math.max(u.valToPos(a.onset + a.duration, "x", true), x0 + 2 * dpr);
      const c = input.colours.get(a.description) ?? [128, 128, 128];
      if (!names) {
        ctx.fillStyle = css(c, colours.dark ? 0.21 : 0.17);
        ctx.fillRect(x0, bbox.top, x1 - x0, bbox.height);
        ctx.fillStyle = css(c, 0.95);
        ctx.fillRect(x0, bbox.top, 2 * dpr, bbox.height);
        ctx.fillRect(x0, bbox.top, x1 - x0, 3 * dpr);
      } else if (a.named) label(u, a.description, Math.max(x0, bbox.left) + 5 * dpr, bbox.top + 6 * dpr, colours.ink);
    }
  };

  const scaleBars = (u: uPlot): void => {
    const { ctx, bbox } = u;
    const dpr = devicePixelRatio || 1;
    const colours = palette();
    const done = new Set<string>();
    if (!look.scale_bars) return;
    ctx.save();
    ctx.font = SMALL_FONT.replace("11px", `600 ${11 * dpr}px`);
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    for (let r = 0; r < (stacked?.length ?? current.rows); r++) {
      const i = stacked ? input.channels.findIndex((c) => c.type === stacked![r]) : current.first + r;
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
          y: { range: () => [0.5 - AIR - (stacked?.length ?? current.rows), 0.5 + AIR] },
        },
        axes: [
          {
            stroke: () => palette().ink,
            grid: { stroke: () => palette().grid, width: 1 },
            ticks: { stroke: () => palette().line, width: 1, size: 5 },
            font: FONT,
            size: AXIS_HEIGHT,
            splits: (u, _i, lo, hi) => (epochs ? epochTicks(epochs, lo, hi, u.width / 50) : (current.length > 300 ? clockTicks : linearTicks)(lo, hi, Math.max(2, u.width / 110))),
            values: (_u, splits) => splits.map((t) => (epochs ? String(epochs.numbers[Math.floor(t / epochs.length)] ?? "") : input.timeText(t))),
          },
          { show: false },
        ],
        series: [
          {},
          ...order.map((i): uPlot.Series => ({
            stroke: () => (input.bad.has(i) ? badColour() : (lineColour.get(input.channels[i]!.type) ?? (stacked ? palette().ink2 : palette().ink))),
            width: stacked ? 0.6 : 0.9,
            points: { show: false },
          })),
        ],
        hooks: {
          drawClear: [(u) => clipped(u, () => [backdrop, zeroLines, grid, (v: uPlot) => annotate(v, false)].forEach((f) => f(u)))],
          draw: [(u) => clipped(u, () => [(v: uPlot) => annotate(v, true), happenings, pointing].forEach((f) => f(u))), scaleBars],
        },
      },
      data,
      holder,
    );
    chart.ctx.canvas.setAttribute("role", "img");
  };

  const clip = look.clip ?? Infinity;
  const cut = look.clip_hides ? (v: number): number | null => (Math.abs(v) > clip ? null : v) : (v: number): number => Math.min(clip, Math.max(-clip, v));

  const show = (w: Window, removeMean: boolean, types: readonly string[] | null): void => {
    current = w;
    stacked = types;
    const n = input.samples.rowLength;
    const from = Math.max(0, Math.floor(w.start * input.sfreq));
    const to = Math.min(n, Math.ceil((w.start + w.length) * input.sfreq) + 1);
    const bins = Math.max(50, Math.round(width * Math.min(2, devicePixelRatio || 1)));
    const data: (number | null)[][] = [reducedTimes(from / input.sfreq, 1 / input.sfreq, to - from, bins)];
    // Bad channels come first and so lie behind the good ones, which they often overlap.
    const rows = types ? input.channels.map((_, i) => i) : Array.from({ length: w.rows }, (_, r) => w.first + r);
    const order = [...rows.filter((i) => input.bad.has(i)), ...rows.filter((i) => !input.bad.has(i))];
    for (const i of order) {
      const r = types ? types.indexOf(input.channels[i]!.type) : i - w.first;
      const values = rowValues(input.samples, i, 1, from, to);
      let mean = 0;
      if (removeMean && input.channels[i]!.type !== "stim") {
        let count = 0;
        for (const v of values) if (v === v) (mean += v), count++;
        mean = count ? mean / count : 0;
      }
      const k = w.gain / (2 * input.scaling(i));
      data.push(
        Array.from(reduced(values, bins), (v) => {
          const at = v === v ? cut((v - mean) * k) : null;
          return at === null ? null : at - r;
        }),
      );
    }
    const aligned = data as uPlot.AlignedData;
    const wanted = order.join() + (types ? ":types" : "");
    if (!chart || built !== wanted) {
      built = wanted;
      build(aligned, order);
    } else chart.setData(aligned);
    chart!.ctx.canvas.setAttribute(
      "aria-label",
      (types ? `Traces of ${counted(input.channels.length, "channel")}, those of a type over each other, ` : `Traces of ${counted(w.rows, "channel")}, ${input.channels[w.first]!.name} to ${input.channels[w.first + w.rows - 1]!.name}, `) +
        `from ${shown(w.start, 5)} s to ${shown(w.start + w.length, 5)} s`,
    );
  };
  onTheme(() => chart?.redraw(true, true));

  return {
    show,
    redraw: () => chart?.redraw(false, false),
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
