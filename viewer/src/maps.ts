// A row of topographies, one per condition, that share one colour range and one colour bar.

import { diverging, sequential, type ColourMap } from "./colours";
import { el, perFrame, picture } from "./dom";
import type { Sensors } from "./sensors";
import { headMap, type HeadMap } from "./spline";
import { onTheme } from "./theme";
import { drawColourBar, drawTopography, topographyWords } from "./topography";

export interface MapRow {
  element: HTMLElement;
  show(title: string, maps: readonly { name: string; values: Float64Array }[], lo: number, hi: number): void;
  highlight(sensor: number): void;
}

const heads = new Map<string, HeadMap>();

/** Interpolators are shared: the same sensors appear in several sections of a report. */
export function sharedHeadMap(sensors: Sensors): HeadMap {
  const key = sensors.positions.map((p) => p.join()).join(";");
  let head = heads.get(key);
  if (!head) heads.set(key, (head = headMap(sensors.positions)));
  return head;
}

export function mapFor(lo: number): ColourMap {
  return lo < 0 ? diverging : sequential;
}

/**
 * @param hosts  where each map stands; without them the maps stand in a row beside the bar
 */
export function mapRow(sensors: Sensors, unit: string, side = 172, hosts?: readonly HTMLElement[]): MapRow {
  const head = sharedHeadMap(sensors);
  const maps = el("div", { class: "rv-maps" });
  const bar = picture("Colour bar", "rv-bar");
  const caption = el("figcaption");
  const element = el("figure", { class: "rv-maprow" }, caption, el("div", { class: "rv-mapline" }, hosts ? null : maps, bar));
  let current: { name: string; values: Float64Array }[] = [];
  let range: [number, number] = [-1, 1];
  let marked = -1;
  let title = "";
  const draw = perFrame(() => {
    while (maps.children.length > current.length) maps.lastElementChild!.remove();
    current.forEach((m, i) => {
      let cell = (hosts ? hosts[i]!.firstElementChild : maps.children[i]) as HTMLElement | null | undefined;
      if (!cell) {
        cell = el("div", { class: "rv-map" }, picture(""), hosts ? null : el("span", {}));
        (hosts ? hosts[i]! : maps).append(cell);
      }
      const canvas = cell.firstElementChild as HTMLCanvasElement;
      if (!hosts) cell.lastElementChild!.textContent = m.name;
      canvas.setAttribute("aria-label", `Topography of ${m.name}, ${title}: ${topographyWords(sensors.names, m.values, unit)}`);
      drawTopography(canvas, side, head, sensors.positions, m.values, {
        map: mapFor(range[0]),
        lo: range[0],
        hi: range[1],
        highlight: marked,
      });
    });
    bar.setAttribute("aria-label", `Colour bar from ${range[0].toPrecision(3)} to ${range[1].toPrecision(3)} ${unit}`);
    drawColourBar(bar, side, mapFor(range[0]), range[0], range[1], unit);
  });
  onTheme(draw);
  return {
    element,
    show(nextTitle, next, lo, hi) {
      title = nextTitle;
      caption.textContent = nextTitle;
      current = [...next];
      range = hi > lo ? [lo, hi] : lo < 0 ? [-1, 1] : [0, 1];
      draw();
    },
    highlight(sensor) {
      if (sensor === marked) return;
      marked = sensor;
      draw();
    },
  };
}

/** Colour range of several maps: symmetric about zero, or from zero for sizes that are never negative. */
export function sharedRange(rows: readonly ArrayLike<number>[], neverNegative: boolean): [number, number] {
  let top = 0;
  for (const r of rows)
    for (let i = 0; i < r.length; i++) {
      const a = Math.abs(r[i]!);
      if (a > top) top = a;
    }
  return neverNegative ? [0, top] : [-top, top];
}
