// A table of numbers as an image: red is positive, blue negative; pointer and keys read single entries.

import { colourIndex, css, diverging, mapColour } from "../colours";
import type { MatrixSection } from "../page-types";
import { rowValues } from "../decode";
import { el, onWidth, perFrame, picture, prepared, typing } from "../dom";
import { FONT, onTheme, palette } from "../theme";
import { shown } from "../units";
import type { Context, View } from "../view";

const MOST_HEIGHT = 560;

/** How wide an entry is drawn: all of them fit, however many. */
export function entryWidth(room: number, columns: number): number {
  return Math.min(40, Math.max(room, 1) / columns);
}

export function matrixView(section: MatrixSection, context: Context): View {
  const { rows, columns } = section;
  const samples = context.blocks.samples(section.data);
  const values = rows.map((_, r) => rowValues(samples, r));
  let largest = 0;
  for (const row of values) for (const v of row) if (Math.abs(v) > largest) largest = Math.abs(v);
  const canvas = picture(`${rows.length} × ${columns.length} numbers as colours, up to ± ${shown(largest)}`);
  const holder = el("div", { class: "rv-plot", tabindex: 0, role: "application", "aria-label": `${section.title}: arrow keys read single entries` }, canvas);
  const readout = el("output", { class: "rv-readout" });
  let width = 0;
  let at: [number, number] = [0, 0];
  let cell: [number, number, number, number] = [0, 0, 1, 1]; // left, top, width and height of an entry
  const draw = perFrame(() => {
    if (width <= 0) return;
    const p = palette();
    const probe = canvas.getContext("2d")!;
    probe.font = FONT;
    const names = rows.length <= 40 ? Math.min(width / 3, Math.max(...rows.map((r) => probe.measureText(r).width)) + 12) : 8;
    const bar = 90;
    const w = entryWidth(width - names - bar, columns.length);
    const h = Math.max(0.5, Math.min(rows.length < 8 ? 40 : w * 1.5, MOST_HEIGHT / rows.length));
    const below = columns.length <= 40 && w >= 16 ? 58 : 8;
    const c = prepared(canvas, width, Math.max(h * rows.length + below, 90));
    cell = [names, 4, w, h];
    values.forEach((row, r) =>
      row.forEach((v, k) => {
        c.fillStyle = v === v ? css(mapColour(diverging, colourIndex(v, -largest, largest))) : p.grid;
        c.fillRect(names + k * w, 4 + r * h, Math.max(w, 1), Math.max(h, 1));
      }),
    );
    c.strokeStyle = p.line;
    c.strokeRect(names - 0.5, 3.5, columns.length * w + 1, rows.length * h + 1);
    c.fillStyle = p.ink;
    c.font = FONT;
    if (rows.length <= 40) {
      c.textAlign = "right";
      c.textBaseline = "middle";
      rows.forEach((name, r) => c.fillText(name, names - 5, 4 + (r + 0.5) * h, names - 8));
    }
    if (below > 8)
      columns.forEach((name, k) => {
        c.save();
        c.translate(names + (k + 0.5) * w, 8 + rows.length * h);
        c.rotate(Math.PI / 4);
        c.textAlign = "left";
        c.textBaseline = "middle";
        c.fillText(name, 0, 0, 62);
        c.restore();
      });
    // The bar of colours.
    const left = names + columns.length * w + 16;
    for (let i = 0; i < 64; i++) {
      c.fillStyle = css(mapColour(diverging, 255 - i * 4));
      c.fillRect(left, 4 + i, 12, 1.5);
    }
    c.fillStyle = p.ink;
    c.textAlign = "left";
    c.textBaseline = "middle";
    c.fillText(shown(largest), left + 17, 10);
    c.fillText("0", left + 17, 36);
    c.fillText(shown(-largest), left + 17, 63);
    c.strokeStyle = p.ink;
    c.lineWidth = 2;
    c.strokeRect(names + at[1] * w, 4 + at[0] * h, Math.max(w, 3), Math.max(h, 3));
  });
  const go = (r: number, k: number): void => {
    at = [Math.max(0, Math.min(rows.length - 1, r)), Math.max(0, Math.min(columns.length - 1, k))];
    readout.textContent = `${rows[at[0]]} · ${columns[at[1]]}: ${shown(values[at[0]]![at[1]]!, 5)}`;
    draw();
  };
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const step = event.shiftKey ? 10 : 1;
    const by: Record<string, [number, number]> = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step] };
    const d = by[event.key];
    if (!d) return;
    event.preventDefault();
    go(at[0] + d[0], at[1] + d[1]);
    context.announce(readout.textContent ?? "");
  });
  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const r = Math.floor((event.clientY - box.top - cell[1]) / cell[3]);
    const k = Math.floor((event.clientX - box.left - cell[0]) / cell[2]);
    if (r >= 0 && k >= 0 && r < rows.length && k < columns.length) go(r, k);
  });
  onWidth(holder, (w) => {
    width = w;
    draw();
  });
  onTheme(draw);
  go(0, 0);
  return {
    element: el("div", {}, holder, readout),
    note: `${rows.length} × ${columns.length} · red positive, blue negative`,
    keys: [{ keys: "← → ↑ ↓", does: "read another entry; with Shift ten further" }],
    csv: () => [["", ...columns], ...rows.map((name, r) => [name, ...values[r]!])],
  };
}
