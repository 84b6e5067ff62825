// A section's pictures and numbers as files: SVG and PNG of what is on the screen, CSV of what it was drawn from.
//
// Pictures are drawn on canvases by many hands. While one is saved, its context also writes down what it is told to
// draw, so that curves and words arrive in the file as curves and words; the words beside the canvases are added.

import { button, download, el, fileStem } from "./dom";
import { palette, redrawAll } from "./theme";

type Cell = string | number;

const escaped = (text: string): string =>
  // Control characters have no place in XML.
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);
const short = (x: number): string => String(Math.round(x * 100) / 100);

/** Rows as CSV: commas, quotes where they are needed, numbers with all their digits. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  const cell = (c: Cell): string => {
    const text = typeof c === "number" ? (Number.isNaN(c) ? "" : String(c)) : c;
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** A path that remembers its commands, while it is asked to. */
export class TracedPath extends Path2D {
  static tracing = false;
  commands = "";
  constructor(from?: Path2D | string) {
    if (from === undefined) super();
    else super(from);
    if (from instanceof TracedPath) this.commands = from.commands;
  }
  private note(text: string): void {
    if (TracedPath.tracing) this.commands += text;
  }
  override moveTo(x: number, y: number): void {
    super.moveTo(x, y);
    this.note(`M${short(x)} ${short(y)}`);
  }
  override lineTo(x: number, y: number): void {
    super.lineTo(x, y);
    this.note(`${this.commands ? "L" : "M"}${short(x)} ${short(y)}`); // a line from nowhere begins a path
  }
  override rect(x: number, y: number, w: number, h: number): void {
    super.rect(x, y, w, h);
    this.note(`M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}Z`);
  }
  override arc(x: number, y: number, r: number, from: number, to: number, back = false): void {
    super.arc(x, y, r, from, to, back);
    this.note(arcCommands(x, y, r, from, to, back, true));
  }
  override closePath(): void {
    super.closePath();
    this.note("Z");
  }
}

