// Power spectra in decibels: one curve per channel, their mean, and the topography at the marked frequency.

import type { SpectrumSection } from "../page-types";
import { curvesChart } from "../curves";
import { rowValues, valueAt } from "../decode";
import { checkbox, el, labelledSelect, typing } from "../dom";
import { mapRow, sharedRange } from "../maps";
import { sensorMap } from "../sensormap";
import { channelTypes, mappedSensors, picked, sensorValues, typeName } from "../sensors";
import { counted, displayUnit, shown } from "../units";
import type { Context, View } from "../view";

/** 10 log10 of a power; NaN where there is none to take the logarithm of. */
export function decibels(power: number): number {
  return power > 0 ? 10 * Math.log10(power) : NaN;
}

/** Decibels of the mean power over channels (the mean is taken before the logarithm). */
export function meanDecibels(rows: readonly ArrayLike<number>[], n: number): Float64Array {
  const out = new Float64Array(n);
  for (let f = 0; f < n; f++) {
    let sum = 0;
    let count = 0;
    for (const r of rows) if (r[f]! >= 0) (sum += r[f]!), count++;
    out[f] = count ? decibels(sum / count) : NaN;
  }
  return out;
}

/** Smallest and largest finite value with a margin of 4 %. */
export function finiteRange(rows: readonly ArrayLike<number>[]): [number, number] {
  let lo = Infinity;
  let hi = -Infinity;
  for (const r of rows)
    for (let i = 0; i < r.length; i++) {
      const v = r[i]!;
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
  if (!(lo <= hi)) return [-1, 1];
  const margin = lo === hi ? 1 : 0.04 * (hi - lo);
  return [lo - margin, hi + margin];
}

export function spectrumView(section: SpectrumSection, context: Context): View {
  const { channels } = section;
  const samples = section.conditions.map((c) => context.blocks.samples(c.data));
  const types = channelTypes(channels);
  let type = types[0]!;
  let condition = 0;
  let chosen = -1;
  let logX = false;
  let marked = -1;
  // Zero has no place on a logarithmic axis.
  const positive = section.freqs.findIndex((f) => f > 0);

  const body = el("div", {});
  const build = (): void => {
    const from = logX ? Math.max(0, positive) : 0;
    const freqs = section.freqs.slice(from);
    const n = freqs.length;
    const indices = picked(channels, type);
    const unit = displayUnit(section.units[indices[0]!]!); // all channels of a type have one
    const power = indices.map((i) => rowValues(samples[condition]!, i, unit.factor, from, from + n));
    const rows = power.map((p) => Float64Array.from(p, decibels));
    const good = indices.flatMap((i, k) => (channels[i]!.bad ? [] : [k]));
    const mean = meanDecibels(good.map((k) => power[k]!), n);
    const sensors = mappedSensors(channels, indices);
    const label = `dB re 1 ${unit.label}`;
    if (marked < 0) {
      // Begin at 10 Hz, where the alpha rhythm is, or in the middle if the axis does not reach it.
      const near = section.freqs.findIndex((f) => f >= 10);
      marked = near > 0 ? near : Math.floor(section.freqs.length / 2);
    }
    const maps = sensors ? mapRow(sensors, "dB from mean") : null;
    const readout = el("output", { class: "rv-readout" });
    const say = (channel: number): void => {
      const f = marked - from;
      const k = indices.indexOf(channel);
      readout.textContent = `${shown(section.freqs[marked]!, 4)} Hz · ${k < 0 ? "mean" : channels[channel]!.name}: ${shown(k < 0 ? mean[f]! : rows[k]![f]!)} ${label}`;
    };
    const move = (index: number): void => {
      const f = Math.max(0, Math.min(n - 1, index));
      marked = f + from;
      chart.mark(f);
      say(chosen);
      if (!maps || !sensors) return;
      const values = sensorValues({ ...sensors, rms: false }, (i) => rows[indices.indexOf(i)]![f]!);
      const average = values.reduce((a, b) => a + b, 0) / values.length;
      const relative = values.map((v) => v - average);
      const [lo, hi] = sharedRange([relative], false);
      maps.show(`At ${shown(section.freqs[marked]!, 4)} Hz, against the mean of the sensors`, [{ name: section.conditions[condition]!.name, values: relative }], lo, hi);
    };
    const point = (channel: number): void => {
      const c = channel >= 0 ? channel : chosen;
      chart.highlight(indices.indexOf(c));
      map?.mark(c);
      maps?.highlight(sensors ? sensors.members.findIndex((m) => m.includes(c)) : -1);
      say(c);
    };
    const hold = (channel: number): void => {
      chosen = channel === chosen ? -1 : channel;
      picker.select.value = String(chosen);
      point(-1);
    };
    const picker = labelledSelect(
      "Channel",
      [{ value: "-1", text: "none held" }, ...indices.map((i) => ({ value: String(i), text: channels[i]!.name + (channels[i]!.bad ? " (bad)" : "") }))],
      (v) => hold(Number(v)),
    );
    picker.select.value = String(chosen);
    const chart = curvesChart({
      label: `Power spectrum of ${section.conditions[condition]!.name}: frequency marker`,
      x: freqs,
      xLabel: "Frequency (Hz)",
      yLabel: `${typeName(type)} (${label})`,
      curves: indices.map((i, k) => ({ name: channels[i]!.name, values: rows[k]!, bad: channels[i]!.bad, position: channels[i]!.position })),
      summary: { name: "mean power", values: mean, filled: false },
      yRange: finiteRange(good.map((k) => rows[k]!)),
      logX,
      labelX: true,
      height: 320,
      onPoint: move,
      onPin: (f) => context.announce(`${shown(freqs[f]!)} Hz`),
      onHover: (i) => point(i < 0 ? -1 : indices[i]!),
      valueText: (f) => `${shown(freqs[f]!, 4)} Hz, mean ${shown(mean[f]!)} ${label}`,
    });
    const map = sensorMap(channels, indices, hold, point);
    chart.slider.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
      const big = Math.max(1, Math.round(n / 20));
      const at = marked - from;
      const step = (d: number): void => {
        const k = indices.indexOf(chosen);
        hold(indices[(k < 0 ? (d > 0 ? 0 : indices.length - 1) : k + d + indices.length) % indices.length]!);
      };
      const actions: Record<string, () => void> = {
        ArrowLeft: () => move(at - (event.shiftKey ? big : 1)),
        ArrowRight: () => move(at + (event.shiftKey ? big : 1)),
        ArrowUp: () => step(-1),
        ArrowDown: () => step(1),
        PageDown: () => move(at - big),
        PageUp: () => move(at + big),
        Home: () => move(0),
        End: () => move(n - 1),
        Escape: () => chosen >= 0 && hold(chosen),
      };
      const act = actions[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    body.replaceChildren(
      el("div", { class: "rv-columns" },
        el("div", { class: "rv-col-main" }, chart.element, readout),
        el("div", { class: "rv-col-side" }, el("div", { class: "rv-controls" }, picker.element), map?.element, maps?.element)),
    );
    move(marked - from);
    point(-1);
  };

  const controls = el("div", { class: "rv-controls", role: "group", "aria-label": "Spectrum display" });
  if (section.conditions.length > 1)
    controls.append(labelledSelect("Condition", section.conditions.map((c, i) => ({ value: String(i), text: c.name })), (v) => ((condition = Number(v)), build())).element);
  if (types.length > 1)
    controls.append(labelledSelect("Channels", types.map((t) => ({ value: t, text: typeName(t) })), (t) => ((type = t), (chosen = -1), build())).element);
  if (positive >= 0)
    controls.append(checkbox("Logarithmic frequency", false, (on) => ((logX = on), build())).element);
  build();
  return {
    element: el("div", {}, controls, body),
    note:
      `${counted(channels.length, "channel")} · ${shown(section.freqs[0]!)} to ${shown(section.freqs[section.freqs.length - 1]!, 4)} Hz` +
      (section.method ? ` · ${section.method}` : ""),
    csv: () => [
      ["frequency (Hz)", ...section.conditions.flatMap((c) => channels.map((ch, i) => `${c.name} ${ch.name} (${section.units[i]})`))],
      ...section.freqs.map((f, k) => [f, ...samples.flatMap((s) => channels.map((_, i) => valueAt(s, i, k)))]),
    ],
    keys: [
      { keys: "← →", does: "move the frequency marker; with Shift by a twentieth" },
      { keys: "↑ ↓", does: "hold the previous or next channel" },
      { keys: "Home End", does: "first or last frequency" },
      { keys: "Esc", does: "let the channel go" },
    ],
  };
}
