// The shape of a report's data, as docs/viewer.md specifies it, and the checks that stand between a page and a drawing.

import {
  arrayRef,
  checkShape,
  ContractError,
  count,
  fail,
  list,
  nonEmpty,
  number,
  object,
  pair,
  positive,
  text,
  type Json,
} from "./checks";
import { equationsReader, portraitReader, type EquationsSection, type PortraitSection } from "./contract-model";

export { ContractError };

export const FORMAT = "ranvier-report/1";

export type Dtype = "int16" | "float32";

/** A large array that lives in a block of its own; value = raw * scale. */
export interface ArrayRef {
  block: number;
  dtype: Dtype;
  shape: number[];
  scale?: number | number[];
}

export interface Channel {
  name: string;
  type: string;
  unit: string;
  bad: boolean;
  /** Head coordinates, head radius 1, nose +y, right ear +x; null where unknown. */
  position: [number, number] | null;
}

export interface TimeAxis {
  start: number; // [s]
  step: number; // [s]
  n: number;
}

export interface Annotation {
  onset: number; // [s] after the first sample
  duration: number; // [s]
  description: string;
}

export interface Item {
  label: string;
  value: string;
}

export interface NamedValue {
  name: string;
  value: string;
}

export interface SummarySection {
  kind: "summary";
  title: string;
  text?: string;
  items: Item[];
}

export interface RecordingSection {
  kind: "recording";
  title: string;
  sfreq: number; // [Hz]
  first_time: number; // [s]
  channels: Channel[];
  annotations: Annotation[];
  data: ArrayRef;
}

export interface EvokedSection {
  kind: "evoked";
  title: string;
  channels: Channel[];
  time: TimeAxis;
  conditions: { name: string; nave: number; data: ArrayRef }[];
}

export interface TfrSection {
  kind: "tfr";
  title: string;
  channels: Channel[];
  freqs: number[]; // [Hz]
  time: TimeAxis;
  unit: string;
  baseline: string;
  /** Where the view begins, if the writer knows what to look at: a channel, a band [Hz] and a stretch of time [s]. */
  firstView: { channel: string; freqs: [number, number]; times: [number, number] } | null;
  conditions: { name: string; data: ArrayRef }[];
}

export interface SpectrumSection {
  kind: "spectrum";
  title: string;
  channels: Channel[];
  freqs: number[]; // [Hz]
  unit: string;
  conditions: { name: string; data: ArrayRef }[];
}

export interface RunSection {
  kind: "run";
  title: string;
  parameters: NamedValue[];
  versions: NamedValue[];
  timings: { step: string; seconds: number }[];
  inputs: { path: string; bytes: number; sha256: string }[];
}

export type Section =
  | SummarySection
  | RecordingSection
  | EvokedSection
  | TfrSection
  | SpectrumSection
  | PortraitSection
  | EquationsSection
  | RunSection;

export interface Report {
  format: string;
  title: string;
  created: string;
  version: string;
  sections: unknown[];
}

function channel(value: unknown, where: string): Channel {
  const o = object(value, where);
  let position: [number, number] | null = null;
  if (o["position"] !== undefined && o["position"] !== null) {
    const p = list(o["position"], `${where}.position`, number);
    if (p.length !== 2) fail(`${where}.position`, "two numbers or null", o["position"]);
    position = [p[0]!, p[1]!];
  }
  return {
    name: text(o["name"], `${where}.name`),
    type: text(o["type"], `${where}.type`),
    unit: text(o["unit"], `${where}.unit`),
    bad: o["bad"] === true,
    position,
  };
}

function timeAxis(value: unknown, where: string): TimeAxis {
  const o = object(value, where);
  const n = count(o["n"], `${where}.n`);
  if (n === 0) fail(`${where}.n`, "at least 1", n);
  // A single sample has no step; any will do to draw it.
  const step = n === 1 && o["step"] === 0 ? 1e-3 : positive(o["step"], `${where}.step`);
  return { start: number(o["start"], `${where}.start`), step, n };
}

function frequencies(value: unknown, where: string): number[] {
  const freqs = nonEmpty(list(value, where, number), where);
  for (let i = 1; i < freqs.length; i++)
    if (!(freqs[i]! > freqs[i - 1]!)) fail(where, "ascending", freqs.slice(i - 1, i + 1));
  return freqs;
}

function named(value: unknown, where: string): NamedValue {
  const o = object(value, where);
  return { name: text(o["name"], `${where}.name`), value: text(o["value"], `${where}.value`) };
}

function firstView(o: Json): NonNullable<TfrSection["firstView"]> {
  return {
    channel: text(o["channel"], "first_view.channel"),
    freqs: pair(o["freqs"], "first_view.freqs"),
    times: pair(o["times"], "first_view.times"),
  };
}

const channels = (o: Json): Channel[] => nonEmpty(list(o["channels"], "channels", channel), "channels");

