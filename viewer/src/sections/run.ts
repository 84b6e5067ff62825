// The run: what went in, which code and parameters, and where the time went.

import type { NamedValue, RunSection } from "../page-types";
import { el } from "../dom";
import { shareCell, table } from "../table";
import { shownBytes, shownSeconds } from "../units";
import type { View } from "../view";

const named = (caption: string, values: readonly NamedValue[]): HTMLElement | null =>
  values.length ? table(caption, ["Name", "Value"], values.map((v) => [v.name, el("code", {}, v.value)])) : null;

/** Shares of a total, 0…1; all zero for a total of zero. */
export function shares(seconds: readonly number[]): number[] {
  const total = seconds.reduce((a, b) => a + b, 0);
  return seconds.map((s) => (total > 0 ? s / total : 0));
}

export function runView(section: RunSection): View {
  const seconds = section.timings.map((t) => t.seconds);
  const part = shares(seconds);
  const total = seconds.reduce((a, b) => a + b, 0);
  const timings = section.timings.length
    ? table(
        `Time per step, ${shownSeconds(total)} in all`,
        ["Step", "Time", "Share"],
        section.timings.map((t, i) => [t.step, shownSeconds(t.seconds), shareCell(part[i]!, Math.max(...part))]),
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
