// The recording browser: scroll, page, scale, number of channels, bad channels, annotations, overview.

import { annotationColours, css } from "../colours";
import type { RecordingSection } from "../page-types";
import { rowValues } from "../decode";
import { button, checkbox, el, onWidth, perFrame, typing } from "../dom";
import { envelope, overview } from "../overview";
import { channelTypes, typeName } from "../sensors";
import { onTheme } from "../theme";
import { AIR, AXIS_HEIGHT, traces } from "../traces";
import { shown, shownClock } from "../units";
import type { Context, View } from "../view";
import { fitted, keyMove, moved, nextOnset, robustScaling, type Extent, type Move, type Window } from "../window";

const ROW_HEIGHT = 25;

export function recordingView(section: RecordingSection, context: Context): View {
  const { channels, sfreq, annotations } = section;
  const samples = context.blocks.samples(section.data);
  const duration = samples.rowLength / sfreq;
  const extent: Extent = { duration, channels: channels.length, step: 1 / sfreq };
  const bad = new Set(channels.flatMap((c, i) => (c.bad ? [i] : [])));
  const hidden = new Set<string>();
  const colours = annotationColours(annotations.map((a) => a.description));
  const own = new Map<string, number>(); // scalings that only the data can say
  for (const type of channelTypes(channels)) {
    const first = channels.findIndex((c) => c.type === type);
    if (channels[first]!.half_range === undefined) own.set(type, robustScaling(rowValues(samples, first)));
  }
  const scaling = (i: number): number => own.get(channels[i]!.type) ?? channels[i]!.half_range!;

  let w: Window = fitted({ start: 0, length: 10, first: 0, rows: 20, gain: 1 }, extent);
  let removeMean = true;

  const labels = el("div", { class: "rv-labels", role: "group", "aria-label": "Channels on the screen; press one to mark it bad or good" });
  const holder = el("div", { class: "rv-traces" });
  const stage = el(
    "div",
    { class: "rv-stage", tabindex: 0, role: "application", "aria-label": `${section.title}: traces. Arrow keys scroll; press ? for all keys` },
    holder,
  );
  const position = el("output", { class: "rv-readout" });
  const badList = el("p", { class: "rv-badlist", "aria-live": "polite" });
  const plot = traces(holder, { samples, sfreq, channels, bad, annotations, colours, hidden, scaling });
  const bar = overview(duration, envelope(samples, channels, scaling, 600), annotations, colours, hidden, (start) =>
    set({ ...w, start }),
  );

  const draw = perFrame(() => {
    plot.show(w, removeMean);
    bar.show(w);
    place();
    position.textContent =
      `${shownTimeOf(w.start)} – ${shownTimeOf(w.start + w.length)} of ${shownTimeOf(duration)} · ` +
      `${w.rows === 1 ? `channel ${w.first + 1}` : `channels ${w.first + 1}–${w.first + w.rows}`} of ${channels.length} · scale × ${shown(w.gain)}`;
  });
  const shownTimeOf = (t: number): string => (duration > 300 ? shownClock(t) : `${shown(t, 4)} s`);

  function set(next: Window): void {
    w = fitted(next, extent);
    draw();
  }
  const act = (move: Move): void => set(moved(w, move, extent));

  /** Channel names stand beside their traces as buttons; one of them is in the tab order, arrows reach the others. */
  let labelled = "";
  function place(): void {
    const wanted = `${w.first}:${w.rows}`;
    if (labelled !== wanted) {
      labelled = wanted;
      labels.replaceChildren(
        ...Array.from({ length: w.rows }, (_, r) => {
          const i = w.first + r;
          const b = el("button", { type: "button", class: "rv-label", tabindex: r === 0 ? 0 : -1, onclick: () => toggle(i) }, channels[i]!.name);
          b.dataset["channel"] = String(i);
          return b;
        }),
      );
    }
    const area = plot.area();
    const rowHeight = area.height / (w.rows + 2 * AIR);
    labels.style.paddingTop = `${area.top + AIR * rowHeight}px`;
    for (const b of labels.children as unknown as Iterable<HTMLButtonElement>) {
      const i = Number(b.dataset["channel"]);
      b.style.height = `${rowHeight}px`;
      b.setAttribute("aria-pressed", String(bad.has(i)));
      b.title = bad.has(i) ? `${channels[i]!.name} is marked bad: press to mark it good` : `Press to mark ${channels[i]!.name} bad`;
    }
    const names = [...bad].sort((a, b) => a - b).map((i) => channels[i]!.name);
    const text = names.length ? `Bad channels (${names.length}): ${names.join(", ")}` : "No bad channels";
    if (badList.firstChild?.textContent !== text) badList.replaceChildren(el("span", {}, text));
  }
  function toggle(i: number): void {
    if (!bad.delete(i)) bad.add(i);
    plot.show(w, removeMean);
    place();
  }
  labels.addEventListener("keydown", (event) => {
    const all = [...labels.children] as HTMLButtonElement[];
    const k = all.indexOf(document.activeElement as HTMLButtonElement);
    if (k < 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = all[(k + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]!;
      all.forEach((b) => (b.tabIndex = b === next ? 0 : -1));
      next.focus();
    }
  });

  const jump = (backwards: boolean): void => {
    const onsets = annotations.filter((a) => !hidden.has(a.description)).map((a) => a.onset);
    // The annotation one has jumped to stands a quarter into the window.
    const t = nextOnset(onsets, w.start + w.length / 4, backwards);
    if (t === null) return context.announce(backwards ? "No earlier annotation" : "No later annotation");
    set({ ...w, start: t - w.length / 4 });
    context.announce(`${annotations.find((a) => a.onset === t)!.description} at ${shownTimeOf(t)}`);
  };
  const mean = checkbox("Remove the mean", true, (on) => ((removeMean = on), draw()));

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const move = keyMove(event.key, event.shiftKey);
    if (move) act(move);
    else if (event.key === "a" || event.key === "A") jump(event.key === "A");
    else if (event.key === "d") {
      mean.input.checked = removeMean = !removeMean;
      draw();
    } else return;
    event.preventDefault();
    if (move) context.announce(`${shownTimeOf(w.start)} to ${shownTimeOf(w.start + w.length)}`);
  };
  stage.addEventListener("keydown", onKey);
  bar.element.addEventListener("keydown", (event) => {
    const k = event.key === "Home" ? "Shift+Home" : event.key === "End" ? "Shift+End" : event.key === "PageUp" ? "Shift+ArrowRight" : event.key === "PageDown" ? "Shift+ArrowLeft" : event.key;
    const move = keyMove(k.replace("Shift+", ""), k.startsWith("Shift+") || event.shiftKey);
    if (!move || !/^(Shift\+)?(Arrow|Home|End)/.test(k)) return;
    event.preventDefault();
    act(move === "down" ? "left" : move === "up" ? "right" : move);
  });

  // Dragging pulls the paper; a wheel with Shift (or sideways) scrolls, so that the page still scrolls without.
  let drag: { x: number; start: number } | null = null;
  holder.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, start: w.start };
    holder.setPointerCapture(event.pointerId);
  });
  holder.addEventListener("pointermove", (event) => {
    if (drag) set({ ...w, start: drag.start - ((event.clientX - drag.x) / plot.area().width) * w.length });
  });
  for (const end of ["pointerup", "pointercancel"]) holder.addEventListener(end, () => (drag = null));
  holder.addEventListener(
    "wheel",
    (event) => {
      const by = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
      if (!by) return;
      event.preventDefault();
      set({ ...w, start: w.start + (by / 600) * w.length });
    },
    { passive: false },
  );

  const pair = (label: string, less: [string, string, Move], more: [string, string, Move]): HTMLElement =>
    el("span", { class: "rv-pair", role: "group", "aria-label": label }, el("span", { "aria-hidden": "true" }, label),
      button(less[0], less[1], () => act(less[2])), button(more[0], more[1], () => act(more[2])));
  const controls = el(
    "div",
    { class: "rv-controls", role: "group", "aria-label": "Recording display" },
    pair("Time", ["◀", "Back by a page", "pageLeft"], ["▶", "Forward by a page", "pageRight"]),
    pair("Duration", ["−", "Shorter time span", "shorter"], ["+", "Longer time span", "longer"]),
    pair("Channels", ["▲", "Earlier channels", "up"], ["▼", "Later channels", "down"]),
    pair("Number", ["−", "Fewer channels", "fewer"], ["+", "More channels", "more"]),
    pair("Scale", ["−", "Smaller traces", "smaller"], ["+", "Larger traces", "larger"]),
    mean.element,
  );
  const legend = el("div", { class: "rv-controls rv-annotations", role: "group", "aria-label": "Annotations shown" });
  for (const [description, colour] of colours) {
    const n = annotations.filter((a) => a.description === description).length;
    const box = checkbox(`${description} (${n})`, true, (on) => {
      if (on) hidden.delete(description);
      else hidden.add(description);
      draw();
    });
    const swatch = el("span", { class: "rv-swatch", "aria-hidden": "true" });
    swatch.style.background = css(colour);
    box.element.insertBefore(swatch, box.element.lastChild);
    legend.append(box.element);
  }
  if (colours.size) legend.append(button("◀ annotation", "Previous annotation", () => jump(true)), button("annotation ▶", "Next annotation", () => jump(false)));

  const element = el("div", { class: "rv-recording" }, controls, el("div", { class: "rv-browser" }, labels, stage), bar.element, legend, position, badList);
  const resize = (): void => {
    const width = holder.clientWidth;
    if (width > 0) plot.resize(width, Math.max(260, Math.min(w.rows, 24) * ROW_HEIGHT) + AXIS_HEIGHT);
    draw();
  };
  onWidth(holder, resize);
  onTheme(draw);
  plot.show(w, removeMean);

  const types = channelTypes(channels).map((t) => `${channels.filter((c) => c.type === t).length} ${typeName(t)}`);
  return {
    element,
    note:
      `${types.join(", ")} · ${shown(section.recorded_sfreq ?? sfreq, 6)} Hz${section.recorded_sfreq ? ` (traces thinned to ${shown(sfreq, 6)} Hz)` : ""} · ${shownClock(duration)} (${shown(duration, 5)} s)` +
      (section.first_time ? ` · first sample at ${shown(section.first_time, 6)} s` : ""),
    keys: [
      { keys: "← →", does: "scroll by a quarter; with Shift by a page" },
      { keys: "↑ ↓", does: "earlier or later channels" },
      { keys: "PageUp PageDown", does: "more or fewer channels" },
      { keys: "Home End", does: "shorter or longer time span; with Shift to the begin or end" },
      { keys: "+ −", does: "larger or smaller traces" },
      { keys: "a A", does: "next or previous annotation" },
      { keys: "d", does: "remove the mean of each trace, or leave it" },
      { keys: "Enter", does: "on a channel's name: mark it bad or good" },
    ],
  };
}
