// The diagram over a parameter: equilibria and cycles with their bifurcations, or the rate of a model that spikes.

import { css, oklch, stateColour } from "./colours";
import { el, onWidth, perFrame, picture, prepared, typing } from "./dom";
import { clipped, drawAxes, drawFixedPoint, frameOf, haloText, labelPlace, MODEL_MARGIN, path, type Box, type Frame } from "./plot";
import { axisName, grouped, specialName, stateText, type PortraitData } from "./portrait-data";
import { onTheme, palette, SMALL_FONT } from "./theme";
import { shown, withUnit } from "./units";

/** What the vertical axis shows: a state, by its number, or the frequency of cycles. */
export type Shown = number | "frequency";

export interface DiagramOptions {
  data: PortraitData;
  height: number;
  /** Somebody chose a value of the parameter, by pointer or key. */
  onChoose(index: number): void;
  /** The index of the value nearest to a parameter. */
  nearest(parameter: number): number;
}

export interface DiagramView {
  element: HTMLElement;
  show(index: number): void;
  vertical(shown: Shown): void;
}

/** What the pointer may meet; a special point wins over the curve that it lies on. */
interface Hit {
  px: number;
  py: number;
  text: string;
  special?: boolean;
}

/** Which name a crowd of points bears: that of an equilibrium's change, then of a cycle's end, then the others. */
const rank = (kind: string): number => (/cycle|doubling|torus/.test(kind) ? 2 : kind === "homoclinic" ? 1 : 0);

/** Frequency of a cycle [rateUnit] from its period in display units of time. */
export function frequencyOf(data: PortraitData, period: number): number {
  return data.rateUnit ? 1 / (period * data.time.scale) : 1 / period;
}