function arcCommands(x: number, y: number, r: number, from: number, to: number, back: boolean, begin: boolean): string {
  const at = (a: number): string => `${short(x + r * Math.cos(a))} ${short(y + r * Math.sin(a))}`;
  const turn = back ? from - to : to - from;
  const sweep = back ? 0 : 1;
  const head = `${begin ? "M" : "L"}${at(from)}`;
  const radii = `A${short(r)} ${short(r)} 0`;
  if (Math.abs(turn) >= 2 * Math.PI - 1e-9) {
    const half = from + (back ? -Math.PI : Math.PI);
    return `${head}${radii} 1 ${sweep} ${at(half)}${radii} 1 ${sweep} ${at(from)}`;
  }
  const angle = ((turn % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
  return `${head}${radii} ${angle > Math.PI ? 1 : 0} ${sweep} ${at(to)}`;
}

/** Lets a context write down what it draws, as SVG elements in its canvas' pixels; `end` gives them. */
function recorded(c: CanvasRenderingContext2D): { end(): string } {
  const out: string[] = [];
  const real = CanvasRenderingContext2D.prototype;
  const own = c as unknown as Record<string, unknown>;
  let path = "";
  let clips: string[] = []; // of each level of save(): the clip that holds there
  let clip = "";
  let clipCount = 0;
  const stem = `clip-${Math.random().toString(36).slice(2)}`;
  const matrix = (): string => {
    const m = c.getTransform();
    return m.isIdentity ? "" : ` transform="matrix(${[m.a, m.b, m.c, m.d, m.e, m.f].map((v) => String(Math.round(v * 1e4) / 1e4)).join(" ")})"`;
  };
  const common = (): string => (c.globalAlpha < 1 ? ` opacity="${c.globalAlpha}"` : "") + (clip ? ` clip-path="url(#${clip})"` : "");
  /** The clip is in pixels of the canvas, the element in its own transform: a group keeps them apart. */
  const put = (element: string): void => {
    out.push(clip || c.globalAlpha < 1 ? `<g${common()}>${element}</g>` : element);
  };
  const colour = (style: string | CanvasGradient | CanvasPattern): string => (typeof style === "string" ? style : "none");
  const strokeLook = (): string => {
    const dash = c.getLineDash();
    return ` fill="none" stroke="${colour(c.strokeStyle)}" stroke-width="${short(c.lineWidth)}" stroke-linejoin="${c.lineJoin}" stroke-linecap="${c.lineCap}"${dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : ""}`;
  };
  const pathOf = (given: unknown): string => (given instanceof TracedPath ? given.commands : path);
  const text = (s: string, x: number, y: number, look: string, widest?: number): void => {
    const anchor = { left: "start", start: "start", center: "middle", right: "end", end: "end" }[c.textAlign];
    const shift = { top: 0.8, hanging: 0.8, middle: 0.35, alphabetic: 0, ideographic: -0.2, bottom: -0.2 }[c.textBaseline];
    const size = Number(/([\d.]+)px/.exec(c.font)?.[1] ?? 12);
    const weight = /^(\d{3}|bold)\s/.exec(c.font)?.[1];
    const family = escaped(c.font.replace(/^.*?px\s*/, ""));
    const narrow = widest !== undefined && c.measureText(s).width > widest ? ` textLength="${short(widest)}" lengthAdjust="spacingAndGlyphs"` : "";
    put(`<text x="${short(x)}" y="${short(y + shift * size)}" font-family="${family}" font-size="${size}"${weight ? ` font-weight="${weight}"` : ""} text-anchor="${anchor}"${narrow}${look}${matrix()}>${escaped(s)}</text>`);
  };
  const overrides: Record<string, (...args: never[]) => void> = {
    beginPath: () => (path = ""),
    moveTo: (x: number, y: number) => (path += `M${short(x)} ${short(y)}`),
    lineTo: (x: number, y: number) => (path += `${path ? "L" : "M"}${short(x)} ${short(y)}`),
    rect: (x: number, y: number, w: number, h: number) => (path += `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}Z`),
    arc: (x: number, y: number, r: number, from: number, to: number, back = false) => (path += arcCommands(x, y, r, from, to, back, path === "")),
    quadraticCurveTo: (a: number, b: number, x: number, y: number) => (path += `Q${short(a)} ${short(b)} ${short(x)} ${short(y)}`),
    bezierCurveTo: (a: number, b: number, d: number, e: number, x: number, y: number) => (path += `C${short(a)} ${short(b)} ${short(d)} ${short(e)} ${short(x)} ${short(y)}`),
    closePath: () => (path += "Z"),
    stroke: (given?: unknown) => {
      const d = pathOf(given);
      if (d) put(`<path d="${d}"${strokeLook()}${matrix()}/>`);
    },
    fill: (given?: unknown, rule?: unknown) => {
      const d = pathOf(given);
      const even = given === "evenodd" || rule === "evenodd" ? ` fill-rule="evenodd"` : "";
      if (d) put(`<path d="${d}" fill="${colour(c.fillStyle)}"${even}${matrix()}/>`);
    },
    clip: (given?: unknown) => {
      const id = `${stem}-${++clipCount}`;
      out.push(`<clipPath id="${id}"><path d="${pathOf(given)}"${matrix()}${clip ? ` clip-path="url(#${clip})"` : ""}/></clipPath>`);
      clip = id;
    },
    save: () => clips.push(clip),
    restore: () => (clip = clips.pop() ?? ""),
    fillRect: (x: number, y: number, w: number, h: number) => put(`<rect x="${short(Math.min(x, x + w))}" y="${short(Math.min(y, y + h))}" width="${short(Math.abs(w))}" height="${short(Math.abs(h))}" fill="${colour(c.fillStyle)}"${matrix()}/>`),
    strokeRect: (x: number, y: number, w: number, h: number) => put(`<path d="M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}Z"${strokeLook()}${matrix()}/>`),
    // A picture begins with a clean sheet.
    clearRect: () => {
      out.length = 0;
      clips = [];
      clip = "";
    },
    fillText: (s: string, x: number, y: number, widest?: number) => text(s, x, y, ` fill="${colour(c.fillStyle)}"`, widest),
    strokeText: (s: string, x: number, y: number, widest?: number) => text(s, x, y, strokeLook(), widest),
    drawImage: (image: CanvasImageSource, ...at: number[]) => {
      const source = image as HTMLCanvasElement;
      const sub = at.length === 8 ? at.slice(0, 4) : [0, 0, source.width, source.height];
      const [x, y, w, h] = (at.length === 8 ? at.slice(4) : at.length === 4 ? at : [...at, source.width, source.height]) as [number, number, number, number];
      const copy = document.createElement("canvas");
      copy.width = Math.max(1, Math.round(sub[2]!));
      copy.height = Math.max(1, Math.round(sub[3]!));
      copy.getContext("2d")!.drawImage(source, -sub[0]!, -sub[1]!);
      const look = c.imageSmoothingEnabled ? "" : ` style="image-rendering:pixelated"`;
      put(`<image x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" preserveAspectRatio="none"${look} href="${copy.toDataURL()}"${matrix()}/>`);
    },
  };
  const names = Object.keys(overrides);
  for (const name of names) {
    const original = (real as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
    own[name] = function (...args: unknown[]): unknown {
      (overrides[name] as (...args: unknown[]) => void)(...args);
      return original.apply(c, args);
    };
  }
  return {
    end() {
      for (const name of names) delete own[name];
      return out.join("");
    },
  };
}

const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

/** What is on the screen of a section as one SVG picture. */
export async function pictureOf(title: string, body: HTMLElement): Promise<{ text: string; width: number; height: number }> {
  const canvases = [...body.querySelectorAll("canvas")].filter((c) => c.getClientRects().length > 0 && c.width > 1);
  const contexts = canvases.map((c) => c.getContext("2d")!);
  TracedPath.tracing = true;
  const records = contexts.map((c) => recorded(c));
  redrawAll();
  await frame();
  await frame();
  TracedPath.tracing = false;
  const drawn = records.map((r) => r.end());

  const p = palette();
  const box = body.getBoundingClientRect();
  const head = 34;
  const parts: string[] = [];
  canvases.forEach((canvas, k) => {
    const r = canvas.getBoundingClientRect();
    const scale = r.width / canvas.width;
    const place = `translate(${short(r.left - box.left)} ${short(r.top - box.top + head)}) scale(${scale})`;
    // What was not drawn again is taken as pixels.
    const inside = drawn[k] || `<image width="${canvas.width}" height="${canvas.height}" href="${canvas.toDataURL()}"/>`;
    parts.push(`<g transform="${place}"><svg width="${canvas.width}" height="${canvas.height}" overflow="hidden">${inside}</svg></g>`);
  });
  parts.push(...words(body, box, head));
  const [width, height] = [Math.ceil(box.width), Math.ceil(box.height) + head];
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="${p.panel}"/>` +
    `<text x="0" y="20" font-family="sans-serif" font-size="17" font-weight="650" fill="${p.ink}">${escaped(title)}</text>${parts.join("")}</svg>`;
  return { text, width, height };
}

/** The words beside the canvases, each line where it stands; controls are left out. */
function words(body: HTMLElement, box: DOMRect, head: number): string[] {
  const out: string[] = [];
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!;
    const text = node.textContent!.trim();
    const control = parent.closest(".rv-controls, select, .rv-screen, script, style");
    if (!text || (control && !control.matches(".rv-annotations"))) continue;
    range.selectNodeContents(node);
    const r = range.getBoundingClientRect();
    const style = getComputedStyle(parent);
    if (r.width === 0 || style.visibility === "hidden") continue;
    const size = parseFloat(style.fontSize);
    out.push(
      `<text x="${short(r.left - box.left)}" y="${short(r.top - box.top + head + Math.min(r.height, 1.3 * size) / 2 + 0.35 * size)}" font-family="${escaped(style.fontFamily)}" font-size="${short(size)}" font-weight="${style.fontWeight}" fill="${style.color}"` +
        `${r.height < 1.9 * size ? ` textLength="${short(r.width)}" lengthAdjust="spacingAndGlyphs"` : ""}>${escaped(text)}</text>`,
    );
  }
  return out;
}

async function pngOf(picture: { text: string; width: number; height: number }): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.text)}`;
  await image.decode();
  const scale = 2; // sharp in print
  const canvas = el("canvas", { width: picture.width * scale, height: picture.height * scale });
  const c = canvas.getContext("2d")!;
  c.scale(scale, scale);
  c.drawImage(image, 0, 0);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("this browser makes no PNG"))), "image/png"));
}