function conditions<T extends { data: ArrayRef }>(
  o: Json,
  expected: number[],
  entry: (c: Json, where: string) => Omit<T, "data" | "name">,
): (T & { name: string })[] {
  const all = list(o["conditions"], "conditions", (v, where) => {
    const c = object(v, where);
    const data = arrayRef(c["data"], `${where}.data`);
    checkShape(data, expected, `${where}.data`);
    return { name: text(c["name"], `${where}.name`), data, ...entry(c, where) } as unknown as T & { name: string };
  });
  return nonEmpty(all, "conditions");
}

/** The checked report, its sections still unchecked: a damaged section must not take the others with it. */
export function checkedReport(value: unknown): Report {
  const o = object(value, "the report");
  const format = text(o["format"], "format");
  if (format !== FORMAT)
    throw new ContractError(
      `this page holds data in the format "${format}"; this viewer reads "${FORMAT}". ` +
        `Write the page again with the version of Ranvier whose viewer it carries.`,
    );
  return {
    format,
    title: text(o["title"], "title"),
    created: text(o["created"], "created"),
    version: text(o["version"], "version"),
    sections: list(o["sections"], "sections", (s) => s),
  };
}

const readers: { [K in Section["kind"]]: (o: Json, title: string) => Extract<Section, { kind: K }> } = {
  summary: (o, title) => ({
    kind: "summary",
    title,
    ...(o["text"] === undefined || o["text"] === null ? {} : { text: text(o["text"], "text") }),
    items: list(o["items"] ?? [], "items", (v, where) => {
      const i = object(v, where);
      return { label: text(i["label"], `${where}.label`), value: text(i["value"], `${where}.value`) };
    }),
  }),
  recording: (o, title) => {
    const chs = channels(o);
    const data = arrayRef(o["data"], "data");
    checkShape(data, [chs.length, data.shape[1] ?? 0], "data");
    if (data.shape[1] === 0) fail("data.shape", "at least one sample long", data.shape);
    return {
      kind: "recording",
      title,
      sfreq: positive(o["sfreq"], "sfreq"),
      first_time: number(o["first_time"] ?? 0, "first_time"),
      channels: chs,
      annotations: list(o["annotations"] ?? [], "annotations", (v, where) => {
        const a = object(v, where);
        return {
          onset: number(a["onset"], `${where}.onset`),
          duration: Math.max(0, number(a["duration"], `${where}.duration`)),
          description: text(a["description"], `${where}.description`),
        };
      }),
      data,
    };
  },
  evoked: (o, title) => {
    const chs = channels(o);
    const time = timeAxis(o["time"], "time");
    return {
      kind: "evoked",
      title,
      channels: chs,
      time,
      conditions: conditions<EvokedSection["conditions"][number]>(o, [chs.length, time.n], (c, where) => ({
        nave: number(c["nave"], `${where}.nave`),
      })),
    };
  },
  tfr: (o, title) => {
    const chs = channels(o);
    const time = timeAxis(o["time"], "time");
    const freqs = frequencies(o["freqs"], "freqs");
    return {
      kind: "tfr",
      title,
      channels: chs,
      freqs,
      time,
      unit: text(o["unit"], "unit"),
      baseline: text(o["baseline"] ?? "", "baseline"),
      firstView: o["first_view"] === undefined ? null : firstView(object(o["first_view"], "first_view")),
      conditions: conditions<TfrSection["conditions"][number]>(o, [chs.length, freqs.length, time.n], () => ({})),
    };
  },
  spectrum: (o, title) => {
    const chs = channels(o);
    const freqs = frequencies(o["freqs"], "freqs");
    return {
      kind: "spectrum",
      title,
      channels: chs,
      freqs,
      unit: text(o["unit"], "unit"),
      conditions: conditions<SpectrumSection["conditions"][number]>(o, [chs.length, freqs.length], () => ({})),
    };
  },
  portrait: portraitReader,
  equations: equationsReader,
  run: (o, title) => ({
    kind: "run",
    title,
    parameters: list(o["parameters"] ?? [], "parameters", named),
    versions: list(o["versions"] ?? [], "versions", named),
    timings: list(o["timings"] ?? [], "timings", (v, where) => {
      const t = object(v, where);
      return { step: text(t["step"], `${where}.step`), seconds: number(t["seconds"], `${where}.seconds`) };
    }),
    inputs: list(o["inputs"] ?? [], "inputs", (v, where) => {
      const i = object(v, where);
      return {
        path: text(i["path"], `${where}.path`),
        bytes: count(i["bytes"], `${where}.bytes`),
        sha256: text(i["sha256"], `${where}.sha256`),
      };
    }),
  }),
};

export interface UnknownSection {
  kind: "unknown";
  title: string;
  wanted: string;
}

/** One checked section, or what is known of a section from a later version. */
export function checkedSection(value: unknown): Section | UnknownSection {
  const o = object(value, "the section");
  const kind = text(o["kind"], "kind");
  const title = typeof o["title"] === "string" ? o["title"] : kind;
  if (!Object.hasOwn(readers, kind)) return { kind: "unknown", title, wanted: kind };
  return readers[kind as Section["kind"]](o, title);
}
