// Averages: a butterfly plot per condition, linked with topographies at the marked and at the pinned times.

import type { EvokedSection } from "../page-types";
import { curvesChart, type CurvesChart } from "../curves";
import { rowValues, valueAt } from "../decode";
import { button, checkbox, el, labelledSelect, typing } from "../dom";
import { mapRow, sharedRange, type MapRow } from "../maps";
import { sensorMap, type SensorMap } from "../sensormap";
import { channelTypes, globalFieldPower, mappedSensors, picked, rootMeanSquare, sensorValues, typeName } from "../sensors";
import { counted, displayUnit, shown, shownTime } from "../units";
import type { Context, View } from "../view";

const MAX_PINS = 6;

/** Index of the largest value of the field power: where a reader wants to begin. */
export function peakIndex(power: readonly ArrayLike<number>[], from: number): number {
  let best = from;
  let top = -1;
  for (const p of power) for (let t = from; t < p.length; t++) if (p[t]! > top) (top = p[t]!), (best = t);
  return best;
}

export function evokedView(section: EvokedSection, context: Context): View {
  const { time, channels } = section;
  const times = Float64Array.from({ length: time.n }, (_, i) => time.start + i * time.step);
  const samples = section.conditions.map((c) => context.blocks.samples(c.data));
  const types = channelTypes(channels);
  const shownConditions = section.conditions.map(() => true);
  let type = types.find((t) => picked(channels, t).some((i) => channels[i]!.position)) ?? types[0]!;
  let fixedScale = true;
  let showBad = false;
  let chosen = -1; // channel held by the reader
  let marked = -1;
  let pins: number[] = [];

  const body = el("div", {});
  const element = el("div", { class: "rv-evoked" });

  const controls = el("div", { class: "rv-controls", role: "group", "aria-label": "Evoked display" });
  if (types.length > 1)
    controls.append(
      labelledSelect("Channels", types.map((t) => ({ value: t, text: typeName(t) })), (t) => ((type = t), (chosen = -1), build())).element,
    );
  section.conditions.forEach((c, i) => {
    controls.append(
      checkbox(`${c.name} (n = ${shown(c.nave, 4)})`, true, (on) => {
        shownConditions[i] = on;
        build();
      }).element,
    );
  });
  const scaleChoice = labelledSelect(
    "Map colours",
    [{ value: "all", text: "same at all times" }, { value: "now", text: "fitted to each time" }],
    (v) => ((fixedScale = v === "all"), update()),
  );
  controls.append(scaleChoice.element);
  const badCount = channels.filter((c) => c.bad).length;
  if (badCount) controls.append(checkbox(`Show ${badCount} bad`, false, (on) => ((showBad = on), (chosen = -1), build())).element);
  element.append(controls, body);

  let update: () => void = () => {};

  function build(): void {
    const indices = picked(channels, type).filter((i) => showBad || !channels[i]!.bad);
    const unit = displayUnit(channels[picked(channels, type)[0]!]!.unit);
    const good = indices.filter((i) => !channels[i]!.bad);
    const conditions = section.conditions.flatMap((c, i) => (shownConditions[i] ? [{ ...c, samples: samples[i]! }] : []));
    const sensors = mappedSensors(channels, indices);
    const field = type === "grad" ? rootMeanSquare : globalFieldPower;
    const fieldName = type === "grad" ? "RMS" : "global field power";
    const rows = conditions.map((c) => channels.map((_, i) => (indices.includes(i) ? rowValues(c.samples, i, unit.factor) : null)));
    const power = rows.map((r) => field(good.map((i) => r[i]!), time.n));
    let top = 0;
    for (const r of rows) for (const i of good) for (const v of r[i]!) top = Math.max(top, Math.abs(v) || 0);
    top = top || 1;
    const onset = Math.max(0, Math.ceil(-time.start / time.step - 1e-6));
    if (marked < 0) marked = peakIndex(power, Math.min(onset, time.n - 1));

    const charts: CurvesChart[] = [];
    const fieldAt = (r: (Float64Array | null)[], t: number): Float64Array => sensorValues(sensors!, (i) => r[i]![t]!);
    let wholeRange: [number, number] = [0, 0];
    if (sensors) {
      const all: Float64Array[] = [];
      const stride = Math.max(1, Math.floor(time.n / 400));
      for (const r of rows) for (let t = 0; t < time.n; t += stride) all.push(fieldAt(r, t));
      wholeRange = sharedRange(all, sensors.rms);
    }
    const hosts = conditions.map(() => el("div", { class: "rv-beside" }));
    const now: MapRow | null = sensors ? mapRow(sensors, unit.label, 180, hosts) : null;
    const pinRows = el("div", { class: "rv-pinrows" });
    let pinMaps: MapRow[] = [];
    const readout = el("output", { class: "rv-readout" });

    let map: SensorMap | null = null;
    const picker = labelledSelect(
      "Channel",
      [{ value: "-1", text: "none held" }, ...indices.map((i) => ({ value: String(i), text: channels[i]!.name + (channels[i]!.bad ? " (bad)" : "") }))],
      (v) => hold(Number(v)),
    );
    picker.select.value = String(chosen);

    const point = (channel: number): void => {
      const c = channel >= 0 ? channel : chosen;
      for (const chart of charts) chart.highlight(indices.indexOf(c));
      map?.mark(c);
      const sensor = sensors ? sensors.members.findIndex((m) => m.includes(c)) : -1;
      now?.highlight(sensor);
      for (const p of pinMaps) p.highlight(sensor);
      say(c);
    };
    const hold = (channel: number): void => {
      chosen = channel === chosen ? -1 : channel;
      picker.select.value = String(chosen);
      point(-1);
    };
    const say = (channel: number): void => {
      const at = shownTime(times[marked]!, time.step);
      const parts = conditions.map((c, k) => {
        const v = channel >= 0 ? rows[k]![channel]![marked]! : power[k]![marked]!;
        return `${c.name} ${shown(v)} ${unit.label}`;
      });
      readout.textContent = `${at} · ${channel >= 0 ? channels[channel]!.name : fieldName}: ${parts.join(" · ")}`;
    };
    const show = (row: MapRow, t: number, label: string): void => {
      const maps = conditions.map((c, k) => ({ name: c.name, values: fieldAt(rows[k]!, t) }));
      const [lo, hi] = fixedScale ? wholeRange : sharedRange(maps.map((m) => m.values), sensors!.rms);
      row.show(label, maps, lo, hi);
    };
    const showPins = (): void => {
      for (const chart of charts) chart.pins(pins);
      pinRows.replaceChildren();
      pinMaps = [];
      if (!sensors) return;
      pins.forEach((t, k) => {
        const row = mapRow(sensors, unit.label, 132);
        show(row, t, `Pin ${k + 1}: ${shownTime(times[t]!, time.step)}`);
        const remove = button("Remove", `Remove pin ${k + 1}`, () => ((pins = pins.filter((p) => p !== t)), showPins()));
        row.element.querySelector("figcaption")!.append(" ", remove);
        pinMaps.push(row);
        pinRows.append(row.element);
      });
    };
    const move = (t: number): void => {
      marked = Math.max(0, Math.min(time.n - 1, t));
      for (const chart of charts) chart.mark(marked);
      if (now) show(now, marked, `At ${shownTime(times[marked]!, time.step)}`);
      say(chosen);
    };
    const pin = (t: number): void => {
      pins = pins.includes(t) ? pins.filter((p) => p !== t) : [...pins, t].slice(-MAX_PINS).sort((a, b) => a - b);
      showPins();
      context.announce(pins.includes(t) ? `Pinned ${shownTime(times[t]!, time.step)}` : "Pin removed");
    };
    update = () => {
      move(marked);
      showPins();
    };

    const step = (d: number): void => {
      if (indices.length === 0) return;
      const k = indices.indexOf(chosen);
      hold(indices[(k < 0 ? (d > 0 ? 0 : indices.length - 1) : k + d + indices.length) % indices.length]!);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
      const big = Math.max(1, Math.round(time.n / 20));
      const actions: Record<string, () => void> = {
        ArrowLeft: () => move(marked - (event.shiftKey ? big : 1)),
        ArrowRight: () => move(marked + (event.shiftKey ? big : 1)),
        ArrowUp: () => step(-1),
        ArrowDown: () => step(1),
        PageDown: () => move(marked - big),
        PageUp: () => move(marked + big),
        Home: () => move(0),
        End: () => move(time.n - 1),
        Enter: () => pin(marked),
        " ": () => pin(marked),
        Escape: () => (chosen >= 0 ? hold(chosen) : ((pins = []), showPins())),
      };
      const act = actions[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };

    const figures = conditions.map((c, k) => {
      const chart = curvesChart({
        label: `Butterfly plot of ${c.name}: time marker`,
        x: times,
        xLabel: "Time (s)",
        yLabel: `${typeName(type)} (${unit.label})`,
        curves: indices.map((i) => ({ name: channels[i]!.name, values: rows[k]![i]!, bad: channels[i]!.bad, position: channels[i]!.position })),
        summary: { name: fieldName, values: power[k]!, filled: true },
        yRange: [-1.05 * top, 1.05 * top],
        logX: false,
        labelX: k === conditions.length - 1,
        height: k === conditions.length - 1 ? 222 : 202,
        onPoint: move,
        onPin: pin,
        onHover: (i) => point(i < 0 ? -1 : indices[i]!),
        valueText: (t) => `${shownTime(times[t]!, time.step)}, ${fieldName} ${shown(power[k]![t]!)} ${unit.label}`,
      });
      charts.push(chart);
      chart.slider.addEventListener("keydown", onKey);
      return el(
        "figure",
        { class: "rv-butterfly" },
        el("figcaption", {}, el("strong", {}, c.name), ` n = ${shown(c.nave, 4)}`),
        el("div", { class: sensors ? "rv-linked" : "" }, chart.element, sensors ? hosts[k]! : null),
      );
    });

    map = sensorMap(channels, picked(channels, type), hold, point);
    const left = el("div", { class: "rv-col-main" }, ...figures);
    const right = el("div", { class: "rv-col-side" }, el("div", { class: "rv-controls" }, picker.element), map?.element, now?.element);
    const legend = el("p", { class: "rv-legend" },
      el("span", { class: "rv-key-thick" }), `${fieldName}`,
      ...(showBad ? [el("span", { class: "rv-key-dash" }), "bad channel, left out of field power and maps"] : []));
    body.replaceChildren(
      conditions.length === 0 ? el("p", { class: "rv-hint" }, "No condition is chosen: tick one above.") : el("div", { class: "rv-columns rv-narrowside" }, left, right),
      ...(conditions.length === 0 ? [] : [readout, legend, pinRows]),
      ...(sensors ? [] : [el("p", { class: "rv-hint" }, "No topography: fewer than four good channels of this type have a position.")]),
    );
    if (conditions.length === 0) return;
    update();
    point(-1);
  }
  build();

  return {
    element,
    note:
      `${counted(channels.length, "channel")}${badCount ? `, ${badCount} bad` : ""} · ${shownTime(time.start, time.step)} to ` +
      `${shownTime(times[time.n - 1]!, time.step)} ${time.n > 1 ? `in steps of ${shown(time.step * 1000)} ms` : "only"} · point at a time to see its maps, press to pin it`,
    csv: () => [
      ["time (s)", ...section.conditions.flatMap((c) => channels.map((ch) => `${c.name} ${ch.name} (${ch.unit})`))],
      ...Array.from({ length: time.n }, (_, k) => [time.start + k * time.step, ...samples.flatMap((x) => channels.map((_, i) => valueAt(x, i, k)))]),
    ],
    keys: [
      { keys: "← →", does: "move the time marker; with Shift by a twentieth" },
      { keys: "↑ ↓", does: "hold the previous or next channel" },
      { keys: "Home End", does: "first or last time" },
      { keys: "Enter", does: "pin the time, or remove its pin" },
      { keys: "Esc", does: "let the channel go, then remove all pins" },
    ],
  };
}
