// The page around the sections: head, navigation, errors. A damaged section says what is wrong and leaves the rest alone.

import { checkedReport, checkedSection, FORMAT, labelOf } from "./contract";
import { BlockStore } from "./decode";
import { button, checkbox, el } from "./dom";
import { noteMathFont } from "./formula";
import { startKeys, type KeyGroup } from "./keys";
import { judgedBy, Post } from "./marks";
import { savingButtons } from "./saving";
import { viewOf } from "./sections";
import { chooseTheme, onTheme, showTheme, startTheme, themeChoice, type Choice } from "./theme";
import type { Context } from "./view";

function notice(kind: "error" | "hint", title: string, text: string): HTMLElement {
  return el("div", { class: `rv-notice rv-${kind}`, role: kind === "error" ? "alert" : "note" }, el("strong", {}, title), el("p", {}, text));
}

/** The title that a section gives itself, even if the rest of it is damaged. */
function titleOf(section: unknown, index: number): string {
  const t = (section as { title?: unknown } | null)?.title;
  return typeof t === "string" && t ? t : `Section ${index + 1}`;
}

function themeButton(): HTMLButtonElement {
  const next: Record<Choice, Choice> = { auto: "light", light: "dark", dark: "auto" };
  const b = button("", "", () => chooseTheme(next[themeChoice()]));
  const say = (): void => {
    const c = themeChoice();
    b.replaceChildren(el("span", { "aria-hidden": "true" }, c === "auto" ? "◐ " : c === "light" ? "○ " : "● "), c === "auto" ? "Auto" : c === "light" ? "Light" : "Dark");
    const name = (x: Choice): string => (x === "auto" ? "Auto (as the system)" : x === "light" ? "Light" : "Dark");
    b.title = `Colours: ${name(c)}. Press for ${name(next[c])}`;
    b.setAttribute("aria-label", b.title);
  };
  say();
  onTheme(say);
  return b;
}

/** Boxes that hide the sections of which every tag is switched off; none where there is nothing to choose. */
function tagChoice(tags: readonly string[], hide: (off: ReadonlySet<string>) => void): HTMLElement | null {
  if (tags.length < 2) return null;
  const off = new Set<string>();
  const box = (tag: string): HTMLElement =>
    checkbox(tag, true, (on) => {
      if (on) off.delete(tag);
      else off.add(tag);
      hide(off);
    }).element;
  return el("details", { class: "rv-tags" }, el("summary", {}, "Tags"), ...tags.map(box));
}

function shownDate(iso: string): string {
  const d = new Date(iso);
  return Number.isNaN(d.getTime()) ? iso : d.toISOString().replace("T", " ").replace(/:\d\d\.\d+Z$/, " UTC");
}

