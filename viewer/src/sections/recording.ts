// The browser of recordings and epochs: scroll, page, scale, number of channels; annotations, events, overview; and what a
// reader marks: channels, stretches, epochs, components of an ICA.

import { annotationColours, css, hexColour, type Rgb } from "../colours";
import type { Annotation, RecordingSection } from "../page-types";
import { rowValues } from "../decode";
import { button, checkbox, el, onWidth, perFrame, typing } from "../dom";
import { channelLabels } from "../labels";
import { markingBar } from "../marking";
import { Marks } from "../marks";
import { envelope, overview } from "../overview";
import { pointing } from "../pointing";
import { channelTypes, typeName } from "../sensors";
import { onTheme } from "../theme";
import { AIR, AXIS_HEIGHT, traces } from "../traces";
import { counted, shown, shownClock } from "../units";
import type { Context, KeyHelp, View } from "../view";
import { fitted, keyMove, moved, nextOnset, robustScaling, type Extent, type Move, type Window } from "../window";

const ROW_HEIGHT = 25;
const isBad = (description: string): boolean => /^bad/i.test(description);

/** What is marked of a section's object when the page opens. */
export function marksOf(section: RecordingSection, context: Pick<Context, "judged">): Marks {
  const bads = section.channels.filter((c) => c.bad).map((c) => c.name);
  if (section.marks_of === "ica") return context.judged(section.channels.flatMap((c, i) => (c.bad ? [i] : [])));
  const stretches = section.annotations.filter((a) => isBad(a.description)).map(({ onset, duration, description, ch_names }) => ({ onset, duration, description, ...(ch_names.length ? { ch_names } : {}) }));
  return new Marks(section.marks_of, section.first_time, { bads, stretches: section.marks_of === "recording" ? stretches : [], dropped: section.epochs?.dropped ?? [] });
}

