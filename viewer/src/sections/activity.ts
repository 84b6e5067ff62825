// What a network did: raster, rates and traces under each other, with one window and one cursor in time.

import { activityOf, BinnedRate, firstFrom, roundSteps, spikesWithin, traceAt, type Activity } from "../activity-data";
import { elementColours, elementName, NAMES, panelHeights, ratePanel, tracePanel, type Look, type Panel } from "../activity-panels";
import { css, stateColour } from "../colours";
import { button, el, labelledSelect, onWidth, perFrame, picture, typing } from "../dom";
import { overview } from "../overview";
import type { ActivitySection } from "../page-types";
import { frameOf } from "../plot";
import { drawRaster, inWindow, MOST_MARKS, noTiles } from "../raster";
import { table } from "../table";
import { onTheme } from "../theme";
import { counted, linearTicks, shown, unitText, withUnit } from "../units";
import type { Context, KeyHelp, View } from "../view";
import { fitted, keyMove, moved, type Extent, type Move, type Window } from "../window";

const LEFT = 66;
const RIGHT = 22;
const CLICK = 4; // pixels that a hand moves while it clicks
const BINS = [1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3, 0.1, 0.2, 0.5]; // [s]

/** How high a raster of so many rows is. */
export function rasterHeight(rows: number): number {
  return Math.max(120, Math.min(430, 40 + rows * 9));
}

/** Mean rate of each neuron over the whole [1/s]. */
export function meanRate(a: Activity, k: number): number {
  const p = a.populations[k]!;
  return p.t.length / p.n / (a.end - a.start);
}

