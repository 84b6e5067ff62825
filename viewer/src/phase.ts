// The phase plane: vector field, nullclines, equilibria and the trajectory; a projection where there are more than two
// states, dx/dt over x where there is one.

import { css, stateColour } from "./colours";
import { onWidth, el, perFrame, picture, prepared } from "./dom";
import { symbolText } from "./formula";
import { clipped, drawAxes, drawFixedPoint, frameOf, MODEL_MARGIN, path, type Frame } from "./plot";
import { axisName, eigenvalueTexts, smoothRuns, stateAt, stateText, type PortraitData, type Value } from "./portrait-data";
import { onTheme, palette } from "./theme";
import { unitText, withUnit } from "./units";

export interface PhaseOptions {
  data: PortraitData;
  height: number;
  /** The pointer is near the trajectory at this time. */
  onTime(time: number): void;
}

export interface PhaseView {
  element: HTMLElement;
  show(value: Value): void;
  mark(time: number): void;
  axes(x: number, y: number): void;
}

/** Ends of an arrow along (dx, dy) pixels, centred on a point; faster is longer, within bounds. */
export function arrow(x: number, y: number, dx: number, dy: number, speed: number, fastest: number, longest: number): [number, number, number, number] | null {
  const size = Math.hypot(dx, dy);
  if (!(size > 0) || !(fastest > 0)) return null;
  const length = longest * (0.3 + 0.7 * Math.min(1, speed / fastest) ** 0.33);
  const ux = (dx / size) * length * 0.5;
  const uy = (dy / size) * length * 0.5;
  return [x - ux, y - uy, x + ux, y + uy];
}

