// The whole recording as one bar: its size over time, its annotations, and a frame around what is on the screen.

import { css, type Rgb } from "./colours";
import type { Annotation, Channel } from "./page-types";
import { valueAt, type Samples } from "./decode";
import { el, onWidth, perFrame, picture, prepared } from "./dom";
import { onTheme, palette, SMALL_FONT } from "./theme";
import { clockTicks, shownClock } from "./units";
import type { Window } from "./window";

const HEIGHT = 54;

/** Size of the recording in `bins` parts: mean over good channels of the range in units of the scaling; at most 2 M reads. */
export function envelope(
  samples: Samples, channels: readonly Channel[], scaling: (i: number) => number, bins: number,
): Float64Array {
  const good = channels.flatMap((c, i) => (c.bad || c.type === "stim" ? [] : [i]));
  const out = new Float64Array(bins);
  const n = samples.rowLength;
  const stride = Math.max(1, Math.floor((good.length * n) / 2e6));
  for (let b = 0; b < bins; b++) {
    const from = Math.floor((b * n) / bins);
    const to = Math.max(from + 1, Math.floor(((b + 1) * n) / bins));
    let sum = 0;
    for (const i of good) {
      let lo = Infinity;
      let hi = -Infinity;
      for (let t = from; t < to; t += stride) {
        const v = valueAt(samples, i, t);
        if (v < lo) lo = v;
        if (v > hi) hi = v;
      }
      if (hi >= lo) sum += (hi - lo) / scaling(i);
    }
    out[b] = good.length ? sum / good.length : 0;
  }
  return out;
}

export interface Overview {
  element: HTMLElement;
  show(w: Window): void;
  redraw(): void;
}

/** What the strip is of, in words, and how its times are said. */
export interface OverviewWords {
  picture: string;
  position: string;
  time(t: number): string;
  ticks(lo: number, hi: number, most: number): number[];
}
const ofRecording: OverviewWords = { picture: "Overview of the whole recording with its annotations", position: "Position in the recording", time: shownClock, ticks: clockTicks };

export function overview(
  duration: number,
  size: Float64Array,
  annotations: readonly Annotation[],
  colours: ReadonlyMap<string, Rgb>,
  hidden: ReadonlySet<string>,
  onMove: (start: number) => void,
  say: OverviewWords = ofRecording,
): Overview {
  const canvas = picture(say.picture);
  const element = el(
    "div",
    { class: "rv-overview", role: "slider", tabindex: 0, "aria-label": say.position, "aria-valuemin": 0, "aria-valuenow": 0 },
    canvas,
  );
  let w: Window = { start: 0, length: duration, first: 0, rows: 1, gain: 1 };
  let width = 600;
  const top = Math.max(...size, 1e-300);
  const draw = perFrame(() => {
    const c = prepared(canvas, width, HEIGHT);
    const p = palette();
    const x = (t: number): number => (t / duration) * width;
    const base = HEIGHT - 18;
    c.fillStyle = p.grid;
    c.fillRect(0, 0, width, base);
    c.fillStyle = p.ink2;
    size.forEach((s, i) => {
      const h = Math.sqrt(s / top) * (base - 12);
      c.fillRect(x((i * duration) / size.length), base - h, Math.max(1, width / size.length), h);
    });
    for (const a of annotations) {
      if (hidden.has(a.description)) continue;
      const colour = colours.get(a.description) ?? [128, 128, 128];
      c.fillStyle = css(colour, 0.35);
      c.fillRect(x(a.onset), 0, Math.max(1, x(a.duration)), base);
      c.fillStyle = css(colour);
      c.fillRect(x(a.onset), 0, Math.max(1.5, x(a.duration)), 6);
    }
    c.fillStyle = p.dark ? "rgb(10 13 17 / 0.55)" : "rgb(246 247 249 / 0.62)";
    c.fillRect(0, 0, x(w.start), base);
    c.fillRect(x(w.start + w.length), 0, width, base);
    c.strokeStyle = p.accent;
    c.lineWidth = 2;
    c.strokeRect(x(w.start) + 1, 1, Math.max(4, x(w.length) - 2), base - 2);
    c.font = SMALL_FONT;
    c.fillStyle = p.ink;
    c.textBaseline = "bottom";
    for (const t of say.ticks(0, duration, Math.max(2, width / 70))) {
      const text = say.time(t);
      const half = c.measureText(text).width / 2;
      c.fillText(text, Math.min(width - 2 * half, Math.max(0, x(t) - half)), HEIGHT - 1);
    }
  });
  onWidth(element, (next) => {
    width = next;
    draw();
  });
  onTheme(draw);
  let dragging = false;
  const to = (event: PointerEvent): void =>
    onMove(((event.clientX - element.getBoundingClientRect().left) / width) * duration - w.length / 2);
  element.addEventListener("pointerdown", (event) => {
    dragging = true;
    element.setPointerCapture(event.pointerId);
    to(event);
  });
  element.addEventListener("pointermove", (event) => dragging && to(event));
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (dragging = false));
  return {
    element,
    show(next) {
      w = next;
      element.setAttribute("aria-valuemax", String(Math.max(0, duration - w.length)));
      element.setAttribute("aria-valuenow", String(w.start));
      element.setAttribute("aria-valuetext", `${say.time(w.start)} to ${say.time(w.start + w.length)} of ${say.time(duration)}`);
      draw();
    },
    redraw: draw,
  };
}
