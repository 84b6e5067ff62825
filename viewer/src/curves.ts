// Many curves over one axis in a uPlot chart, with a marker that follows pointer and keys, pins, and a highlighted curve.

import uPlot from "uplot";
import { css, positionColour } from "./colours";
import { el, onWidth } from "./dom";
import type { Point } from "./spline";
import { FONT, isDark, onTheme, palette } from "./theme";
import { linearTicks, logTicks, shown } from "./units";

export interface Curve {
  name: string;
  values: ArrayLike<number>;
  bad: boolean;
  position: Point | null;
}

export interface CurvesOptions {
  /** What the chart shows, for the accessible name. */
  label: string;
  x: ArrayLike<number>;
  xLabel: string;
  yLabel: string;
  curves: Curve[];
  /** Drawn thick over the curves: field power or mean. */
  summary: { name: string; values: ArrayLike<number>; filled: boolean };
  yRange: [number, number];
  logX: boolean;
  /** Whether the horizontal axis carries its name; charts in a column share the lowest one's. */
  labelX: boolean;
  height: number;
  onPoint(index: number): void;
  onPin(index: number): void;
  onHover(curve: number): void;
  /** Text of the marker's value for screen readers. */
  valueText(index: number): string;
}

export interface CurvesChart {
  element: HTMLElement;
  /** The element that takes the keyboard. */
  slider: HTMLElement;
  mark(index: number): void;
  pins(indices: readonly number[]): void;
  highlight(curve: number): void;
}

const plain = (v: ArrayLike<number>): (number | null)[] => Array.from(v, (x) => (Number.isNaN(x) ? null : x));

