// A small map of the sensors, coloured by place: the legend of the curves, and a way to pick a channel.

import { css, positionColour } from "./colours";
import type { Channel } from "./page-types";
import { el, svg } from "./dom";
import { isDark, onTheme } from "./theme";

export interface SensorMap {
  element: HTMLElement;
  mark(channel: number): void;
}

/**
 * Draws the sensors `indices`; pressing one calls `onPick`, pointing at one calls `onPoint` (−1 on leaving).
 * Keyboard users have the channel list beside it: the map itself takes no focus.
 */
export function sensorMap(
  channels: readonly Channel[],
  indices: readonly number[],
  onPick: (channel: number) => void,
  onPoint: (channel: number) => void = () => {},
): SensorMap | null {
  const placed = indices.filter((i) => channels[i]!.position);
  if (placed.length === 0) return null;
  const reach = Math.max(1.13, ...placed.map((i) => Math.hypot(...channels[i]!.position!) + 0.08));
  const root = svg("svg", {
    viewBox: `${-reach} ${-reach - 0.05} ${2 * reach} ${2 * reach + 0.08}`,
    role: "img",
    "aria-label": `Sensor map, ${placed.length} sensors seen from above, nose up; colours as in the curves`,
    class: "rv-sensors",
  });
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 0.018, "stroke-linejoin": "round" };
  root.append(
    svg("circle", { cx: 0, cy: 0, r: 1, ...stroke }),
    svg("path", { d: "M-.18 -.984L0 -1.13L.18 -.984", ...stroke }),
    svg("path", { d: "M.985 -.18C1.04 -.24 1.1 -.2 1.09 -.08C1.08 .02 1.12 .12 1.09 .2C1.06 .26 1.01 .24 .975 .21", ...stroke }),
    svg("path", { d: "M-.985 -.18C-1.04 -.24 -1.1 -.2 -1.09 -.08C-1.08 .02 -1.12 .12 -1.09 .2C-1.06 .26 -1.01 .24 -.975 .21", ...stroke }),
  );
  const size = Math.min(0.075, 0.55 / Math.sqrt(placed.length));
  const dots = new Map<number, SVGElement>();
  for (const i of placed) {
    const c = channels[i]!;
    const dot = svg("circle", { cx: c.position![0], cy: -c.position![1], r: size, "stroke-width": 0.02 });
    dot.append(svg("title"));
    dot.firstElementChild!.textContent = c.bad ? `${c.name} (bad)` : c.name;
    dot.addEventListener("pointerdown", () => onPick(i));
    dot.addEventListener("pointerenter", () => onPoint(i));
    dot.addEventListener("pointerleave", () => onPoint(-1));
    dots.set(i, dot);
    root.append(dot);
  }
  let marked = -1;
  const paint = (): void => {
    for (const [i, dot] of dots) {
      const c = channels[i]!;
      const colour = css(positionColour(c.position, isDark()));
      dot.setAttribute("fill", c.bad ? "none" : colour);
      dot.setAttribute("stroke", i === marked ? "var(--rv-ink)" : c.bad ? "var(--rv-bad)" : "none");
      dot.setAttribute("stroke-width", i === marked ? "0.035" : "0.02");
      dot.setAttribute("r", String(i === marked ? size * 1.5 : size));
    }
  };
  paint();
  onTheme(paint);
  return {
    element: el("div", { class: "rv-sensormap" }, root),
    mark(channel) {
      marked = channel;
      const dot = dots.get(channel);
      if (dot) root.append(dot); // drawn last, so on top
      paint();
    },
  };
}
