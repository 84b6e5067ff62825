// The run: what went in, which code and parameters, and where the time went.

import type { NamedValue, RunSection } from "../page-types";
import { el } from "../dom";
import { shownBytes, shownSeconds } from "../units";
import type { View } from "../view";

function table(caption: string, head: readonly string[], rows: readonly (string | Node)[][], numeric: readonly number[] = []): HTMLElement {
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

const named = (caption: string, values: readonly NamedValue[]): HTMLElement | null =>
  values.length ? table(caption, ["Name", "Value"], values.map((v) => [v.name, el("code", {}, v.value)])) : null;

/** Shares of a total, 0…1; all zero for a total of zero. */
export function shares(seconds: readonly number[]): number[] {
  const total = seconds.reduce((a, b) => a + b, 0);
  return seconds.map((s) => (total > 0 ? s / total : 0));
}

export function runView(section: RunSection): View {
  const seconds = section.timings.map((t) => t.seconds);
  const longest = Math.max(...seconds, 1e-12);
  const part = shares(seconds);
  const total = seconds.reduce((a, b) => a + b, 0);
  const timings = section.timings.length
    ? table(
        `Time per step, ${shownSeconds(total)} in all`,
        ["Step", "Time", "Share"],
        section.timings.map((t, i) => {
          const bar = el("span", { class: "rv-share", "aria-hidden": "true" });
          bar.style.width = `${(100 * t.seconds) / longest}%`;
          const percent = el("span", { class: "rv-percent" }, `${(100 * part[i]!).toFixed(part[i]! < 0.1 ? 1 : 0)} %`);
          return [t.step, shownSeconds(t.seconds), el("span", { class: "rv-sharecell" }, percent, el("span", { class: "rv-sharetrack" }, bar))];
        }),
        [1],
      )
    : null;
  const inputs = section.inputs.length
    ? table(
        "Inputs",
        ["File", "Size", "SHA-256"],
        section.inputs.map((i) => [i.path, shownBytes(i.bytes), el("code", { class: "rv-digest" }, i.sha256)]),
        [1],
      )
    : null;
  const element = el(
    "div",
    { class: "rv-run" },
    section.command ? el("p", { class: "rv-text" }, "Command: ", el("code", {}, section.command)) : null,
    timings,
    named("Parameters", section.parameters),
    named("Versions", section.versions),
    inputs,
  );
  if (!element.childElementCount) element.append(el("p", { class: "rv-hint" }, "Nothing was recorded about this run."));
  return { element, note: "", keys: [] };
}