export function recordingView(section: RecordingSection, context: Context): View {
  const { channels, sfreq, look, epochs } = section;
  const samples = context.blocks.samples(section.data);
  const duration = samples.rowLength / sfreq;
  const extent: Extent = { duration, channels: channels.length, step: 1 / sfreq };
  const marks = marksOf(section, context);
  const ica = section.marks_of === "ica";
  // Beside components, which come first, stand channels to compare them with.
  const judgeable = (i: number): boolean => channels[i]!.type === "misc";
  const channelsBeside = new Set(ica ? channels.filter((_, i) => !judgeable(i)).map((c) => c.name) : []);
  const types = channelTypes(channels);
  const hidden = new Set<string>();

  // What is drawn follows the marks.
  const bad = new Set<number>();
  const annotations: Annotation[] = [];
  const colours = new Map<string, Rgb>();
  const givenColours = new Map(section.annotations.flatMap((a) => (hexColour(a.colour) ? [[a.description, hexColour(a.colour)!] as const] : [])));
  const kept = section.annotations.filter((a) => section.marks_of !== "recording" || !isBad(a.description));
  const unnamed = new Set(section.annotations.filter((a) => !a.named).map((a) => a.description));
  const follow = (): void => {
    bad.clear();
    channels.forEach((c, i) => (ica ? marks.excluded.has(i) : marks.bads.has(c.name)) && bad.add(i));
    const stretches = marks.stretches.map((s) => ({ ...s, ch_names: s.ch_names ?? [], colour: "", named: !unnamed.has(s.description) }));
    annotations.splice(0, annotations.length, ...[...kept, ...stretches].sort((a, b) => a.onset - b.onset));
    colours.clear();
    for (const [d, c] of annotationColours(annotations.map((a) => a.description), givenColours)) colours.set(d, c);
  };
  follow();

  const own = new Map<string, number>(); // scalings that only the data can say
  for (const type of types) {
    const first = channels.findIndex((c) => c.type === type);
    if (channels[first]!.half_range === undefined) own.set(type, robustScaling(rowValues(samples, first)));
  }
  const scaling = (i: number): number => own.get(channels[i]!.type) ?? channels[i]!.half_range!;

  let w: Window = fitted({ start: look.start, length: look.duration, first: 0, rows: look.rows, gain: 1 }, extent);
  let removeMean = look.remove_mean;
  let butterfly = look.butterfly;
  let markingByDrag = false;
  const shift = look.first_time ? section.first_time : 0;
  const clockFrom = (span: number, t: number, digits: number): string =>
    look.clock || span > 300 ? shownClock(t + shift) : `${shown(t + shift, digits)} s`;
  const shownTimeOf = (t: number): string => clockFrom(duration, t, 4);

  const holder = el("div", { class: "rv-traces" });
  const stage = el(
    "div",
    { class: "rv-stage", tabindex: 0, role: "application", "aria-label": `${section.title}: traces. Arrow keys scroll; press ? for all keys` },
    holder,
  );
  const position = el("output", { class: "rv-readout" });
  const badList = el("p", { class: "rv-badlist", "aria-live": "polite" });
  const act = (move: Move): void => set(moved(w, move, extent));
  const epochAt = (t: number): number => Math.min(epochs!.numbers.length - 1, Math.max(0, Math.floor(t / epochs!.length)));
  const dropped = (k: number): boolean => marks.dropped.has(epochs!.numbers[k]!);

  const labels = channelLabels(
    channels.map((c) => c.name),
    ica
      ? { group: "Components on the screen; press one to leave it out or keep it", press: (name, out) => (channelsBeside.has(name) ? `${name} is a channel, no component` : out ? `${name} is left out: press to keep it` : `Press to leave ${name} out`) }
      : { group: "Channels on the screen; press one to mark it bad or good", press: (name, is) => (is ? `${name} is marked bad: press to mark it good` : `Press to mark ${name} bad`) },
    (i) => bad.has(i),
    (i) => {
      if (!ica) marks.toggle(marks.bads, channels[i]!.name);
      else if (judgeable(i)) marks.toggle(marks.excluded, i);
      else context.announce(`${channels[i]!.name} is a channel, no component`);
    },
  );
  const point = pointing({
    holder,
    stage,
    timeAt: (x) => plot.timeAt(x),
    window: () => ({ start: w.start, length: w.length, perPixel: w.length / plot.area().width }),
    duration,
    scrollTo: (start) => set({ ...w, start }),
    marking: () => markingByDrag,
    stretches: section.marks_of === "recording",
    moved: () => plot.redraw(),
    mark: (a, b) => {
      const stretch = { onset: Math.min(a, b), duration: Math.abs(b - a), description: bar.description() };
      marks.add(stretch);
      context.announce(`${stretch.description} marked from ${shownTimeOf(stretch.onset)} to ${shownTimeOf(stretch.onset + stretch.duration)}`);
    },
    clicked: (time) => (epochs ? toggleEpoch(epochAt(time)) : section.marks_of === "recording" ? point.to(time) : undefined),
  });
  const events = section.events;
  const plot = traces(holder, {
    samples, sfreq, channels, bad, annotations, colours, hidden, scaling, look, events, epochs, dropped,
    eventColours: annotationColours(events.map((e) => e.name)),
    timeText: (t) => (epochs ? `epoch ${epochs.numbers[epochAt(t)]}` : clockFrom(w.length, t, 6)),
    pointer: point.pointer,
  });
  const strip = overview(duration, envelope(samples, channels, scaling, 600), annotations, colours, hidden, (start) => set({ ...w, start }));
  const bar = markingBar(marks, context, (s) => {
    set({ ...w, start: s.onset - Math.max(0, w.length - s.duration) / 2 });
    stage.focus();
  });

  const showTraces = (): void => plot.show(w, removeMean, butterfly ? types : null);
  const draw = perFrame(() => {
    showTraces();
    strip.show(w);
    place();
    const first = epochs ? epochAt(w.start + 1e-9) : 0;
    const last = epochs ? epochAt(w.start + w.length - 1e-9) : 0;
    const when = epochs
      ? `epochs ${epochs.numbers[first]}–${epochs.numbers[last]}, ${last - first + 1} of ${epochs.numbers.length}`
      : `${shownTimeOf(w.start)} – ${shownTimeOf(w.start + w.length)} of ${shownTimeOf(duration)}`;
    const which = butterfly ? "all channels" : `${w.rows === 1 ? `channel ${w.first + 1}` : `channels ${w.first + 1}–${w.first + w.rows}`} of ${channels.length}`;
    position.textContent = `${when} · ${which} · scale × ${shown(w.gain)}`;
  });
  function set(next: Window): void {
    w = fitted(next, extent);
    draw();
  }
  function place(): void {
    const area = plot.area();
    const rowHeight = area.height / (w.rows + 2 * AIR);
    labels.element.hidden = butterfly;
    if (!butterfly) labels.place(w.first, w.rows, area.top + AIR * rowHeight, rowHeight);
    const names = [...bad].sort((a, b) => a - b).map((i) => channels[i]!.name);
    const what = ica ? ["Components left out", "No component is left out"] : ["Bad channels", "No bad channels"];
    const drops = epochs ? epochs.numbers.filter((n) => marks.dropped.has(n)) : [];
    const text =
      (names.length ? `${what[0]} (${names.length}): ${names.join(", ")}` : what[1]!) +
      (epochs && !ica ? ` · ${drops.length ? `Epochs to drop (${drops.length}): ${drops.join(", ")}` : "no epochs to drop"}` : "");
    if (badList.firstChild?.textContent !== text) badList.replaceChildren(el("span", {}, text));
  }
  function toggleEpoch(k: number): void {
    if (ica) return; // components are judged here, not epochs
    const number = epochs!.numbers[k]!;
    const out = marks.toggle(marks.dropped, number);
    point.pointer.at = (k + 0.5) * epochs!.length;
    context.announce(`Epoch ${number}, ${epochs!.names[k]}: ${out ? "to drop" : "kept"}`);
  }
  marks.listen(() => {
    follow();
    buildLegend();
    showTraces();
    strip.redraw();
    place();
  });

  const jump = (backwards: boolean): void => {
    const onsets = annotations.filter((a) => !hidden.has(a.description)).map((a) => a.onset);
    // The annotation one has jumped to stands a quarter into the window.
    const t = nextOnset(onsets, w.start + w.length / 4, backwards);
    if (t === null) return context.announce(backwards ? "No earlier annotation" : "No later annotation");
    set({ ...w, start: t - w.length / 4 });
    context.announce(`${annotations.find((a) => a.onset === t)!.description} at ${shownTimeOf(t)}`);
  };
  const mean = checkbox("Remove the mean", removeMean, (on) => ((removeMean = on), draw()));
  const over = checkbox("Butterfly", butterfly, (on) => ((butterfly = on), resize()));
  const byDrag = checkbox("Drag marks", false, (on) => {
    markingByDrag = on;
    holder.classList.toggle("rv-marks-by-drag", on);
  });
  byDrag.element.title = "Dragging marks a bad stretch instead of scrolling; with Shift it always does";

  /** Epochs by keys: the one under the cursor, its neighbours. */
  const epochKey = (key: string): boolean => {
    if (!epochs) return false;
    const at = point.pointer.at === null ? null : epochAt(point.pointer.at);
    if (key === "," || key === ".") {
      const k = at === null ? epochAt(w.start + 1e-9) : Math.min(epochs.numbers.length - 1, Math.max(0, at + (key === "." ? 1 : -1)));
      point.to((k + 0.5) * epochs.length);
      context.announce(`Epoch ${epochs.numbers[k]}, ${epochs.names[k]}${dropped(k) ? ", to drop" : ""}`);
    } else if ((key === "x" || key === "Delete" || key === "Enter") && at !== null) toggleEpoch(at);
    else return false;
    return true;
  };
  const stretchKey = (key: string): boolean => {
    if (section.marks_of !== "recording" || (key !== "x" && key !== "Delete") || point.pointer.at === null) return false;
    const there = marks.at(point.pointer.at);
    if (there) marks.remove(there);
    context.announce(there ? `${there.description} removed` : "No bad stretch here");
    return true;
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event)) return;
    const move = keyMove(event.key, event.shiftKey);
    if (move) act(move);
    else if (event.key === "a" || event.key === "A") jump(event.key === "A");
    else if (event.key === "d") mean.input.click();
    else if (event.key === "b") over.input.click();
    else if (event.key === "u") bar.undo();
    else if (!epochKey(event.key) && !stretchKey(event.key)) return;
    event.preventDefault();
    if (move) context.announce(`${shownTimeOf(w.start)} to ${shownTimeOf(w.start + w.length)}`);
  });
  strip.element.addEventListener("keydown", (event) => {
    const k = event.key === "Home" ? "Shift+Home" : event.key === "End" ? "Shift+End" : event.key === "PageUp" ? "Shift+ArrowRight" : event.key === "PageDown" ? "Shift+ArrowLeft" : event.key;
    const move = keyMove(k.replace("Shift+", ""), k.startsWith("Shift+") || event.shiftKey);
    if (!move || !/^(Shift\+)?(Arrow|Home|End)/.test(k)) return;
    event.preventDefault();
    act(move === "down" ? "left" : move === "up" ? "right" : move);
  });

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
    over.element,
    section.marks_of === "recording" ? byDrag.element : null,
  );
  const legend = el("div", { class: "rv-controls rv-annotations", role: "group", "aria-label": "Annotations shown" });
  const buildLegend = (): void => {
    const focused = legend.contains(document.activeElement);
    legend.replaceChildren();
    for (const [description, colour] of colours) {
      const n = annotations.filter((a) => a.description === description).length;
      const box = checkbox(`${description} (${n})`, !hidden.has(description), (on) => {
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
    if (focused) stage.focus();
  };
  buildLegend();

  const element = el("div", { class: "rv-recording" }, controls, el("div", { class: "rv-browser" }, labels.element, stage),
    look.overview ? strip.element : null, legend, position, badList, bar.element);
  const resize = (): void => {
    const width = holder.clientWidth;
    const height = butterfly ? 110 * types.length : Math.min(w.rows, 24) * ROW_HEIGHT;
    if (width > 0) plot.resize(width, Math.max(260, height) + AXIS_HEIGHT);
    draw();
  };
  onWidth(holder, resize);
  onTheme(draw);
  showTraces();

  const kinds = types.map((t) => `${channels.filter((c) => c.type === t).length} ${typeName(t)}`);
  const rate = `${shown(section.recorded_sfreq ?? sfreq, 6)} Hz${section.recorded_sfreq ? ` (traces thinned to ${shown(sfreq, 6)} Hz)` : ""}`;
  const length = epochs ? `${counted(epochs.numbers.length, "epoch")} of ${shown(epochs.length, 5)} s` : `${shownClock(duration)} (${shown(duration, 5)} s)`;
  return {
    element,
    note: `${kinds.join(", ")} · ${rate} · ${length}` + (section.first_time ? ` · first sample at ${shown(section.first_time, 6)} s` : ""),
    keys: recordingKeys(section),
  };
}

function recordingKeys(section: RecordingSection): KeyHelp[] {
  const marking: Record<typeof section.marks_of, KeyHelp[]> = {
    recording: [
      { keys: ", .", does: "move the cursor; with Shift ten steps" },
      { keys: "[ ]", does: "a bad stretch begins at the cursor, or ends there; Escape: it does not begin" },
      { keys: "x", does: "remove the bad stretch at the cursor" },
      { keys: "Shift", does: "with dragging: mark a bad stretch" },
    ],
    epochs: [
      { keys: ", .", does: "point at the epoch before or after" },
      { keys: "x Enter", does: "drop the epoch that is pointed at, or keep it; so does a click" },
    ],
    ica: [],
  };
  return [
    { keys: "← →", does: "scroll by a quarter; with Shift by a page" },
    { keys: "↑ ↓", does: "earlier or later channels" },
    { keys: "PageUp PageDown", does: "more or fewer channels" },
    { keys: "Home End", does: "shorter or longer time span; with Shift to the begin or end" },
    { keys: "+ −", does: "larger or smaller traces" },
    { keys: "a A", does: "next or previous annotation" },
    { keys: "d", does: "remove the mean of each trace, or leave it" },
    { keys: "b", does: "butterfly: channels of a type over each other" },
    { keys: "Enter", does: section.marks_of === "ica" ? "on a component's name: leave it out or keep it" : "on a channel's name: mark it bad or good" },
    ...marking[section.marks_of],
    { keys: "u", does: "take back the last mark" },
  ];
}
