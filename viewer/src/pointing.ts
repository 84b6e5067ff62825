// Pointing at traces by mouse and keys: pulling the paper, a cursor in time, stretches from here to there.

import { typing } from "./dom";

export interface Pointing {
  /** The cursor [s], and where the stretch begins that is being marked. */
  readonly pointer: { at: number | null; from: number | null };
  /** Puts the cursor somewhere, and brings it into the window. */
  to(time: number): void;
}

export interface PointingOptions {
  holder: HTMLElement;
  stage: HTMLElement;
  timeAt(clientX: number): number;
  /** The window [s], and how much of it a pixel is. */
  window(): { start: number; length: number; perPixel: number };
  duration: number;
  scrollTo(start: number): void;
  /** Does dragging mark a stretch rather than pull the paper? With Shift it always does. */
  marking(): boolean;
  /** Can stretches be marked here? */
  stretches: boolean;
  moved(): void;
  mark(from: number, to: number): void;
  /** Somebody clicked at a time. */
  clicked(time: number): void;
}

const CLICK = 4; // pixels that a hand moves while it clicks

export function pointing(o: PointingOptions): Pointing {
  const pointer: Pointing["pointer"] = { at: null, from: null };
  const inside = (t: number): number => Math.min(o.duration, Math.max(0, t));
  const to = (time: number): void => {
    pointer.at = inside(time);
    const w = o.window();
    if (pointer.at < w.start || pointer.at > w.start + w.length) o.scrollTo(pointer.at - w.length / 4);
    o.moved();
  };

  let drag: { x: number; start: number; far: boolean; marks: boolean } | null = null;
  o.holder.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const marks = o.stretches && (event.shiftKey || o.marking());
    drag = { x: event.clientX, start: o.window().start, far: false, marks };
    if (marks) pointer.from = inside(o.timeAt(event.clientX));
    o.holder.setPointerCapture(event.pointerId);
  });
  o.holder.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.far ||= Math.abs(event.clientX - drag.x) >= CLICK;
    if (drag.marks) {
      pointer.at = inside(o.timeAt(event.clientX));
      o.moved();
    } else if (drag.far) o.scrollTo(drag.start - (event.clientX - drag.x) * o.window().perPixel);
  });
  o.holder.addEventListener("pointerup", (event) => {
    const done = drag;
    drag = null;
    if (!done) return;
    const time = inside(o.timeAt(event.clientX));
    if (done.marks && done.far && pointer.from !== null) {
      const from = pointer.from;
      pointer.from = null;
      o.mark(from, time);
    } else if (!done.far) {
      if (done.marks) pointer.from = null;
      o.clicked(time);
    }
    o.moved();
  });
  o.holder.addEventListener("pointercancel", () => {
    drag = null;
    pointer.from = null;
    o.moved();
  });
  o.holder.addEventListener(
    "wheel",
    (event) => {
      // A wheel with Shift (or sideways) scrolls, so that the page still scrolls without.
      const by = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
      if (!by) return;
      event.preventDefault();
      o.scrollTo(o.window().start + (by / 600) * o.window().length);
    },
    { passive: false },
  );
  o.stage.addEventListener("keydown", (event) => {
    if (!o.stretches || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const w = o.window();
    const steps: Record<string, number> = { ",": -w.length / 100, ".": w.length / 100, "<": -w.length / 10, ">": w.length / 10, ";": -w.length / 10, ":": w.length / 10 };
    const step = steps[event.key];
    if (step !== undefined) to((pointer.at ?? w.start + w.length / 2) + (pointer.at === null ? 0 : step));
    else if (event.key === "[") {
      pointer.at ??= w.start + w.length / 2;
      pointer.from = pointer.at;
      o.moved();
    } else if (event.key === "]") {
      if (pointer.at === null || pointer.from === null || pointer.at === pointer.from) return;
      const from = pointer.from;
      pointer.from = null;
      o.mark(from, pointer.at);
    } else if (event.key === "Escape" && pointer.from !== null) {
      pointer.from = null;
      o.moved();
    } else return;
    event.preventDefault();
  });
  return { pointer, to };
}
