// Patterns over channels as maps, a row for each channel type: components, projections. Components can be judged.

import type { MapsSection } from "../page-types";
import { rowValues } from "../decode";
import { checkbox, el, onWidth, picture } from "../dom";
import { mapFor, sharedHeadMap, sharedRange } from "../maps";
import { markingBar } from "../marking";
import { channelTypes, mappedSensors, picked, sensorValues, typeName } from "../sensors";
import { onTheme } from "../theme";
import { drawTopography, topographyWords } from "../topography";
import { counted } from "../units";
import type { Context, View } from "../view";

const SIDE = 132;

export function mapsView(section: MapsSection, context: Context): View {
  const { channels, maps } = section;
  const samples = context.blocks.samples(section.data);
  const values = maps.map((_, k) => rowValues(samples, k));
  const types = channelTypes(channels).flatMap((type) => {
    const sensors = mappedSensors(channels.map((c) => ({ ...c, bad: false })), picked(channels, type));
    return sensors ? [{ type, sensors }] : [];
  });
  const marks = section.judged ? context.judged(maps.flatMap((m, k) => (m.excluded ? [k] : []))) : null;
  const boxes: HTMLInputElement[] = [];
  const draws: (() => void)[] = [];
  const cells = maps.map((m, k) => {
    const pictures = types.map(({ type, sensors }) => {
      const canvas = picture("");
      const shown = sensorValues(sensors, (i) => values[k]![i]!);
      const [lo, hi] = sharedRange([shown], sensors.rms);
      canvas.setAttribute("aria-label", `${m.name}, ${typeName(type)}: ${topographyWords(sensors.names, shown, "")}`);
      draws.push(() => drawTopography(canvas, SIDE, sharedHeadMap(sensors), sensors.positions, shown, { map: mapFor(lo), lo, hi: hi > lo ? hi : lo + 1, highlight: -1 }));
      return types.length > 1 ? el("div", { class: "rv-map" }, canvas, el("span", {}, typeName(type))) : canvas;
    });
    const out = marks
      ? checkbox("leave out", false, () => {
          const on = marks.toggle(marks.excluded, k);
          context.announce(`${m.name} ${on ? "is left out" : "is kept"}`);
        })
      : null;
    if (out) {
      boxes.push(out.input);
      out.input.setAttribute("aria-label", `Leave ${m.name} out`);
    }
    return el("figure", { class: "rv-component" }, el("figcaption", {}, el("strong", {}, m.name), m.note ? ` ${m.note}` : ""), ...pictures, out?.element);
  });
  const follow = (): void => {
    boxes.forEach((box, k) => {
      box.checked = marks!.excluded.has(k);
      cells[k]!.classList.toggle("rv-out", box.checked);
    });
  };
  if (marks) {
    marks.listen(follow);
    follow();
  }
  const draw = (): void => draws.forEach((f) => f());
  const grid = el("div", { class: "rv-components", role: "group", "aria-label": section.title }, ...cells);
  onWidth(grid, draw);
  onTheme(draw);
  const bar = marks ? markingBar(marks, context) : null;
  return {
    element: el("div", {}, types.length ? null : el("p", { class: "rv-hint" }, "No topography: fewer than four channels of a type have a place."), grid, bar?.element),
    note: `${counted(maps.length, "map")} over ${counted(channels.length, "channel")}, each with its own range · red positive, blue negative`,
    keys: marks ? [{ keys: "Space", does: "on a box: leave the component out, or keep it" }] : [],
    csv: () => [["", ...channels.map((c) => c.name)], ...maps.map((m, k) => [m.name, ...values[k]!])],
  };
}