export function startPage(root: HTMLElement, json: string | null, blockText: (block: number) => string | null): void {
  startTheme();
  root.classList.add("rv-root");
  let report: ReturnType<typeof checkedReport>;
  try {
    if (json === null) throw new Error(`the page has no <script id="ranvier-data">: nothing to show`);
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new Error(`the data of this page are damaged: ${(error as Error).message}`);
    }
    report = checkedReport(value);
  } catch (error) {
    root.append(el("main", { class: "rv-main" }, el("h1", {}, "Report"), notice("error", "This report cannot be shown", (error as Error).message)));
    return;
  }

  if (!document.title) document.title = report.title;
  if (report.theme !== "auto" && themeChoice() === "auto") showTheme(report.theme);
  const live = el("div", { class: "rv-sr", "aria-live": "polite" });
  const blocks = new BlockStore(blockText);
  const announce = (text: string): string => (live.textContent = text);
  const post = report.marks ? new Post(report.marks.address) : null;
  const judged = judgedBy();
  const contextOf = (group: string): Context => ({ blocks, announce, post, group, judged: (excluded) => judged(group, excluded) });
  const groups: KeyGroup[] = [];
  const main = el("main", { class: "rv-main", id: "rv-main" });
  const links = el("ol", {});
  const lists = new Map<string, HTMLElement>([["", links]]);
  const listOf = (group: string): HTMLElement => {
    let list = lists.get(group);
    if (!list) {
      lists.set(group, (list = el("ol", {})));
      links.append(el("li", { class: "rv-group" }, el("span", {}, group), list));
    }
    return list;
  };
  const entries = report.sections.map((raw, i) => {
    const id = `section-${i + 1}`;
    const title = titleOf(raw, i);
    const heading = el("h2", { id: `${id}-title`, tabindex: -1 }, title);
    const note = el("p", { class: "rv-note" });
    const body = el("div", { class: "rv-body" }, el("p", { class: "rv-hint" }, "Preparing …"));
    const element = el("section", { id, class: "rv-section", "aria-labelledby": `${id}-title` }, el("header", {}, heading, note), body);
    main.append(element);
    const link = el("a", { href: `#${id}` }, title);
    const { group, tags } = labelOf(raw);
    const item = el("li", {}, link);
    listOf(group).append(item);
    return { raw, title, element, heading, note, body, link, item, group, tags };
  });

  const keys = startKeys(
    () => groups,
    (by) => {
      const focused = entries.findIndex((e) => e.element.contains(document.activeElement));
      const at = focused >= 0 ? focused : current();
      const next = entries[Math.max(0, Math.min(entries.length - 1, at + by))];
      if (!next) return;
      next.element.scrollIntoView({ block: "start" });
      next.heading.focus({ preventScroll: true });
    },
  );
  const current = (): number => {
    const page = document.documentElement;
    if (scrollY > 0 && scrollY + innerHeight >= page.scrollHeight - 2) return entries.length - 1;
    let best = 0;
    entries.forEach((e, i) => {
      if (e.element.getBoundingClientRect().top < innerHeight * 0.25) best = i;
    });
    return scrollY < 10 ? 0 : best;
  };
  const chosen = tagChoice([...new Set(entries.flatMap((e) => e.tags))].sort(), (off) => {
    for (const e of entries) e.element.hidden = e.item.hidden = e.tags.length > 0 && e.tags.every((t) => off.has(t));
    dispatchEvent(new Event("scroll"));
  });
  const nav = el("nav", { class: "rv-nav", "aria-label": "Sections" }, chosen, links);
  root.append(
    el("a", { class: "rv-skip", href: "#rv-main" }, "Skip to the report"),
    el(
      "header",
      { class: "rv-head" },
      el("div", { class: "rv-brand" }, el("span", { class: "rv-mark", "aria-hidden": "true" }), el("h1", {}, report.title)),
      el("p", { class: "rv-made" }, `Ranvier ${report.version} · ${shownDate(report.created)}`),
      el("div", { class: "rv-tools" }, themeButton(), button("Keys ?", "Keys: show the list", () => keys.open())),
    ),
    el("div", { class: "rv-frame" }, nav, main),
    live,
  );
  noteMathFont(root);
  const follow = (): void => {
    const at = current();
    entries.forEach((e, i) => {
      if (i === at) e.link.setAttribute("aria-current", "true");
      else e.link.removeAttribute("aria-current");
    });
  };
  addEventListener("scroll", follow, { passive: true });
  follow();
  if (entries.length === 0) main.append(notice("hint", "An empty report", "This report has no sections."));

  // One section per turn of the event loop: the first is on the screen while the others are decoded.
  const fill = (i: number): void => {
    const e = entries[i];
    if (!e) {
      document.documentElement.dataset["ranvier"] = "ready";
      if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
      return;
    }
    try {
      const section = checkedSection(e.raw);
      if (section.kind === "unknown")
        e.body.replaceChildren(
          notice(
            "hint",
            `A section of kind “${section.wanted}”`,
            `This page's viewer (format ${FORMAT}) does not know it. It was written by Ranvier ${report.version}: ` +
              `write the page again with a viewer of that version or later to see this section.`,
          ),
        );
      else {
        const view = viewOf(section, contextOf(e.group));
        e.note.textContent = view.note;
        e.body.replaceChildren(view.element);
        if (view.keys.length) groups.push({ title: e.title, keys: view.keys });
        const saving = savingButtons(e.title, e.body, view.csv, announce);
        if (saving) e.heading.after(saving);
      }
    } catch (error) {
      e.body.replaceChildren(notice("error", `“${e.title}” cannot be shown`, (error as Error).message));
      e.element.classList.add("rv-broken");
      e.link.append(" ", el("span", { class: "rv-flag" }, "damaged"));
    }
    if (!e.note.textContent) e.note.remove();
    setTimeout(() => fill(i + 1));
  };
  fill(0);
}
