// A summary: text and facts.

import { el } from "../dom";
import type { SummarySection } from "../page-types";
import type { View } from "../view";

export function summaryView(section: SummarySection): View {
  const list = el("dl", { class: "rv-facts" });
  for (const i of section.items) list.append(el("div", {}, el("dt", {}, i.label), el("dd", {}, i.value)));
  const paragraphs = section.text.split(/\n\s*\n/).filter((p) => p.trim());
  return {
    element: el("div", {}, ...paragraphs.map((p) => el("p", { class: "rv-text" }, p)), section.items.length ? list : null),
    note: "",
    keys: [],
  };
}