/** Buttons that save what a section shows. */
export function savingButtons(title: string, body: HTMLElement, csv: (() => readonly (readonly Cell[])[]) | undefined, announce: (text: string) => void): HTMLElement | null {
  const stem = fileStem(title) || "picture";
  const safely = (what: string, work: () => Promise<void>) => (): void => {
    work().then(
      () => announce(`${what} of ${title} saved`),
      (error: Error) => announce(`${what} of ${title} could not be saved: ${error.message}`),
    );
  };
  const buttons: HTMLElement[] = [];
  if (body.querySelector("canvas"))
    buttons.push(
      button("SVG", `Save ${title} as an SVG picture`, safely("SVG", async () => download(new Blob([(await pictureOf(title, body)).text], { type: "image/svg+xml" }), `${stem}.svg`))),
      button("PNG", `Save ${title} as a PNG picture`, safely("PNG", async () => download(await pngOf(await pictureOf(title, body)), `${stem}.png`))),
    );
  if (csv) buttons.push(button("CSV", `Save the numbers of ${title} as CSV`, safely("CSV", async () => download(new Blob([csvText(csv())], { type: "text/csv" }), `${stem}.csv`))));
  return buttons.length ? el("div", { class: "rv-saving", role: "group", "aria-label": `Save ${title}` }, ...buttons) : null;
}
