// What a model does: its diagram over a parameter, its phase plane and its trace, all at one value that the reader
// chooses; and one moment of time, marked in both plane and trace.

import type { PortraitSection } from "../page-types";
import { button, el, labelledSelect, uniqueId } from "../dom";
import { diagramView, type Shown } from "../diagram";
import { css, stateColour } from "../colours";
import { symbolText } from "../formula";
import { kindSwatch, phaseView } from "../phase";
import { eigenvalueTexts, nearestValue, portraitData, specialName, type PortraitData, type Value } from "../portrait-data";
import { isDark, onTheme } from "../theme";
import { traceView } from "../trace";
import { shown, unitText, withUnit } from "../units";
import type { Context, View } from "../view";

const PLANE_HEIGHT = 380;

const keys = [
  { keys: "← →", does: "in the diagram: the next value of the parameter; in the trace: move the time marker" },
  { keys: "PageUp PageDown", does: "in the diagram: five values; in the trace: larger steps" },
  { keys: "Home End", does: "the first or last value, the beginning or end of the trace" },
  { keys: "Space", does: "in the trace: let time run, or stop it" },
];

function table(caption: string, head: readonly string[], rows: HTMLElement[]): HTMLElement {
  return el(
    "div",
    { class: "rv-scroll", tabindex: 0, role: "region", "aria-label": `${caption} (table)` },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))),
      el("tbody", {}, ...rows),
    ),
  );
}

/** A stroke of the legend, drawn as the picture draws it. `repaint` gets what renews its colour. */
function stroke(style: string, text: string, colour?: (dark: boolean) => string, repaint?: (() => void)[]): HTMLElement {
  const bar = el("span", { class: `rv-stroke ${style}`, "aria-hidden": "true" });
  if (colour) {
    const paint = (): void => bar.style.setProperty("border-top-color", colour(isDark()));
    paint();
    onTheme(paint);
    repaint?.push(paint);
  }
  return el("span", { class: "rv-key" }, bar, el("span", {}, text));
}

function specialTable(d: PortraitData, show: (parameter: number) => void): HTMLElement | null {
  if (!d.special.length || !d.parameter) return null;
  const p = d.parameter;
  const rows = d.special.map((s) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, specialName(s)),
      el("td", {}, button(shown(s.parameter, 6), `Show the value nearest to ${p.name} = ${withUnit(s.parameter, p.unit, 6)}`, () => show(s.parameter))),
      el("td", {}, s.low[0] === s.high[0] ? shown(s.low[0]!, 4) : `${shown(s.low[0]!, 4)} … ${shown(s.high[0]!, 4)}`),
      el("td", {}, s.period === null ? "" : shown(s.period, 4)),
    ),
  );
  const first = d.states[0]!;
  const heads = [[p.name, p.unit], [symbolText(first.name), unitText(first.unit)], ["Period", d.time.unit]] as const;
  return table("What happens along the diagram", ["Bifurcation", ...heads.map(([name, unit]) => (unit ? `${name} (${unit})` : name))], rows);
}

function pointTable(d: PortraitData, value: Value): HTMLElement {
  const states = d.states.slice(0, 6);
  const unit = d.time.unit ? ` (1/${d.time.unit})` : "";
  const rows = value.points.map((p) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, kindSwatch(p.kind)),
      ...states.map((_, i) => el("td", {}, shown(p.x[i]!, 4))),
      el("td", { class: "rv-nowrap" }, eigenvalueTexts(p.eigenvalues).join(", ")),
    ),
  );
  const at = d.parameter ? ` at ${d.parameter.name} = ${withUnit(value.parameter, d.parameter.unit)}` : "";
  const head = states.map((s) => (unitText(s.unit) ? `${symbolText(s.name)} (${unitText(s.unit)})` : symbolText(s.name)));
  if (!rows.length) return el("p", { class: "rv-hint" }, `No equilibrium in view${at}.`);
  return table(`Equilibria${at}`, ["Kind", ...head, `Eigenvalues${unit}`], rows);
}

