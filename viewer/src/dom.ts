// Small tools to build the page: elements, canvases at the screen's resolution, labelled controls.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | undefined | ((event: never) => void)>;

/** An element with attributes (functions become event listeners) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") e.addEventListener(key.replace(/^on/, ""), value as EventListener);
    else e.setAttribute(key, value === true ? "" : String(value));
  }
  for (const c of children) if (c) e.append(c);
  return e;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attributes: Record<string, string | number> = {}, ...children: Node[]): SVGElement {
  const e = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, String(value));
  e.append(...children);
  return e;
}

let counter = 0;
export function uniqueId(stem: string): string {
  return `rv-${stem}-${++counter}`;
}

/** Sets the size of a canvas in CSS pixels and returns its context, cleared, with one unit per CSS pixel. */
export function prepared(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const dpr = window.devicePixelRatio || 1;
  const w = Math.max(1, Math.round(width * dpr));
  const h = Math.max(1, Math.round(height * dpr));
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gives no 2-D canvas");
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** A picture with a name for those who cannot see it. */
export function picture(label: string, className = ""): HTMLCanvasElement {
  return el("canvas", { role: "img", "aria-label": label, class: className });
}

export function labelledSelect(
  label: string,
  options: readonly { value: string; text: string }[],
  onChange: (value: string) => void,
): { element: HTMLElement; select: HTMLSelectElement } {
  const id = uniqueId("select");
  const select = el("select", { id, onchange: () => onChange(select.value) });
  for (const o of options) select.append(el("option", { value: o.value }, o.text));
  return { element: el("span", { class: "rv-control" }, el("label", { for: id }, label), select), select };
}

export function checkbox(
  label: string,
  checked: boolean,
  onChange: (on: boolean) => void,
): { element: HTMLElement; input: HTMLInputElement } {
  const input = el("input", { type: "checkbox", onchange: () => onChange(input.checked) });
  input.checked = checked;
  return { element: el("label", { class: "rv-check" }, input, el("span", {}, label)), input };
}

export function button(label: string, title: string, onClick: () => void): HTMLButtonElement {
  return el("button", { type: "button", "aria-label": title, title, onclick: onClick }, label);
}

/** Calls `draw` at most once per frame however often it is asked for. */
export function perFrame(draw: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

/** Calls `changed` with the width of an element whenever it changes. */
export function onWidth(element: HTMLElement, changed: (width: number) => void): void {
  let last = -1;
  new ResizeObserver((entries) => {
    const width = Math.floor(entries[entries.length - 1]!.contentRect.width);
    if (width > 0 && width !== last) {
      last = width;
      changed(width);
    }
  }).observe(element);
}

/** True if the key belongs to a control that the user types into. */
export function typing(event: KeyboardEvent): boolean {
  const t = event.target as HTMLElement | null;
  return !!t && (t.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(t.tagName));
}

/** Words as a file's name, without its ending. */
export const fileStem = (words: string): string => words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");

/** Gives the reader a file. */
export function download(blob: Blob, name: string): void {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
