// The trace: every state over time, those of one unit in one panel, with a marker that pointer and keys move.

import { css, stateColour } from "./colours";
import { el, onWidth, perFrame, picture, prepared, typing } from "./dom";
import { symbolText } from "./formula";
import { clipped, drawAxes, frameOf, haloText, path, type Frame } from "./plot";
import { axisName, meanRate, panelsOf, smoothRuns, stateAt, stateText, type PortraitData, type Value } from "./portrait-data";
import { FONT, onTheme, palette } from "./theme";
import { shown, unitText, withUnit } from "./units";

export interface TraceOptions {
  data: PortraitData;
  onTime(time: number): void;
}

export interface TraceView {
  element: HTMLElement;
  /** The element that takes the keyboard. */
  slider: HTMLElement;
  show(value: Value): void;
  mark(time: number): void;
}

const MARGIN = { left: 58, right: 14, top: 10, bottom: 42 };
const GAP = 14;

/** Heights of the panels: the first is the largest. */
export function panelHeights(panels: number): number[] {
  return Array.from({ length: panels }, (_, i) => (i === 0 ? 190 : 96));
}

export function traceView(o: TraceOptions): TraceView {
  const d = o.data;
  const panels = panelsOf(d.states);
  const heights = panelHeights(panels.length);
  const height = MARGIN.top + MARGIN.bottom + heights.reduce((a, b) => a + b, 0) + GAP * (panels.length - 1);
  const canvas = picture(`Trace of ${d.states.map((s) => symbolText(s.name)).join(", ")} over time`);
  const holder = el(
    "div",
    { class: "rv-plot", tabindex: 0, role: "slider", "aria-label": "Trace: time marker", "aria-valuemin": 0, "aria-valuemax": 1, "aria-valuenow": 0 },
    canvas,
  );
  const readout = el("output", { class: "rv-readout" });
  const end = Math.max(...d.values.map((v) => v.trace.t[v.trace.t.length - 1]!), 1e-300);
  holder.setAttribute("aria-valuemax", String(end));
  let value: Value = d.values[0]!;
  let time = 0;
  let width = 0;
  let frames: Frame[] = [];

  function draw(): void {
    if (width <= 0) return;
    const c = prepared(canvas, width, height);
    const p = palette();
    const { t, x } = value.trace;
    const runs = smoothRuns(t);
    frames = [];
    let top = MARGIN.top;
    panels.forEach((states, k) => {
      const bottom = height - top - heights[k]!;
      const low = Math.min(...states.map((i) => d.low[i]!));
      const high = Math.max(...states.map((i) => d.high[i]!));
      const f = frameOf(width, height, { ...MARGIN, top, bottom }, [0, end], [low, high]);
      frames.push(f);
      const last = k === panels.length - 1;
      const unit = unitText(d.states[states[0]!]!.unit);
      drawAxes(c, f, {
        x: last ? (d.time.unit ? `Time (${d.time.unit})` : "Time") : "",
        y: states.length === 1 ? axisName(d.states[states[0]!]!) : unit,
        ...(states.length === 1 ? { yColour: css(stateColour(states[0]!, p.dark)) } : {}),
      });
      clipped(c, f, () => {
        c.lineJoin = "round";
        for (const i of [...states].reverse()) {
          c.strokeStyle = css(stateColour(i, p.dark));
          c.lineWidth = 1.8;
          c.beginPath();
          for (const [from, to] of runs) path(c, f, t.subarray(from, to + 1), x[i]!.subarray(from, to + 1));
          c.stroke();
          if (runs.length > 1) {
            c.lineWidth = 1;
            c.setLineDash([2, 3]);
            c.beginPath();
            for (let r = 1; r < runs.length; r++) {
              const a = runs[r - 1]![1];
              const b = runs[r]![0];
              c.moveTo(f.x(t[a]!), f.y(x[i]![a]!));
              c.lineTo(f.x(t[b]!), f.y(x[i]![b]!));
            }
            c.stroke();
            c.setLineDash([]);
          }
        }
        if (k === 0) {
          // Spikes, which a reset cuts off, stand as strokes at the top.
          c.fillStyle = p.ink;
          for (const spike of value.spikes) c.fillRect(Math.round(f.x(spike)) - 0.75, f.top + 3, 1.5, 11);
        }
      });
      if (states.length > 1) {
        c.font = `600 ${FONT}`;
        c.textBaseline = "top";
        c.textAlign = "left";
        let at = f.left + 10;
        for (const i of states) {
          const text = symbolText(d.states[i]!.name);
          c.fillStyle = css(stateColour(i, p.dark));
          c.fillRect(at, f.top + 12, 14, 3);
          haloText(c, text, at + 19, f.top + 7, `600 ${FONT}`);
          at += 19 + c.measureText(text).width + 16;
        }
      }
      top += heights[k]! + GAP;
    });
    const first = frames[0]!;
    const bottom = frames[frames.length - 1]!.bottom;
    const px = first.x(time);
    c.fillStyle = p.accent;
    c.fillRect(px - 1, first.top, 2, bottom - first.top);
    const state = stateAt(value.trace, time);
    panels.forEach((states, k) => {
      const f = frames[k]!;
      for (const i of states) {
        const y = f.y(state[i]!);
        if (y < f.top || y > f.bottom) continue;
        c.beginPath();
        c.arc(px, y, 4, 0, 2 * Math.PI);
        c.fillStyle = css(stateColour(i, p.dark));
        c.fill();
        c.lineWidth = 1.5;
        c.strokeStyle = p.panel;
        c.stroke();
      }
    });
  }
  const redraw = perFrame(draw);

  function words(): string {
    const state = stateAt(value.trace, time);
    const at = `t = ${withUnit(time, d.time.unit)}: ${d.states.map((s, i) => stateText(s, state[i]!)).join(", ")}`;
    if (!d.spikes) return at;
    const rate = d.rateUnit ? meanRate(value.spikes) / d.time.scale : meanRate(value.spikes);
    const n = value.spikes.length;
    return `${at} · ${n === 0 ? "no spikes" : n === 1 ? "1 spike" : `${n} spikes`}${rate > 0 ? `, ${shown(rate, 4)} ${d.rateUnit || "per unit of time"}` : ""}`;
  }
  const timeAt = (event: PointerEvent): number => {
    const x = event.clientX - canvas.getBoundingClientRect().left;
    return Math.max(0, Math.min(end, frames[0]?.xValue(x) ?? 0));
  };
  canvas.addEventListener("pointermove", (event) => o.onTime(timeAt(event)));
  canvas.addEventListener("pointerdown", (event) => o.onTime(timeAt(event)));
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const step = end / (event.shiftKey ? 40 : 400);
    const to: Record<string, number> = {
      ArrowLeft: time - step,
      ArrowRight: time + step,
      PageDown: time - end / 40,
      PageUp: time + end / 40,
      Home: 0,
      End: end,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    o.onTime(Math.max(0, Math.min(end, next)));
  });
  onWidth(holder, (w) => {
    width = w;
    draw();
  });
  onTheme(draw);
  const say = (): void => {
    const text = words();
    readout.textContent = text;
    holder.setAttribute("aria-valuenow", String(time));
    holder.setAttribute("aria-valuetext", text);
  };
  return {
    element: el("div", {}, holder, readout),
    slider: holder,
    show(next) {
      value = next;
      say();
      redraw();
    },
    mark(next) {
      time = next;
      say();
      redraw();
    },
  };
}
