// Dropped epochs: how many, and why.

import type { DropsSection } from "../page-types";
import { el } from "../dom";
import { shareCell, table } from "../table";
import { counted } from "../units";
import type { View } from "../view";

export function dropsView(section: DropsSection): View {
  const { given, dropped, reasons } = section;
  const share = (count: number): number => (given > 0 ? count / given : 0);
  const longest = Math.max(0, ...reasons.map((r) => share(r.count)));
  return {
    element: reasons.length
      ? table(
          "Why epochs were dropped: channels over or under a limit, bad spans, the recording's ends",
          ["Reason", "Epochs", "Of all"],
          reasons.map((r) => [r.reason, String(r.count), shareCell(share(r.count), longest)]),
          [1],
        )
      : el("p", { class: "rv-hint" }, "None was dropped."),
    note: `${dropped} of ${counted(given, "epoch")} dropped`,
    keys: [],
    csv: () => [["reason", "epochs"], ...reasons.map((r) => [r.reason, r.count])],
  };
}
