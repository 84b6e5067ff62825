// Time and frequency: one channel's image, and topographies of what is selected in it.

import { diverging, sequential } from "../colours";
import type { TfrSection } from "../page-types";
import { rowValues, valueAt } from "../decode";
import { checkbox, el, labelledSelect, onWidth, perFrame, picture, typing } from "../dom";
import { mapRow, sharedRange } from "../maps";
import { between, cellAt, cellEdges, selectionMean, shifted, stretched, type Grid, type Selection } from "../selection";
import { sensorMap, type SensorMap } from "../sensormap";
import { mappedSensors, sensorValues } from "../sensors";
import { drawTimeFrequency, plotOf, type Axes } from "../tfimage";
import { onTheme } from "../theme";
import { drawColourBar } from "../topography";
import { counted, displayUnit, logarithmicallySpaced, shown, shownTime } from "../units";
import type { Context, View } from "../view";

const HEIGHT = 390;

/**
 * The cell where the view begins: the largest 80th percentile over channels of the absolute value, from time index `from` on.
 * An artefact in a few channels does not win, an effect over a part of the head does. At most 32 channels are asked.
 */
export function strongestCell(
  value: (channel: number, offset: number) => number, channels: readonly number[], g: Grid, from: number,
): { t: number; f: number } {
  const stride = Math.max(1, Math.ceil(channels.length / 32));
  const asked = channels.filter((_, i) => i % stride === 0);
  const sizes = new Float64Array(asked.length);
  let best = { t: from, f: 0 };
  let top = -1;
  for (let f = 0; f < g.freqs; f++)
    for (let t = from; t < g.times; t++) {
      asked.forEach((c, i) => (sizes[i] = Math.abs(value(c, f * g.times + t)) || 0));
      const size = sizes.sort()[Math.floor(0.8 * (asked.length - 1))] ?? 0;
      if (size > top) (top = size), (best = { t, f });
    }
  return best;
}

/** Index of the entry of `values` that is nearest to x. */
export function nearest(values: readonly number[], x: number): number {
  let best = 0;
  values.forEach((v, i) => {
    if (Math.abs(v - x) < Math.abs(values[best]! - x)) best = i;
  });
  return best;
}

/** Ends of the colour range that leave out the most extreme share of the values; `symmetric` about zero, or not. */
export function clippedRange(rows: readonly ArrayLike<number>[], share: number, symmetric: boolean): [number, number] {
  const all: number[] = [];
  for (const r of rows)
    for (let i = 0; i < r.length; i++) {
      const v = r[i]!;
      if (v === v) all.push(symmetric ? Math.abs(v) : v);
    }
  if (all.length === 0) return symmetric ? [-1, 1] : [0, 1];
  const sorted = Float64Array.from(all).sort();
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
  const hi = at(symmetric ? 1 - share : 1 - share / 2);
  const lo = symmetric ? -hi : at(share / 2);
  return lo < hi ? [lo, hi] : symmetric ? [-1, 1] : [lo - 0.5, lo + 0.5];
}