export function activityView(section: ActivitySection, context: Context): View {
  const a = activityOf(section, context.blocks);
  const duration = a.end - a.start;
  const binned = a.rates.map((r) => new BinnedRate(r));
  const steps = [...a.rates, ...a.traces].map((x) => x.step);
  const extent: Extent = { duration, channels: Math.max(1, a.rows), step: Math.min(duration / 1000, ...steps) };
  let w: Window = fitted({ start: 0, length: duration, first: 0, rows: a.rows, gain: 1 }, extent);
  let cursor: number | null = null; // [s], on the axis
  let binSeconds: number | null = null;
  const short = duration < 2;
  const timeText = (t: number): string => (short ? `${shown(t * 1e3, 6)} ms` : `${shown(t, 7)} s`);

  // Panels, from above.
  const colours = elementColours(a);
  const marked = new Map([...colours.rows].map(([row, k]) => [row, k]));
  const panels: Panel[] = [];
  const tiles = noTiles();
  const spikes = a.populations.reduce((n, p) => n + p.t.length, 0);
  if (a.populations.length)
    panels.push({
      canvas: picture(`Raster of ${counted(spikes, "spike")} of ${counted(a.rows, "neuron")} over time`),
      height: rasterHeight(a.rows),
      draw(canvas, width, height, f, look) {
        const rgb = new Map([...marked].map(([row, k]) => [row, stateColour(k, look.dark)]));
        drawRaster(canvas, width, height, f, a, { from: look.from, to: look.to, first: w.first, rows: w.rows, short, marked: rgb }, tiles);
      },
    });
  if (a.rates.length) panels.push(ratePanel(a, binned));
  a.traces.forEach((g) => panels.push(tracePanel(g, colours)));
  const heights = panelHeights(panels);

  const line = el("div", { class: "rv-marker rv-activitycursor" });
  const chosen = el("div", { class: "rv-chosenstretch" });
  line.hidden = chosen.hidden = true;
  const sheet = el("div", { class: "rv-activitypanels" }, ...panels.map((p) => p.canvas), line, chosen);
  const stage = el(
    "div",
    { class: "rv-stage", tabindex: 0, role: "application", "aria-label": `${section.title}: spikes, rates and traces over time. Arrow keys scroll; press ? for all keys` },
    sheet,
  );
  const position = el("output", { class: "rv-readout" });
  const values = el("output", { class: "rv-readout rv-values" });
  let width = 0;

  const look = (): Look => {
    const from = a.start + w.start;
    const perPixel = w.length / Math.max(1, width - LEFT - RIGHT);
    // Bins are some pixels wide, unless the reader says how long they are.
    const binOf = (step: number): number => (binSeconds === null ? roundSteps((5 * perPixel) / step) : Math.max(1, Math.round(binSeconds / step)));
    return { from, to: from + w.length, dark: document.documentElement.dataset["theme"] === "dark", short, binOf };
  };
  const frameWith = (k: number, f: Look) => frameOf(width, heights[k]!, { left: LEFT, right: RIGHT, top: panels[k]!.range ? NAMES : 6, bottom: k === panels.length - 1 ? 42 : 8 }, [f.from, f.to], panels[k]!.range?.(f) ?? [0, 1]);
  const xOf = (t: number): number => LEFT + ((t - a.start - w.start) / w.length) * (width - LEFT - RIGHT);
  const timeAt = (clientX: number): number => {
    const x = clientX - sheet.getBoundingClientRect().left;
    return Math.max(a.start, Math.min(a.end, a.start + w.start + ((x - LEFT) / Math.max(1, width - LEFT - RIGHT)) * w.length));
  };

  const drawNow = (): void => {
    if (width <= 0) return;
    const now = look();
    panels.forEach((p, k) => p.draw(p.canvas, width, heights[k]!, frameWith(k, now), now, k === panels.length - 1));
    place();
    strip.show(w);
    const rows = a.rows ? ` · neurons ${w.first}–${w.first + w.rows - 1} of ${a.rows}` : "";
    const dense = inWindow(a, now.from, now.to);
    position.textContent = `${timeText(now.from)} – ${timeText(now.to)} of ${timeText(a.end)}${rows}${a.populations.length ? ` · ${counted(dense, "spike")}${dense > MOST_MARKS ? ", as density" : ""}` : ""}${rateWords(now)}`;
  };
  const rateWords = (now: Look): string => {
    const rate = a.rates[0];
    return rate ? ` · rates in bins of ${timeOf(now.binOf(rate.step) * rate.step)}` : "";
  };
  const timeOf = (seconds: number): string => (seconds < 1 ? `${shown(seconds * 1e3, 4)} ms` : `${shown(seconds, 4)} s`);
  const draw = perFrame(drawNow);

  /** The cursor's line and what stands there. */
  function place(): void {
    const x = cursor === null ? -1 : xOf(cursor);
    line.hidden = x < LEFT - 1 || x > width - RIGHT + 1;
    line.style.transform = `translateX(${x}px)`;
    values.textContent = cursor === null ? "" : valueWords(cursor);
  }
  function valueWords(t: number): string {
    const now = look();
    const words = [`t = ${timeText(t)}`];
    binned.forEach((b, k) => {
      const v = b.at(t, now.binOf(a.rates[k]!.step));
      if (!Number.isNaN(v)) words.push(`${a.rates[k]!.name} ${shown(v, 3)} /s`);
    });
    for (const g of a.traces)
      g.elements.slice(0, 6).forEach((_, k) => {
        const v = traceAt(g, k, t);
        if (!Number.isNaN(v)) words.push(`${elementName(g, k)} = ${withUnit(v, unitText(g.unit), 4)}`);
      });
    return words.join(" · ");
  }
  function set(next: Window): void {
    const before = w;
    w = fitted(next, extent);
    if (w.start !== before.start || w.length !== before.length || w.first !== before.first || w.rows !== before.rows) draw();
  }
  function point(t: number | null): void {
    cursor = t === null ? null : Math.max(a.start, Math.min(a.end, t));
    if (cursor !== null && (cursor < a.start + w.start || cursor > a.start + w.start + w.length)) set({ ...w, start: cursor - a.start - w.length / 4 });
    else place();
  }
  const zoom = (factor: number, around: number): void => {
    const length = w.length * factor;
    set({ ...w, length, start: around - a.start - (around - a.start - w.start) * (Math.min(duration, length) / w.length) });
  };
  const act = (move: Move): void => {
    const middle = w.first + w.rows / 2;
    const rows = move === "fewer" ? Math.ceil(w.rows / 2) : move === "more" ? w.rows * 2 : null;
    if (rows !== null) set({ ...w, rows, first: middle - rows / 2 });
    // Rows count from below.
    else if (move === "up" || move === "down") set({ ...w, first: w.first + (move === "up" ? 1 : -1) * Math.max(1, Math.round(w.rows / 2)) });
    else set(moved(w, move, extent));
  };
  const all = (): void => set({ start: 0, length: duration, first: 0, rows: a.rows, gain: 1 });

  listen();
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event)) return;
    const now = cursor ?? a.start + w.start + w.length / 2;
    const by: Record<string, number> = { ",": -1, ".": 1, "<": -10, ">": 10, ";": -10, ":": 10 };
    const step = by[event.key];
    const move = keyMove(event.key, event.shiftKey);
    if (step !== undefined) point(cursor === null ? now : now + (step * w.length) / 200);
    else if (event.key === "0") all();
    else if (event.key === "n" || event.key === "N") nextSpike(event.key === "N");
    else if (move && move !== "larger" && move !== "smaller") act(move);
    else return;
    event.preventDefault();
    if (move) context.announce(`${timeText(a.start + w.start)} to ${timeText(a.start + w.start + w.length)}`);
  });

  /** The cursor goes to the next spike of the neurons on the screen. */
  function nextSpike(backwards: boolean): void {
    const from = cursor ?? a.start + w.start;
    let best: { t: number; words: string } | null = null;
    for (const p of a.populations) {
      const seen = (s: number): boolean => p.row[s]! >= w.first && p.row[s]! < w.first + w.rows;
      let s = firstFrom(p.t, backwards ? from - 1e-9 : from + 1e-9) - (backwards ? 1 : 0);
      while (s >= 0 && s < p.t.length && !seen(s)) s += backwards ? -1 : 1;
      const t = p.t[s];
      if (t !== undefined && (!best || (backwards ? t > best.t : t < best.t))) best = { t, words: `${p.name}, neuron ${p.row[s]! - p.first}` };
    }
    if (!best) return context.announce(backwards ? "No earlier spike" : "No later spike");
    point(best.t);
    context.announce(`${best.words} at ${timeText(best.t)}`);
  }

  function listen(): void {
    let drag: { x: number; y: number; start: number; first: number; far: boolean; from: number | null } | null = null;
    const top = sheet;
    top.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      drag = { x: event.clientX, y: event.clientY, start: w.start, first: w.first, far: false, from: event.shiftKey ? timeAt(event.clientX) : null };
      top.setPointerCapture(event.pointerId);
    });
    top.addEventListener("pointermove", (event) => {
      if (!drag) return point(timeAt(event.clientX));
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      drag.far ||= Math.hypot(dx, dy) >= CLICK;
      if (drag.from !== null) {
        const [left, right] = [xOf(drag.from), xOf(timeAt(event.clientX))].sort((x, y) => x - y) as [number, number];
        chosen.hidden = false;
        chosen.style.left = `${left}px`;
        chosen.style.width = `${right - left}px`;
      } else if (drag.far) {
        const perRow = a.rows ? (heights[0]! - 14) / w.rows : 1;
        set({ ...w, start: drag.start - (dx / Math.max(1, width - LEFT - RIGHT)) * w.length, first: drag.first + dy / perRow });
      }
    });
    const up = (event: PointerEvent): void => {
      const done = drag;
      drag = null;
      chosen.hidden = true;
      if (!done || event.type === "pointercancel") return;
      const t = timeAt(event.clientX);
      if (done.from !== null && done.far) set({ ...w, start: Math.min(done.from, t) - a.start, length: Math.abs(t - done.from) });
      else if (!done.far) point(t);
    };
    top.addEventListener("pointerup", up);
    top.addEventListener("pointercancel", up);
    top.addEventListener(
      "wheel",
      (event) => {
        // Without Ctrl or Shift the page scrolls.
        const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
        if (event.ctrlKey) zoom(Math.exp(event.deltaY / 400), timeAt(event.clientX));
        else if (sideways) set({ ...w, start: w.start + (sideways / 600) * w.length });
        else return;
        event.preventDefault();
      },
      { passive: false },
    );
  }

  // What is around the panels.
  const total = new Float64Array(600);
  for (const p of a.populations) for (const t of p.t) total[Math.min(599, Math.floor(((t - a.start) / duration) * 600))]! += 1;
  const strip = overview(duration, total, [], new Map(), new Set(), (start) => set({ ...w, start }), {
    picture: "Overview of all spikes over time", position: "Position in time", time: (t) => timeText(a.start + t), ticks: (lo, hi, most) => linearTicks(lo, hi, Math.min(most, 9)),
  });
  strip.element.addEventListener("keydown", (event) => {
    const move = keyMove(event.key, event.shiftKey);
    if (move !== "left" && move !== "right" && move !== "pageLeft" && move !== "pageRight") return;
    event.preventDefault();
    act(move);
  });
  const pair = (label: string, less: [string, string, Move], more: [string, string, Move]): HTMLElement =>
    el("span", { class: "rv-pair", role: "group", "aria-label": label }, el("span", { "aria-hidden": "true" }, label),
      button(less[0], less[1], () => act(less[2])), button(more[0], more[1], () => act(more[2])));
  const finest = a.rates.length ? Math.max(...a.rates.map((r) => r.step)) : 0;
  const bins = [{ value: "", text: "as wide as it suits" }, ...BINS.filter((b) => b > finest * 1.001 && b < duration / 4).map((b) => ({ value: String(b), text: timeOf(b) }))];
  const controls = el(
    "div",
    { class: "rv-controls", role: "group", "aria-label": "Activity display" },
    pair("Time", ["◀", "Back by a page", "pageLeft"], ["▶", "Forward by a page", "pageRight"]),
    pair("Duration", ["−", "Shorter time span", "shorter"], ["+", "Longer time span", "longer"]),
    a.rows > 1 ? pair("Neurons", ["▼", "Neurons with lower numbers", "down"], ["▲", "Neurons with higher numbers", "up"]) : null,
    a.rows > 1 ? pair("Number", ["−", "Fewer neurons", "fewer"], ["+", "More neurons", "more"]) : null,
    button("All", "Show all neurons over the whole time", all),
    a.rates.length && bins.length > 1 ? labelledSelect("Rate bins", bins, (v) => ((binSeconds = v === "" ? null : Number(v)), draw())).element : null,
  );
  const key = el("p", { class: "rv-legend rv-annotations" });
  const legend = (): void => {
    const dark = look().dark;
    key.replaceChildren(
      ...a.populations.map((p, k) => {
        const mark = el("span", { class: "rv-swatch", "aria-hidden": "true" });
        mark.style.background = css(stateColour(k, dark));
        return el("span", { class: "rv-key" }, mark, `${p.name}: ${counted(p.n, "neuron")}, ${shown(meanRate(a, k), 3)} /s`);
      }),
    );
  };
  const summary = table(
    "Populations",
    ["population", "neurons", "spikes", "mean rate (1/s)"],
    a.populations.map((p, k) => [p.name, String(p.n), String(p.t.length), shown(meanRate(a, k), 4)]),
    [1, 2, 3],
  );

  onWidth(sheet, (wide) => {
    width = wide;
    drawNow();
  });
  onTheme(() => {
    legend();
    drawNow();
  });
  legend();
  const about = [a.rows ? `${counted(spikes, "spike")} of ${counted(a.rows, "neuron")}` : "", a.traces.length ? counted(a.traces.reduce((n, g) => n + g.elements.length, 0), "trace") : ""].filter(Boolean).join(" · ");
  return {
    element: el("div", { class: "rv-activity" }, controls, a.populations.length ? key : null, stage, a.populations.length ? strip.element : null, position, values, a.populations.length ? el("details", {}, el("summary", {}, "Numbers"), summary) : null),
    note: `${about}${about ? " · " : ""}${timeText(duration)}`,
    keys: activityKeys,
    csv: () => {
      const now = look();
      const rows: (string | number)[][] = [["population", "neuron", "t [s]"]];
      for (const p of a.populations) {
        const [from, to] = spikesWithin(p, now.from, now.to);
        for (let s = from; s < to; s++) if (p.row[s]! >= w.first && p.row[s]! < w.first + w.rows) rows.push([p.name, p.row[s]! - p.first, p.t[s]!]);
      }
      return rows;
    },
  };
}

const activityKeys: KeyHelp[] = [
  { keys: "← →", does: "scroll by a quarter; with Shift by a page" },
  { keys: "Home End", does: "shorter or longer time; with Shift to the begin or the end" },
  { keys: "↑ ↓", does: "other neurons" },
  { keys: "PageUp PageDown", does: "more or fewer neurons" },
  { keys: ", .", does: "move the cursor; with Shift faster" },
  { keys: "n N", does: "the cursor to the next or last spike of the neurons shown" },
  { keys: "0", does: "show all" },
  { keys: "Shift+drag", does: "show the stretch that is dragged over; Ctrl and the wheel zoom" },
];