export function phaseView(o: PhaseOptions): PhaseView {
  const d = o.data;
  const n = d.states.length;
  const canvas = picture("Phase plane");
  const holder = el("div", { class: "rv-plot rv-phase" }, canvas);
  const readout = el("output", { class: "rv-readout" });
  const element = el("div", {}, holder, readout);
  let [ax, ay] = n === 2 ? [0, 1] : d.plane; // the field of a plane is that of its two states in their order
  let value: Value = d.values[0]!;
  let time = 0;
  let width = 0;
  let frame: Frame | null = null;

  function slopeRange(): [number, number] {
    let lo = 0;
    let hi = 0;
    // A spike's upstroke would flatten the rest: nine tenths of the values must be seen.
    const all = Array.from(value.slope?.y ?? []).filter(Number.isFinite).sort((a, b) => a - b);
    lo = Math.min(lo, all[0] ?? -1);
    hi = Math.max(hi, all[Math.floor(0.9 * (all.length - 1))] ?? 1, -0.5 * lo);
    const margin = 0.08 * (hi - lo || 1);
    return [lo - margin, hi + margin];
  }

  function drawField(c: CanvasRenderingContext2D, f: Frame): void {
    const field = value.field;
    if (!field || ax !== 0 || ay !== 1) return;
    const p = palette();
    const sx = (f.right - f.left) / (d.high[0]! - d.low[0]!);
    const sy = (f.bottom - f.top) / (d.high[1]! - d.low[1]!);
    const speeds: number[] = [];
    for (let k = 0; k < field.dx.length; k++) speeds.push(Math.hypot(field.dx[k]! * sx, field.dy[k]! * sy));
    const sorted = speeds.filter(Number.isFinite).sort((a, b) => a - b);
    const fastest = sorted[Math.floor(0.9 * (sorted.length - 1))] ?? 0;
    // Fewer arrows on small pictures.
    const skip = f.right - f.left < 330 ? 2 : 1;
    const longest = 0.82 * Math.min(((f.right - f.left) / field.columns) * skip, ((f.bottom - f.top) / field.rows) * skip);
    c.strokeStyle = p.bad;
    c.fillStyle = p.bad;
    c.globalAlpha = p.dark ? 0.55 : 0.6;
    c.lineWidth = 1.1;
    for (let r = 0; r < field.rows; r += skip)
      for (let q = 0; q < field.columns; q += skip) {
        const k = r * field.columns + q;
        const x = f.x(d.low[0]! + ((d.high[0]! - d.low[0]!) * q) / (field.columns - 1));
        const y = f.y(d.low[1]! + ((d.high[1]! - d.low[1]!) * r) / (field.rows - 1));
        const ends = arrow(x, y, field.dx[k]! * sx, -field.dy[k]! * sy, speeds[k]!, fastest, longest);
        if (!ends) continue;
        const [x0, y0, x1, y1] = ends;
        const a = Math.atan2(y1 - y0, x1 - x0);
        c.beginPath();
        c.moveTo(x0, y0);
        c.lineTo(x1, y1);
        c.stroke();
        c.beginPath();
        c.moveTo(x1, y1);
        c.lineTo(x1 - 4.5 * Math.cos(a - 0.45), y1 - 4.5 * Math.sin(a - 0.45));
        c.lineTo(x1 - 4.5 * Math.cos(a + 0.45), y1 - 4.5 * Math.sin(a + 0.45));
        c.closePath();
        c.fill();
      }
    c.globalAlpha = 1;
  }

  function drawNullclines(c: CanvasRenderingContext2D, f: Frame): void {
    if (ax !== 0 || ay !== 1) return;
    const p = palette();
    value.nullclines.forEach((line, i) => {
      c.strokeStyle = css(stateColour(i, p.dark));
      c.lineWidth = 2.4;
      c.setLineDash(i === 0 ? [] : [9, 4]);
      c.beginPath();
      path(c, f, line.x, line.y);
      c.stroke();
    });
    c.setLineDash([]);
  }

  function drawTrajectory(c: CanvasRenderingContext2D, f: Frame): void {
    const p = palette();
    const { t, x } = value.trace;
    const xs = x[ax]!;
    const ys = x[ay]!;
    c.strokeStyle = p.ink;
    c.lineJoin = "round";
    c.lineWidth = t.length > 1500 ? 1 : 1.5;
    c.globalAlpha = t.length > 1500 ? 0.75 : 1;
    const runs = smoothRuns(t);
    c.beginPath();
    for (const [from, to] of runs) path(c, f, xs.subarray(from, to + 1), ys.subarray(from, to + 1));
    c.stroke();
    if (runs.length > 1) {
      c.setLineDash([2, 4]);
      c.lineWidth = 1.1;
      c.beginPath();
      for (let k = 1; k < runs.length; k++) {
        const a = runs[k - 1]![1];
        const b = runs[k]![0];
        c.moveTo(f.x(xs[a]!), f.y(ys[a]!));
        c.lineTo(f.x(xs[b]!), f.y(ys[b]!));
      }
      c.stroke();
      c.setLineDash([]);
    }
    c.globalAlpha = 1;
    // Where it starts.
    c.beginPath();
    c.rect(f.x(xs[0]!) - 3.5, f.y(ys[0]!) - 3.5, 7, 7);
    c.fillStyle = p.panel;
    c.fill();
    c.lineWidth = 1.6;
    c.stroke();
  }

  function dot(c: CanvasRenderingContext2D, x: number, y: number): void {
    const p = palette();
    c.beginPath();
    c.arc(x, y, 6, 0, 2 * Math.PI);
    c.fillStyle = p.accent;
    c.fill();
    c.lineWidth = 2;
    c.strokeStyle = p.panel;
    c.stroke();
  }

  function draw(): void {
    if (width <= 0) return;
    const c = prepared(canvas, width, o.height);
    const p = palette();
    const state = stateAt(value.trace, time);
    if (n === 1) {
      const f = (frame = frameOf(width, o.height, MODEL_MARGIN, [d.low[0]!, d.high[0]!], slopeRange()));
      const unit = unitText(d.states[0]!.unit);
      const rate = `${unit || "1"}${d.time.unit ? `/${d.time.unit}` : ""}`;
      const name = `d${symbolText(d.states[0]!.name)}/dt`;
      drawAxes(c, f, { x: axisName(d.states[0]!), y: rate === "1" ? name : `${name} (${rate})` });
      clipped(c, f, () => {
        c.strokeStyle = p.ink2;
        c.lineWidth = 1;
        c.beginPath();
        c.moveTo(f.left, f.y(0));
        c.lineTo(f.right, f.y(0));
        c.stroke();
        if (value.slope) {
          c.strokeStyle = css(stateColour(0, p.dark));
          c.lineWidth = 2.4;
          c.beginPath();
          path(c, f, value.slope.x, value.slope.y);
          c.stroke();
        }
      });
      for (const point of value.points) drawFixedPoint(c, f.x(point.x[0]!), f.y(0), point.kind);
      dot(c, f.x(state[0]!), f.y(0));
      return;
    }
    const f = (frame = frameOf(width, o.height, MODEL_MARGIN, [d.low[ax]!, d.high[ax]!], [d.low[ay]!, d.high[ay]!]));
    drawAxes(c, f, { x: axisName(d.states[ax]!), y: axisName(d.states[ay]!) });
    clipped(c, f, () => {
      drawField(c, f);
      drawNullclines(c, f);
      drawTrajectory(c, f);
      for (const point of value.points) drawFixedPoint(c, f.x(point.x[ax]!), f.y(point.x[ay]!), point.kind);
      dot(c, f.x(state[ax]!), f.y(state[ay]!));
    });
  }
  const redraw = perFrame(draw);

  const pair = (x: number, y: number): string => (n === 1 ? stateText(d.states[0]!, x) : `${stateText(d.states[ax]!, x)}, ${stateText(d.states[ay]!, y)}`);
  const at = (): string => {
    const state = stateAt(value.trace, time);
    return `t = ${withUnit(time, d.time.unit)}: ${pair(state[ax]!, state[ay]!)}`;
  };
  const name = (): string => {
    const points = value.points.map((p) => `${p.kind} at ${pair(p.x[ax]!, p.x[ay]!)}`).join("; ");
    const kind = n === 1 ? `Phase line of ${symbolText(d.states[0]!.name)}` : n === 2 ? "Phase plane" : "Projection";
    return `${kind}${n > 1 ? ` of ${symbolText(d.states[ay]!.name)} over ${symbolText(d.states[ax]!.name)}` : ""}. ${points ? `Equilibria: ${points}` : "No equilibria in view"}`;
  };

  canvas.addEventListener("pointermove", (event) => {
    if (!frame) return;
    const r = canvas.getBoundingClientRect();
    const x = event.clientX - r.left;
    const y = event.clientY - r.top;
    const near = value.points.find((p) => Math.hypot(frame!.x(p.x[ax]!) - x, frame!.y(n === 1 ? 0 : p.x[ay]!) - y) < 12);
    if (near) {
      const unit = d.time.unit ? ` per ${d.time.unit}` : "";
      readout.textContent = `${near.kind} · ${pair(near.x[ax]!, near.x[ay]!)} · eigenvalues ${eigenvalueTexts(near.eigenvalues).join(", ")}${unit}`;
      return;
    }
    const { t, x: states } = value.trace;
    let best = -1;
    let bestDistance = 18;
    for (let i = 0; i < t.length; i++) {
      const distance = Math.hypot(frame.x(states[ax]![i]!) - x, frame.y(n === 1 ? 0 : states[ay]![i]!) - y);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = i;
      }
    }
    if (best >= 0) o.onTime(t[best]!);
    else readout.textContent = n === 1 ? at() : pair(frame.xValue(x), frame.yValue(y));
  });
  canvas.addEventListener("pointerleave", () => (readout.textContent = at()));
  onWidth(holder, (w) => {
    width = w;
    draw();
  });
  onTheme(draw);
  return {
    element,
    show(next) {
      value = next;
      canvas.setAttribute("aria-label", name());
      readout.textContent = at();
      redraw();
    },
    mark(next) {
      time = next;
      readout.textContent = at();
      redraw();
    },
    axes(x, y) {
      ax = x;
      ay = y;
      canvas.setAttribute("aria-label", name());
      readout.textContent = at();
      draw();
    },
  };
}

/** What the signs of equilibria mean: symbol and word, as the picture draws them. */
export function kindSwatch(kind: string): HTMLElement {
  const canvas = el("canvas", { "aria-hidden": "true", class: "rv-swatchpoint" });
  const draw = (): void => drawFixedPoint(prepared(canvas, 20, 18), 10, 9, kind, 5);
  draw();
  onTheme(draw);
  return el("span", { class: "rv-key" }, canvas, el("span", {}, kind));
}