export function portraitView(section: PortraitSection, context: Context): View {
  const d = portraitData(section, context.blocks);
  const n = d.states.length;
  const parameter = d.parameter;
  const hasDiagram = parameter !== null && (d.equilibria.length > 0 || d.rates !== null);
  let current = section.first;
  let time = 0;
  /** Whose colour the legend's cycles have. */
  let keyState = 0;
  const repaint: (() => void)[] = [];

  const phase = phaseView({ data: d, height: PLANE_HEIGHT, onTime: (t) => setTime(t) });
  const trace = traceView({ data: d, onTime: (t) => { stop(); setTime(t); } });
  const diagram = hasDiagram
    ? diagramView({ data: d, height: PLANE_HEIGHT, onChoose: (i) => choose(i), nearest: (p) => nearestValue(d.values, p) })
    : null;

  const planeTitle = el("figcaption", {});
  const traceTitle = el("figcaption", {});
  const points = el("div", {});
  const stopped = el("p", { class: "rv-stopped", role: "status" });

  // The value of the parameter: a slider beside the diagram, for those who steer by keys or touch.
  const controls = el("div", { class: "rv-controls", role: "group", "aria-label": "What is shown" });
  const valueText = el("output", { class: "rv-value" });
  let slider: HTMLInputElement | null = null;
  if (parameter) {
    const id = uniqueId("value");
    slider = el("input", { type: "range", id, min: 0, max: d.values.length - 1, step: 1, class: "rv-slider", oninput: () => choose(Number(slider!.value)) });
    controls.append(
      el("span", { class: "rv-control rv-valuecontrol" }, el("label", { for: id }, parameter.name), slider, valueText),
    );
  }
  if (diagram) {
    const options: { value: string; text: string }[] = [];
    if (d.equilibria.length) options.push(...d.states.map((s, i) => ({ value: String(i), text: symbolText(s.name) })));
    if (d.cycles.length || d.rates) options.push({ value: "frequency", text: d.rates ? "rate" : "frequency of cycles" });
    if (options.length > 1)
      controls.append(labelledSelect("Diagram shows", options, (v) => {
        const shown: Shown = v === "frequency" ? "frequency" : Number(v);
        diagram.vertical(shown);
        keyState = shown === "frequency" ? 0 : shown;
        for (const paint of repaint) paint();
      }).element);
  }
  if (n > 2) {
    let [x, y] = d.plane;
    const options = d.states.map((s, i) => ({ value: String(i), text: symbolText(s.name) }));
    const across = labelledSelect("Projection", options, (v) => phase.axes((x = Number(v)), y));
    const up = labelledSelect("against", options, (v) => phase.axes(x, (y = Number(v))));
    across.select.value = String(x);
    up.select.value = String(y);
    controls.append(across.element, up.element);
  }
  const play = button("▶ Run", "Let time run", () => (running ? stop() : start()));
  controls.append(play);

  let running = 0;
  function start(): void {
    const end = d.values[current]!.trace.t.at(-1)!;
    if (time >= end) time = 0;
    const from = time;
    const began = performance.now();
    play.replaceChildren("❚❚ Stop");
    play.setAttribute("aria-label", (play.title = "Stop time"));
    const step = (now: number): void => {
      const next = from + ((now - began) / 12_000) * end; // twelve seconds for the whole trace
      setTime(Math.min(end, next));
      if (next >= end) stop();
      else running = requestAnimationFrame(step);
    };
    running = requestAnimationFrame(step);
  }
  function stop(): void {
    if (!running) return;
    cancelAnimationFrame(running);
    running = 0;
    play.replaceChildren("▶ Run");
    play.setAttribute("aria-label", (play.title = "Let time run"));
  }
  trace.slider.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    if (running) stop();
    else start();
  });

  function setTime(t: number): void {
    time = t;
    phase.mark(t);
    trace.mark(t);
  }

  const nullclineKeys = d.values.some((v) => v.nullclines.length)
    ? [0, 1].map((i) => stroke(i ? "rv-stroke-dash" : "", `d${symbolText(d.states[i]!.name)}/dt = 0`, (dark) => css(stateColour(i, dark))))
    : [];
  const swatches = new Map<string, HTMLElement>();
  const planeLegend = el("div", { class: "rv-legend" });
  /** The key explains what is in the picture, and says so where no equilibrium is. */
  function explain(value: Value): void {
    const kinds = [...new Set(value.points.map((p) => p.kind))];
    for (const kind of kinds) if (!swatches.has(kind)) swatches.set(kind, kindSwatch(kind));
    const none = kinds.length || n > 2 ? [] : [el("span", { class: "rv-key" }, "no equilibrium in view")];
    planeLegend.replaceChildren(...nullclineKeys, ...kinds.map((kind) => swatches.get(kind)!), ...none);
  }

  function choose(index: number): void {
    if (index !== current) stop();
    current = index;
    const value = d.values[index]!;
    const at = parameter ? ` at ${parameter.name} = ${withUnit(value.parameter, parameter.unit)}` : "";
    if (slider && parameter) {
      slider.value = String(index);
      valueText.textContent = withUnit(value.parameter, parameter.unit);
      slider.setAttribute("aria-valuetext", `${parameter.name} = ${withUnit(value.parameter, parameter.unit)}`);
    }
    const kind = n === 1 ? "Phase line" : n === 2 ? "Phase plane" : "Projection of the phase space";
    planeTitle.replaceChildren(el("strong", {}, kind), at);
    traceTitle.replaceChildren(el("strong", {}, "Trace"), at);
    stopped.textContent = value.stopped ? `The trace ends before its time: ${value.stopped}.` : "";
    stopped.hidden = !value.stopped;
    points.replaceChildren(pointTable(d, value));
    explain(value);
    diagram?.show(index);
    phase.show(value);
    trace.show(value);
    setTime(Math.min(time, value.trace.t.at(-1)!));
  }

  const diagramLegend = el("div", { class: "rv-legend" });
  const has = (runs: readonly { stability: string }[], stability: string): boolean => runs.some((r) => r.stability === stability);
  if (has(d.equilibria, "stable")) diagramLegend.append(stroke("", "stable equilibria"));
  if (has(d.equilibria, "neutral")) diagramLegend.append(stroke("rv-stroke-grey", "neutral equilibria"));
  if (has(d.equilibria, "unstable")) diagramLegend.append(stroke("rv-stroke-dash", has(d.equilibria, "stable") ? "unstable" : "unstable equilibria"));
  const cycleColour = (dark: boolean): string => css(stateColour(keyState, dark));
  if (has(d.cycles, "stable")) diagramLegend.append(stroke("rv-stroke-thick", "stable cycles, least and greatest", cycleColour, repaint));
  if (has(d.cycles, "unstable")) diagramLegend.append(stroke("rv-stroke-dot", "unstable cycles", cycleColour, repaint));
  if (d.equilibria.length && d.values.some((v) => v.extremes.some((x) => x.length > 0)))
    diagramLegend.append(stroke("rv-dots", "where traces turn in their second half", cycleColour, repaint));

  const figures = el("div", { class: diagram ? "rv-portrait" : "rv-portrait rv-alone" });
  if (diagram)
    figures.append(
      el(
        "figure",
        {},
        el("figcaption", {}, el("strong", {}, d.rates ? "Rate" : "Bifurcation diagram"), el("span", { class: "rv-screen" }, " · click to choose a value")),
        diagram.element,
        diagramLegend,
      ),
    );
  figures.append(el("figure", {}, planeTitle, phase.element, planeLegend));

  const remarks = [...section.remarks];
  if (n > 2) remarks.unshift(`With ${n} states the phase plane is a projection: it has no nullclines and no vector field, and trajectories may cross in it.`);
  const special = specialTable(d, (p) => choose(nearestValue(d.values, p)));
  const element = el(
    "div",
    {},
    section.hint ? el("div", { class: "rv-notice", role: "note" }, el("strong", {}, "No diagram yet"), el("p", {}, section.hint)) : null,
    controls,
    figures,
    el("figure", { class: "rv-tracefigure" }, traceTitle, trace.element, stopped),
    el("div", { class: "rv-tables" }, special, points),
    remarks.length ? el("ul", { class: "rv-remarks" }, ...remarks.map((r) => el("li", {}, r))) : null,
  );
  time = d.values[current]!.trace.t.at(-1)! / 2;
  choose(current);
  const note = parameter
    ? `${d.values.length} values of ${parameter.name} from ${withUnit(d.range[0], parameter.unit)} to ${withUnit(d.range[1], parameter.unit)}`
    : d.states.map((s) => symbolText(s.name)).join(", ");
  const named = (name: string, unit: string): string => (unitText(unit) ? `${name} (${unitText(unit)})` : name);
  return {
    element,
    note,
    keys: hasDiagram ? keys : keys.filter((k) => k.keys !== "PageUp PageDown"),
    /** The trace that is shown. */
    csv: () => {
      const { t, x } = d.values[current]!.trace;
      return [[named("t", section.time.unit), ...d.states.map((s) => named(s.name, s.unit))], ...Array.from(t, (time, k) => [time, ...x.map((values) => values[k]!)])];
    },
  };
}