export function curvesChart(o: CurvesOptions): CurvesChart {
  const holder = el("div", {
    class: "rv-chart",
    tabindex: 0,
    role: "slider",
    "aria-label": o.label,
    "aria-valuemin": 0,
    "aria-valuemax": o.x.length - 1,
    "aria-valuenow": 0,
  });
  const colourOf = (c: Curve): string =>
    c.bad ? palette().bad : css(positionColour(c.position, isDark()), o.curves.length > 100 ? 0.6 : 0.85);
  const axisColours = {
    stroke: () => palette().ink,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { stroke: () => palette().line, width: 1, size: 5 },
    font: FONT,
    labelFont: FONT,
  };
  const marker = el("div", { class: "rv-marker" });
  const overlay = el("canvas", { class: "rv-overlay", "aria-hidden": "true" });
  const pinLayer = el("div", { class: "rv-pins" });
  let highlighted = -1;
  let marked = 0;
  let pinned: readonly number[] = [];

  const options: uPlot.Options = {
    width: 600,
    height: o.height,
    legend: { show: false },
    cursor: { show: false },
    padding: [10, 14, 0, 0],
    scales: {
      x: o.logX ? { time: false, distr: 3, log: 10 } : { time: false, range: (_u, lo, hi) => (hi > lo ? [lo, hi] : [lo - 0.5, lo + 0.5]) },
      y: { range: () => o.yRange },
    },
    axes: [
      {
        ...axisColours,
        ...(o.labelX ? { label: o.xLabel, labelSize: 20 } : {}),
        size: 34,
        splits: (u, _i, lo, hi) => (o.logX ? logTicks(lo, hi) : linearTicks(lo, hi, Math.max(2, u.width / 90))),
        values: (_u, splits) => splits.map((v) => shown(v, 6)),
        ...(o.logX ? { filter: (_u: uPlot, splits: number[]) => splits } : {}),
      },
      {
        ...axisColours,
        label: o.yLabel,
        labelSize: 20,
        size: 48,
        splits: (_u, _i, lo, hi) => linearTicks(lo, hi, Math.max(2, o.height / 45)),
        values: (_u, splits) => splits.map((v) => shown(v, 4)),
      },
    ],
    series: [
      {},
      ...o.curves.map(
        (c): uPlot.Series => ({
          label: c.name,
          stroke: () => colourOf(c),
          width: o.curves.length > 100 ? 0.6 : 0.9,
          points: { show: o.x.length === 1 },
          ...(c.bad ? { dash: [3, 4] } : {}),
        }),
      ),
      {
        label: o.summary.name,
        stroke: () => palette().ink,
        width: 2.2,
        points: { show: o.x.length === 1 },
        ...(o.summary.filled ? { fill: () => (isDark() ? "rgb(255 255 255 / 0.14)" : "rgb(20 24 31 / 0.12)"), fillTo: 0 } : {}),
      },
    ],
    hooks: { draw: [() => place()] },
  };
  const data = [Array.from(o.x), ...o.curves.map((c) => plain(c.values)), plain(o.summary.values)] as uPlot.AlignedData;
  const u = new uPlot(options, data, holder);
  u.ctx.canvas.setAttribute("role", "img");
  u.ctx.canvas.setAttribute(
    "aria-label",
    `${o.curves.length} curves, one per channel, and ${o.summary.name}; ${o.xLabel} against ${o.yLabel}`,
  );
  u.over.append(overlay, pinLayer, marker);

  const xOf = (index: number): number => u.valToPos(o.x[index]!, "x");
  function place(): void {
    marker.style.transform = `translateX(${xOf(marked)}px)`;
    pinLayer.replaceChildren(
      ...pinned.map((i, k) => {
        const pin = el("div", { class: "rv-pin" }, el("span", {}, String(k + 1)));
        pin.style.transform = `translateX(${xOf(i)}px)`;
        return pin;
      }),
    );
    drawHighlight();
  }

  function drawHighlight(): void {
    const dpr = devicePixelRatio || 1;
    const { clientWidth: w, clientHeight: h } = u.over;
    overlay.width = w * dpr;
    overlay.height = h * dpr;
    overlay.style.width = `${w}px`;
    overlay.style.height = `${h}px`;
    const curve = o.curves[highlighted];
    if (!curve) return;
    const context = overlay.getContext("2d")!;
    context.scale(dpr, dpr);
    context.beginPath();
    let down = false;
    for (let i = 0; i < o.x.length; i++) {
      const v = curve.values[i]!;
      if (Number.isNaN(v)) {
        down = false;
        continue;
      }
      const x = xOf(i);
      const y = u.valToPos(v, "y");
      if (down) context.lineTo(x, y);
      else context.moveTo(x, y);
      down = true;
    }
    const colours = palette();
    context.lineJoin = "round";
    context.strokeStyle = colours.panel;
    context.lineWidth = 6;
    context.stroke();
    context.strokeStyle = curve.bad ? colours.bad : css(positionColour(curve.position, colours.dark));
    context.lineWidth = 2.6;
    context.stroke();
    context.font = `600 ${FONT}`;
    context.textAlign = "right";
    context.textBaseline = "top";
    const text = curve.bad ? `${curve.name} (bad)` : curve.name;
    context.lineWidth = 4;
    context.strokeStyle = colours.panel;
    context.strokeText(text, w - 6, 4);
    context.fillStyle = colours.ink;
    context.fillText(text, w - 6, 4);
  }

  /** The curve within 14 pixels of the pointer, or −1. */
  function curveAt(index: number, top: number): number {
    let best = -1;
    let bestDistance = 14;
    o.curves.forEach((c, i) => {
      const d = Math.abs(u.valToPos(c.values[index]!, "y") - top);
      if (d < bestDistance) {
        bestDistance = d;
        best = i;
      }
    });
    return best;
  }
  const indexAt = (event: PointerEvent): number =>
    Math.max(0, Math.min(o.x.length - 1, u.posToIdx(event.clientX - u.over.getBoundingClientRect().left)));
  u.over.addEventListener("pointermove", (event) => {
    const i = indexAt(event);
    o.onPoint(i);
    o.onHover(curveAt(i, event.clientY - u.over.getBoundingClientRect().top));
  });
  u.over.addEventListener("pointerleave", () => o.onHover(-1));
  u.over.addEventListener("click", (event) => o.onPin(indexAt(event as PointerEvent)));

  onWidth(holder, (width) => u.setSize({ width, height: o.height }));
  onTheme(() => u.redraw(true, true));

  return {
    element: holder,
    slider: holder,
    mark(index) {
      marked = index;
      marker.style.transform = `translateX(${xOf(index)}px)`;
      holder.setAttribute("aria-valuenow", String(index));
      holder.setAttribute("aria-valuetext", o.valueText(index));
    },
    pins(indices) {
      pinned = indices;
      place();
    },
    highlight(curve) {
      if (curve === highlighted) return;
      highlighted = curve;
      drawHighlight();
    },
  };
}
