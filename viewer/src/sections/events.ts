// Events over time: a row of marks for each name, and their numbers in a table.

import { annotationColours, css } from "../colours";
import type { EventsSection } from "../page-types";
import { el, onWidth, perFrame, picture, prepared } from "../dom";
import { table } from "../table";
import { FONT, onTheme, palette } from "../theme";
import { clockTicks, counted, linearTicks, shown, shownClock } from "../units";
import type { View } from "../view";

const ROW = 26;
const AXIS = 40;
const MOST_ROWS = 200; // of marks: more can't be told apart, and a canvas is no taller than some 16,000 pixels

/** The middle of sorted values; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Times from each to the next, in order of time. */
export function intervals(times: readonly number[]): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.slice(1).map((t, i) => t - sorted[i]!);
}

/** The first and the last time; spread arguments end at some 100,000. */
export function firstAndLast(times: readonly number[]): [number, number] {
  return times.reduce(([first, last], t) => [Math.min(first, t), Math.max(last, t)], [Infinity, -Infinity] as [number, number]);
}

/** What is said of the kinds that get no row; "" where all do. */
export function restWords(groups: EventsSection["groups"]): string {
  const rest = groups.slice(MOST_ROWS);
  if (rest.length === 0) return "";
  const events = rest.reduce((n, g) => n + g.times.length, 0);
  return `${counted(rest.length, "more kind")} with ${counted(events, "event")} ${rest.length === 1 ? "is" : "are"} in the CSV file only.`;
}

export function eventsView(section: EventsSection): View {
  const { groups, unit } = section;
  const drawn = groups.slice(0, MOST_ROWS);
  const seconds = unit === "s";
  const start = section.start;
  const end = section.end > start ? section.end : start + 1;
  const clock = seconds && end - start > 300;
  const colours = annotationColours(groups.map((g) => g.name));
  const all = groups.reduce((n, g) => n + g.times.length, 0);
  const label = (t: number): string => (clock ? shownClock(t) : seconds ? `${shown(t, 5)} s` : String(Math.round(t)));
  const canvas = picture(`${counted(all, "event")} of ${counted(groups.length, "kind")} from ${label(start)} to ${label(end)}`);
  const holder = el("div", { class: "rv-plot" }, canvas);
  let width = 0;
  const draw = perFrame(() => {
    if (width <= 0) return;
    const c = prepared(canvas, width, drawn.length * ROW + AXIS);
    const p = palette();
    c.font = FONT;
    const left = 14 + Math.min(width / 3, Math.max(...drawn.map((g) => c.measureText(g.name).width)));
    const right = width - 14;
    const bottom = drawn.length * ROW;
    const x = (t: number): number => left + ((t - start) / (end - start)) * (right - left);
    c.strokeStyle = p.grid;
    c.lineWidth = 1;
    const ticks = (clock ? clockTicks : linearTicks)(start, end, Math.max(2, (right - left) / 110));
    c.beginPath();
    for (const t of ticks) {
      c.moveTo(Math.round(x(t)) + 0.5, 0);
      c.lineTo(Math.round(x(t)) + 0.5, bottom);
    }
    c.stroke();
    c.textBaseline = "top";
    c.textAlign = "center";
    c.fillStyle = p.ink2;
    for (const t of ticks) c.fillText(label(t), x(t), bottom + 6);
    c.fillStyle = p.ink;
    c.fillText(seconds ? "Time" : "Time (samples)", (left + right) / 2, bottom + 22);
    drawn.forEach((g, row) => {
      const y = row * ROW;
      c.textBaseline = "middle";
      c.textAlign = "right";
      c.fillStyle = p.ink;
      c.fillText(g.name, left - 8, y + ROW / 2, left - 10);
      c.fillStyle = css(colours.get(g.name)!);
      for (const t of g.times) c.fillRect(x(t) - 0.75, y + 4, 1.5, ROW - 8);
    });
  });
  onWidth(holder, (w) => {
    width = w;
    draw();
  });
  onTheme(draw);
  const words = restWords(groups);
  const rest = words ? [el("p", { class: "rv-hint" }, words)] : [];
  const rows = drawn.map((g) => {
    const gap = median(intervals(g.times));
    const [first, last] = firstAndLast(g.times);
    return [g.name, String(g.times.length), label(first), label(last), Number.isNaN(gap) ? "–" : seconds ? `${shown(gap, 4)} s` : shown(gap, 6)];
  });
  return {
    element: el("div", {}, holder, table("Events of each name", ["Name", "Number", "First", "Last", "Median interval"], rows, [1, 2, 3, 4]), ...rest),
    note: `${counted(all, "event")} · ${label(start)} to ${label(end)}`,
    keys: [],
    csv: () => [["name", seconds ? "time (s)" : "sample"], ...groups.flatMap((g) => g.times.map((t) => [g.name, t]))],
  };
}