export function tfrView(section: TfrSection, context: Context): View {
  const { channels, freqs, time } = section;
  const unit = displayUnit(section.unit);
  const samples = section.conditions.map((c) => context.blocks.samples(c.data));
  const grid: Grid = { times: time.n, freqs: freqs.length };
  const axes: Axes = {
    log: logarithmicallySpaced(freqs),
    freqEdges: cellEdges(freqs, logarithmicallySpaced(freqs)),
    timeEdges: Array.from({ length: time.n + 1 }, (_, i) => time.start + (i - 0.5) * time.step),
  };
  const all = channels.map((_, i) => i);
  const sensors = mappedSensors(channels, all);
  const good = all.filter((i) => !channels[i]!.bad);
  const condition = { now: 0 };
  let channel = good[0] ?? 0;
  const row = (): Float64Array => rowValues(samples[condition.now]!, channel, unit.factor);
  const onset = Math.min(time.n - 1, Math.max(0, Math.ceil(-time.start / time.step - 1e-6)));
  const start = strongestCell((i, offset) => valueAt(samples[0]!, i, offset), good, grid, onset);
  const startSize = (i: number): number => Math.abs(valueAt(samples[0]!, i, start.f * grid.times + start.t)) || 0;
  for (const i of good) if (startSize(i) > startSize(channel)) channel = i;
  let selection: Selection = between(start.t, start.f, start.t, start.f, grid);
  if (section.first_view) {
    const { channel: name, freqs: band, times } = section.first_view;
    const named = channels.findIndex((c) => c.name === name);
    if (named >= 0) channel = named;
    const column = (t: number): number => Math.min(time.n - 1, Math.max(0, Math.round((t - time.start) / time.step)));
    const line = (f: number): number => nearest(freqs, f);
    selection = between(column(times[0]), line(band[0]), column(times[1]), line(band[1]), grid);
  }
  let negative = false;
  for (const s of samples) for (const i of good) for (const v of rowValues(s, i)) if (v < 0) negative = true;
  let symmetric = negative;
  let clipped = 0.01;
  let sameScale = true;

  const canvas = picture("");
  const bar = picture("Colour bar", "rv-bar");
  const stage = el(
    "div",
    { class: "rv-stage rv-tf", tabindex: 0, role: "application", "aria-label": `${section.title}: time–frequency image. Arrow keys move the selection; press ? for all keys` },
    canvas,
  );
  const readout = el("output", { class: "rv-readout" });
  const maps = sensors ? mapRow(sensors, unit.label, 146) : null;
  let map: SensorMap | null = null;
  let width = 600;

  const words = (s: Selection): string => {
    const t = s.t0 === s.t1 ? shownTime(tc(s.t0), time.step) : `${shownTime(tc(s.t0), time.step)} to ${shownTime(tc(s.t1), time.step)}`;
    const f = s.f0 === s.f1 ? `${shown(freqs[s.f0]!)} Hz` : `${shown(freqs[s.f0]!)}–${shown(freqs[s.f1]!)} Hz`;
    return `${t}, ${f}`;
  };
  const tc = (i: number): number => time.start + i * time.step;

  const draw = perFrame(() => {
    const values = row();
    // The same scale for every channel and condition lets images be compared; else each image fills its own.
    const pictures = sameScale ? samples.map((s) => rowValues(s, channel, unit.factor)) : [values];
    const [lo, hi] = clippedRange(pictures, clipped, symmetric);
    const colours = symmetric ? diverging : sequential;
    drawTimeFrequency(canvas, width, HEIGHT, axes, values, colours, lo, hi, selection);
    drawColourBar(bar, HEIGHT - 34, colours, lo, hi, unit.label, clipped > 0);
    const name = channels[channel]!.name;
    const value = selectionMean((k) => values[k]!, selection, grid);
    const what = selection.t0 === selection.t1 && selection.f0 === selection.f1 ? "" : "mean ";
    canvas.setAttribute("aria-label", `Time–frequency image of ${section.conditions[condition.now]!.name} at ${name}; selected ${words(selection)}: ${what}${shown(value)} ${unit.label}`);
    bar.setAttribute("aria-label", `Colour bar from ${shown(lo)} to ${shown(hi)} ${unit.label}`);
    readout.textContent = `${name} · ${words(selection)}: ${what}${shown(value)} ${unit.label}`;
    map?.mark(channel);
    if (maps && sensors) {
      const rows = section.conditions.map((c, k) => ({
        name: c.name,
        values: sensorValues(sensors, (i) => unit.factor * selectionMean((o) => valueAt(samples[k]!, i, o), selection, grid)),
      }));
      const [a, b] = negative ? sharedRange(rows.map((r) => r.values), false) : clippedRange(rows.map((r) => r.values), 0, false);
      maps.show(words(selection), rows, a, b);
      maps.highlight(sensors.members.findIndex((m) => m.includes(channel)));
    }
  });

  const picker = labelledSelect(
    "Channel",
    channels.map((c, i) => ({ value: String(i), text: c.bad ? `${c.name} (bad)` : c.name })),
    (v) => pick(Number(v)),
  );
  const pick = (i: number): void => {
    channel = i;
    picker.select.value = String(i);
    draw();
  };
  picker.select.value = String(channel);
  map = sensorMap(channels, all, pick);
  const controls = el("div", { class: "rv-controls", role: "group", "aria-label": "Time–frequency display" });
  const conditionPicker = labelledSelect("Condition", section.conditions.map((c, i) => ({ value: String(i), text: c.name })), (v) => ((condition.now = Number(v)), draw()));
  if (section.conditions.length > 1) controls.append(conditionPicker.element);
  controls.append(
    picker.element,
    checkbox("Symmetric about zero", symmetric, (on) => ((symmetric = on), draw())).element,
    labelledSelect(
      "Colours reach",
      [{ value: "0.01", text: "99 % of the values" }, { value: "0.05", text: "95 % of the values" }, { value: "0", text: "the largest value" }],
      (v) => ((clipped = Number(v)), draw()),
    ).element,
    ...(section.conditions.length > 1 ? [checkbox("Same scale for all conditions", true, (on) => ((sameScale = on), draw())).element] : []),
  );

  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const change = event.shiftKey ? stretched : shifted;
    const big = Math.max(1, Math.round(time.n / 20));
    const moves: Record<string, () => void> = {
      ArrowLeft: () => (selection = change(selection, -1, 0, grid)),
      ArrowRight: () => (selection = change(selection, 1, 0, grid)),
      ArrowUp: () => (selection = change(selection, 0, 1, grid)),
      ArrowDown: () => (selection = change(selection, 0, -1, grid)),
      PageUp: () => (selection = shifted(selection, -big, 0, grid)),
      PageDown: () => (selection = shifted(selection, big, 0, grid)),
      Home: () => (selection = shifted(selection, -grid.times, 0, grid)),
      End: () => (selection = shifted(selection, grid.times, 0, grid)),
      Escape: () => (selection = between(selection.t0, selection.f0, selection.t0, selection.f0, grid)),
      n: () => pick((channel + 1) % channels.length),
      p: () => pick((channel + channels.length - 1) % channels.length),
      c: () => {
        condition.now = (condition.now + 1) % section.conditions.length;
        conditionPicker.select.value = String(condition.now);
      },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
    draw();
    context.announce(words(selection));
  });
  let anchor: { t: number; f: number } | null = null;
  const cell = (event: PointerEvent): { t: number; f: number } => {
    const box = canvas.getBoundingClientRect();
    const p = plotOf(width, HEIGHT, axes);
    return { t: cellAt(axes.timeEdges, p.time(event.clientX - box.left)), f: cellAt(axes.freqEdges, p.freq(event.clientY - box.top)) };
  };
  canvas.addEventListener("pointerdown", (event) => {
    anchor = cell(event);
    canvas.setPointerCapture(event.pointerId);
    selection = between(anchor.t, anchor.f, anchor.t, anchor.f, grid);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    const c = cell(event);
    if (anchor) {
      selection = between(anchor.t, anchor.f, c.t, c.f, grid);
      draw();
    } else
      canvas.title = `${words(between(c.t, c.f, c.t, c.f, grid))}: ${shown(row()[c.f * grid.times + c.t]!)} ${unit.label}`;
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (anchor = null));

  onWidth(stage, (w) => {
    width = w;
    draw();
  });
  onTheme(draw);

  const element = el(
    "div",
    {},
    controls,
    el(
      "div",
      { class: "rv-columns" },
      el("div", { class: "rv-col-main" }, el("div", { class: "rv-tfline" }, stage, bar), readout),
      el("div", { class: "rv-col-side" }, map?.element, maps?.element),
    ),
  );
  return {
    element,
    note:
      `${counted(channels.length, "channel")} · ${freqs.length === 1 ? `${shown(freqs[0]!)} Hz` : `${shown(freqs[0]!)} to ${shown(freqs[freqs.length - 1]!)} Hz, ${freqs.length} frequencies`}` +
      (axes.log ? " (logarithmic axis)" : "") + (section.baseline ? ` · baseline: ${section.baseline}` : "") + " · drag to select a window",
    keys: [
      { keys: "← → ↑ ↓", does: "move the selection; with Shift stretch it" },
      { keys: "PageUp PageDown", does: "move by a twentieth of the time" },
      { keys: "Home End", does: "first or last time" },
      { keys: "Esc", does: "back to a single cell" },
      { keys: "n p", does: "next or previous channel" },
      { keys: "c", does: "next condition" },
    ],
  };
}
