// Curves over one axis, each with a colour and a name; keys and pointer read their values.

import { css, stateColour } from "../colours";
import type { CurveAxis, CurvesSection } from "../page-types";
import { rowValues } from "../decode";
import { el, onWidth, perFrame, picture, prepared, typing } from "../dom";
import { clipped, drawAxes, frameOf, path, type Frame } from "../plot";
import { isDark, onTheme, palette } from "../theme";
import { counted, displayUnit, withUnit } from "../units";
import type { Context, View } from "../view";

const HEIGHT = 320;
const MARGIN = { left: 66, right: 14, top: 10, bottom: 42 };

/** Least and greatest finite value, with a little air. */
export function rangeOf(rows: readonly ArrayLike<number>[]): [number, number] {
  let lo = Infinity;
  let hi = -Infinity;
  for (const row of rows)
    for (let i = 0; i < row.length; i++) {
      if (!Number.isFinite(row[i]!)) continue;
      lo = Math.min(lo, row[i]!);
      hi = Math.max(hi, row[i]!);
    }
  if (!(lo <= hi)) return [0, 1];
  const air = lo === hi ? Math.abs(lo) || 1 : 0.04 * (hi - lo);
  return [lo - air, hi + air];
}

export function curvesView(section: CurvesSection, context: Context): View {
  const { x, y, xs, names } = section;
  const samples = context.blocks.samples(section.data);
  const xUnit = displayUnit(x.unit);
  const yUnit = displayUnit(y.unit);
  const along = xs.map((v) => v * xUnit.factor);
  const values = names.map((_, k) => rowValues(samples, k, yUnit.factor));
  const labelOf = (axis: CurveAxis, unit: string): string => (unit ? `${axis.name} [${unit}]` : axis.name);
  const place = (v: number, log: boolean): number => (!log ? v : v > 0 ? Math.log10(v) : NaN);
  const px = along.map((v) => place(v, x.log));
  const py = values.map((row) => Array.from(row, (v) => place(v, y.log)));
  const canvas = picture(`${counted(names.length, "curve")} of ${y.name} over ${x.name}: ${names.slice(0, 8).join(", ")}`);
  const holder = el("div", { class: "rv-plot", tabindex: 0, role: "slider", "aria-label": `${section.title}: place along ${x.name}`, "aria-valuemin": 0, "aria-valuemax": xs.length - 1 }, canvas);
  const readout = el("output", { class: "rv-readout" });
  const stroke = (k: number): string => css(stateColour(k, isDark()));
  const dash = (k: number): number[] => [[], [7, 3], [2, 3], [9, 3, 2, 3]][k % 4]!;
  let width = 0;
  let at = 0;
  let frame: Frame | null = null;
  const draw = perFrame(() => {
    if (width <= 0) return;
    const c = prepared(canvas, width, HEIGHT);
    const f = (frame = frameOf(width, HEIGHT, MARGIN, px.length > 1 ? [px[0]!, px.at(-1)!] : [px[0]! - 0.5, px[0]! + 0.5], rangeOf(py)));
    drawAxes(c, f, { x: labelOf(x, xUnit.label), y: labelOf(y, yUnit.label), logX: x.log, logY: y.log });
    clipped(c, f, () => {
      py.forEach((row, k) => {
        c.strokeStyle = stroke(k);
        c.lineWidth = 1.8;
        c.setLineDash(dash(k));
        c.beginPath();
        path(c, f, px, row);
        c.stroke();
        if (row.length === 1 && Number.isFinite(row[0]!)) c.strokeRect(f.x(px[0]!) - 2, f.y(row[0]!) - 2, 4, 4);
      });
      c.setLineDash([]);
      c.strokeStyle = palette().accent;
      c.lineWidth = 1.5;
      c.beginPath();
      c.moveTo(f.x(px[at]!), f.top);
      c.lineTo(f.x(px[at]!), f.bottom);
      c.stroke();
    });
  });
  const go = (index: number): void => {
    at = Math.max(0, Math.min(xs.length - 1, index));
    const read = names.slice(0, 6).map((name, k) => `${name}: ${withUnit(values[k]![at]!, yUnit.label)}`);
    readout.textContent = `${x.name} ${withUnit(along[at]!, xUnit.label)} · ${read.join(" · ")}`;
    holder.setAttribute("aria-valuenow", String(at));
    holder.setAttribute("aria-valuetext", readout.textContent);
    draw();
  };
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const step = event.shiftKey ? 10 : 1;
    const to: Record<string, number> = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: xs.length - 1 };
    if (to[event.key] === undefined) return;
    event.preventDefault();
    go(to[event.key]!);
    context.announce(readout.textContent ?? "");
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!frame) return;
    const v = frame.xValue(event.clientX - canvas.getBoundingClientRect().left);
    let best = 0;
    px.forEach((a, i) => Math.abs(a - v) < Math.abs(px[best]! - v) && (best = i));
    go(best);
  });
  const key = el("p", { class: "rv-legend" });
  const legend = (): void =>
    key.replaceChildren(
      ...names.slice(0, 24).map((name, k) => {
        const line = el("span", { class: `rv-stroke${k % 4 ? " rv-stroke-dash" : ""}` });
        line.style.borderTopColor = stroke(k);
        return el("span", { class: "rv-key" }, line, name);
      }),
    );
  onWidth(holder, (wide) => {
    width = wide;
    draw();
  });
  onTheme(() => {
    legend();
    draw();
  });
  legend();
  go(0);
  return {
    element: el("div", {}, holder, key, readout),
    note: `${counted(names.length, "curve")}, ${counted(xs.length, "point")}${y.log ? " · logarithmic" : ""}` + (names.length > 24 ? ` · the first 24 are named` : ""),
    keys: [{ keys: "← →", does: "read the values before or after; with Shift ten further; Home, End: at the ends" }],
    csv: () => [[labelOf(x, x.unit), ...names], ...xs.map((v, i) => [v, ...names.map((_, k) => values[k]![i]! / yUnit.factor)])],
  };
}
