// The names of channels beside their traces: buttons that mark a channel; one is in the tab order, arrows reach the others.

import { el } from "./dom";

export interface Labels {
  element: HTMLElement;
  /** @param top, height  of the first row and of each [pixels] */
  place(first: number, rows: number, top: number, height: number): void;
}

export interface LabelWords {
  /** What the group of names is. */
  group: string;
  /** What pressing a name does, now that it is marked or not. */
  press(name: string, marked: boolean): string;
}

export function channelLabels(names: readonly string[], words: LabelWords, marked: (i: number) => boolean, toggle: (i: number) => void): Labels {
  const element = el("div", { class: "rv-labels", role: "group", "aria-label": words.group });
  let labelled = "";
  element.addEventListener("keydown", (event) => {
    const all = [...element.children] as HTMLButtonElement[];
    const k = all.indexOf(document.activeElement as HTMLButtonElement);
    if (k < 0 || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const next = all[(k + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]!;
    all.forEach((b) => (b.tabIndex = b === next ? 0 : -1));
    next.focus();
  });
  return {
    element,
    place(first, rows, top, height) {
      const wanted = `${first}:${rows}`;
      if (labelled !== wanted) {
        labelled = wanted;
        element.replaceChildren(
          ...Array.from({ length: rows }, (_, r) => {
            const i = first + r;
            const b = el("button", { type: "button", class: "rv-label", tabindex: r === 0 ? 0 : -1, onclick: () => toggle(i) }, names[i]!);
            b.dataset["channel"] = String(i);
            return b;
          }),
        );
      }
      element.style.paddingTop = `${top}px`;
      for (const b of element.children as unknown as Iterable<HTMLButtonElement>) {
        const i = Number(b.dataset["channel"]);
        b.style.height = `${height}px`;
        b.setAttribute("aria-pressed", String(marked(i)));
        b.title = words.press(names[i]!, marked(i));
      }
    },
  };
}