export function diagramView(o: DiagramOptions): DiagramView {
  const d = o.data;
  const parameter = d.parameter!;
  const values = d.values;
  const title = d.rates ? `Rate over ${parameter.name}` : `Bifurcation diagram over ${parameter.name}`;
  const canvas = picture(title);
  const holder = el(
    "div",
    {
      class: "rv-plot",
      tabindex: 0,
      role: "slider",
      "aria-label": `${title}: value shown`,
      "aria-valuemin": 0,
      "aria-valuemax": values.length - 1,
      "aria-valuenow": 0,
    },
    canvas,
  );
  const readout = el("output", { class: "rv-readout" });
  const element = el("div", {}, holder, readout);
  let what: Shown = d.rates ? "frequency" : 0;
  let current = 0;
  let width = 0;
  let frame: Frame | null = null;
  let hits: Hit[] = [];
  let hovered: Hit | null = null;

  const say = (p: number): string => `${parameter.name} = ${withUnit(p, parameter.unit)}`;
  const rateLabel = d.rates ? "Rate" : "Frequency of cycles";

  function verticalRange(): [number, number] {
    if (what !== "frequency") return [d.low[what]!, d.high[what]!];
    let top = 0;
    if (d.rates) for (const r of d.rates.rate) top = Math.max(top, r);
    for (const run of d.cycles) for (const t of run.period) top = Math.max(top, frequencyOf(d, t));
    return [-0.03 * (top || 1), 1.08 * (top || 1)];
  }

  function drawCycles(c: CanvasRenderingContext2D, f: Frame): void {
    const p = palette();
    const colour = what === "frequency" ? p.accent : css(stateColour(what, p.dark));
    for (const run of d.cycles) {
      const curves = what === "frequency" ? [run.period.map((t) => frequencyOf(d, t))] : [run.high[what]!, run.low[what]!];
      if (run.stability === "stable" && what !== "frequency") {
        // What the rhythm covers.
        c.beginPath();
        path(c, f, run.parameter, run.high[what]!);
        for (let i = run.parameter.length - 1; i >= 0; i--) c.lineTo(f.x(run.parameter[i]!), f.y(run.low[what]![i]!));
        c.fillStyle = css(stateColour(what, p.dark), p.dark ? 0.13 : 0.09);
        c.fill();
      }
      c.strokeStyle = colour;
      c.lineWidth = run.stability === "stable" ? 2.8 : 1.6;
      c.setLineDash(run.stability === "stable" ? [] : [2, 4]);
      for (const y of curves) {
        c.beginPath();
        path(c, f, run.parameter, y);
        c.stroke();
        for (let i = 0; i < y.length; i++) {
          const period = run.period[i]!;
          const range = what === "frequency" ? "" : ` · ${stateText(d.states[what]!, run.low[what]![i]!)} … ${withUnit(run.high[what]![i]!, axisUnit())}`;
          hits.push({
            px: f.x(run.parameter[i]!),
            py: f.y(y[i]!),
            text: `${say(run.parameter[i]!)} · ${run.stability} cycle${range} · period ${withUnit(period, d.time.unit)} (${withUnit(frequencyOf(d, period), d.rateUnit)})`,
          });
        }
      }
    }
    c.setLineDash([]);
  }

  const axisUnit = (): string => (what === "frequency" ? d.rateUnit : axisName(d.states[what]!).replace(/^.*\((.*)\)$|^.*$/, "$1"));

  function drawEquilibria(c: CanvasRenderingContext2D, f: Frame): void {
    if (what === "frequency") return;
    const p = palette();
    for (const run of d.equilibria) {
      const y = run.x[what]!;
      c.strokeStyle = run.stability === "neutral" ? p.bad : p.ink;
      c.lineWidth = run.stability === "unstable" ? 1.5 : 2.6;
      c.setLineDash(run.stability === "unstable" ? [6, 4] : []);
      c.beginPath();
      path(c, f, run.parameter, y);
      c.stroke();
      for (let i = 0; i < y.length; i++)
        hits.push({
          px: f.x(run.parameter[i]!),
          py: f.y(y[i]!),
          text: `${say(run.parameter[i]!)} · ${run.stability} equilibrium · ${stateText(d.states[what]!, y[i]!)}`,
        });
    }
    c.setLineDash([]);
  }

  /** Where traces turn in the end: what is reached from the model's start, of chaos too. */
  function drawExtremes(c: CanvasRenderingContext2D, f: Frame): void {
    if (what === "frequency") return;
    const p = palette();
    c.fillStyle = css(stateColour(what, p.dark), 0.75);
    for (const v of values)
      for (const y of v.extremes[what] ?? []) {
        c.beginPath();
        c.arc(f.x(v.parameter), f.y(y), 1.7, 0, 2 * Math.PI);
        c.fill();
      }
  }

  function drawRates(c: CanvasRenderingContext2D, f: Frame): void {
    if (!d.rates || what !== "frequency") return;
    const p = palette();
    c.strokeStyle = p.accent;
    c.lineWidth = 2.6;
    c.beginPath();
    path(c, f, d.rates.parameter, d.rates.rate);
    c.stroke();
    d.rates.parameter.forEach((x, i) => hits.push({ px: f.x(x), py: f.y(d.rates!.rate[i]!), text: `${say(x)} · ${withUnit(d.rates!.rate[i]!, d.rateUnit)}` }));
  }

  function drawSpecial(c: CanvasRenderingContext2D, f: Frame): void {
    const p = palette();
    const marks = d.special
      .flatMap((s) => {
        if (what === "frequency") return s.period === null ? [] : [{ s, px: f.x(s.parameter), py: f.y(frequencyOf(d, s.period)) }];
        return [{ s, px: f.x(s.parameter), py: f.y(s.high[what]!) }];
      })
      .filter((m) => m.px >= f.left - 1 && m.px <= f.right + 1 && m.py >= f.top - 1 && m.py <= f.bottom + 1);
    const taken: Box[] = marks.map((m) => ({ x: m.px - 6, y: m.py - 6, w: 12, h: 12 }));
    c.textAlign = "left";
    c.textBaseline = "top";
    const curves = hits.slice();
    const hidden = (b: Box): number => curves.filter((h) => h.px > b.x - 3 && h.px < b.x + b.w + 3 && h.py > b.y - 2 && h.py < b.y + b.h + 2).length;
    const order = [...marks].sort((a, b) => rank(a.s.kind) - rank(b.s.kind));
    for (const group of grouped(order, (a, b) => Math.hypot(a.px - b.px, a.py - b.py), 12)) {
      const { s, px, py } = group[0]!;
      const names = [...new Set(group.map((g) => g.s.kind))];
      const text = `${names[0]} ${shown(s.parameter, 5)}${names.length > 1 ? ` +${names.length - 1}` : ""}`;
      c.font = SMALL_FONT;
      const w = c.measureText(text).width;
      const place = labelPlace(f, px, py, w, 13, taken, hidden);
      if (place) {
        taken.push(place);
        haloText(c, text, place.x, place.y);
      }
      c.beginPath();
      c.arc(px, py, 4.5, 0, 2 * Math.PI);
      c.fillStyle = css(oklch(p.dark ? 0.82 : 0.58, 0.18, 40));
      c.strokeStyle = p.panel;
      c.lineWidth = 2;
      c.fill();
      c.stroke();
      for (const g of group)
        hits.push({ px: g.px, py: g.py, special: true, text: `${specialName(g.s)} · ${say(g.s.parameter)}${g.s.period === null ? "" : ` · period ${withUnit(g.s.period, d.time.unit)}`}` });
    }
  }

  function draw(): void {
    if (width <= 0) return;
    const c = prepared(canvas, width, o.height);
    const p = palette();
    const f = (frame = frameOf(width, o.height, MODEL_MARGIN, d.range, verticalRange()));
    hits = [];
    drawAxes(c, f, {
      x: parameter.unit ? `${parameter.name} (${parameter.unit})` : parameter.name,
      y: what === "frequency" ? (d.rateUnit ? `${rateLabel} (${d.rateUnit})` : rateLabel) : axisName(d.states[what]!),
    });
    const value = values[current]!;
    // Ticks say at which values there is something to look at.
    c.fillStyle = p.line;
    for (const v of values) c.fillRect(Math.round(f.x(v.parameter)), f.bottom - 5, 1, 4);
    clipped(c, f, () => {
      c.fillStyle = p.accent;
      c.fillRect(Math.round(f.x(value.parameter)) - 1, f.top, 2, f.bottom - f.top);
      drawCycles(c, f);
      drawExtremes(c, f);
      drawEquilibria(c, f);
      drawRates(c, f);
    });
    if (what !== "frequency")
      for (const point of value.points) {
        const y = f.y(point.x[what]!);
        if (y >= f.top && y <= f.bottom) drawFixedPoint(c, f.x(value.parameter), y, point.kind, 5);
      }
    drawSpecial(c, f);
    if (hovered) {
      c.beginPath();
      c.arc(hovered.px, hovered.py, 7, 0, 2 * Math.PI);
      c.strokeStyle = p.accent;
      c.lineWidth = 2;
      c.stroke();
    }
  }
  const redraw = perFrame(draw);

  function words(): string {
    const v = values[current]!;
    const points = v.points.map((x) => x.kind).join(", ");
    return `${say(v.parameter)}${points ? `; equilibria: ${points}` : ""}`;
  }

  function hitAt(x: number, y: number): Hit | null {
    let best: Hit | null = null;
    let bestDistance = 22;
    for (const h of hits) {
      const distance = Math.hypot(h.px - x, h.py - y) - (h.special ? 8 : 0);
      if (distance <= bestDistance) {
        bestDistance = distance;
        best = h;
      }
    }
    return best;
  }

  const choose = (event: PointerEvent): void => {
    if (frame) o.onChoose(o.nearest(frame.xValue(event.clientX - canvas.getBoundingClientRect().left)));
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    choose(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons & 1 && canvas.hasPointerCapture(event.pointerId)) choose(event);
    const r = canvas.getBoundingClientRect();
    hovered = hitAt(event.clientX - r.left, event.clientY - r.top);
    readout.textContent = hovered?.text ?? words();
    redraw();
  });
  canvas.addEventListener("pointerleave", () => {
    hovered = null;
    readout.textContent = words();
    redraw();
  });
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const last = values.length - 1;
    const to: Record<string, number> = {
      ArrowLeft: current - 1,
      ArrowDown: current - 1,
      ArrowRight: current + 1,
      ArrowUp: current + 1,
      PageDown: current - 5,
      PageUp: current + 5,
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    o.onChoose(Math.max(0, Math.min(last, next)));
  });
  onWidth(holder, (w) => {
    width = w;
    hovered = null;
    draw();
  });
  onTheme(draw);
  return {
    element,
    show(index) {
      current = index;
      hovered = null;
      holder.setAttribute("aria-valuenow", String(index));
      holder.setAttribute("aria-valuetext", words());
      readout.textContent = words();
      redraw();
    },
    vertical(next) {
      what = next;
      hovered = null;
      draw();
    },
  };
}
