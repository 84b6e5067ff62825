// Tables of a page, which scroll sideways on narrow screens.

import { el } from "./dom";

export function table(caption: string, head: readonly string[], rows: readonly (string | Node)[][], numeric: readonly number[] = []): HTMLElement {
  const cls = (i: number): string | undefined => (numeric.includes(i) ? "rv-number" : undefined);
  return el(
    "div",
    { class: "rv-scroll", tabindex: 0, role: "region", "aria-label": `${caption} (table)` },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...head.map((h, i) => el("th", { scope: "col", class: cls(i) }, h)))),
      el(
        "tbody",
        {},
        ...rows.map((r) =>
          el("tr", {}, ...r.map((c, i) => (i === 0 ? el("th", { scope: "row" }, c) : el("td", { class: cls(i) }, c)))),
        ),
      ),
    ),
  );
}

/** A share of a whole, 0…1, as a number and a bar; the longest bar fills the cell. */
export function shareCell(share: number, longest: number): HTMLElement {
  const bar = el("span", { class: "rv-share", "aria-hidden": "true" });
  bar.style.width = `${(100 * share) / Math.max(longest, 1e-12)}%`;
  const percent = el("span", { class: "rv-percent" }, `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`);
  return el("span", { class: "rv-sharecell" }, percent, el("span", { class: "rv-sharetrack" }, bar));
}
