import { describe, expect, test } from "vitest";
import { checkedReport, checkedSection } from "../src/contract";
import schema from "../page.schema.json";
import { views } from "../src/sections";
import { demoReport } from "./demo-report";
import { PageWriter } from "./page-writer";

const channel = { name: "Cz", type: "eeg", unit: "V", bad: false, position: [0, 0] };
const evoked = {
  kind: "evoked",
  title: "E",
  channels: [channel],
  time: { start: 0, step: 0.1, n: 3 },
  conditions: [{ name: "a", nave: 2, data: { block: 0, dtype: "float32", shape: [1, 3] } }],
};

describe("the contract", () => {
  test("every section of the demo report passes", () => {
    const report = checkedReport(demoReport(new PageWriter(), { seconds: 10 }));
    const kinds = report.sections.map((s) => checkedSection(s).kind);
    expect(kinds).toEqual(["summary", "recording", "spectrum", "evoked", "tfr", "run"]);
  });

  test("another format is refused with both names", () => {
    expect(() => checkedReport({ format: "ranvier-report/2" })).toThrow(/"ranvier-report\/2".*"ranvier-report\/1"/);
  });

  test("a section of an unknown kind is passed on with its title", () => {
    expect(checkedSection({ kind: "raster", title: "Spikes" })).toEqual({ kind: "unknown", title: "Spikes", wanted: "raster" });
  });

  test("a first view of a time-frequency image is checked like the rest", () => {
    const tfr = { kind: "tfr", title: "T", channels: [channel], freqs: [8, 10], time: evoked.time, unit: "%", conditions: [{ name: "a", data: { block: 0, dtype: "float32", shape: [1, 2, 3] } }] };
    expect(checkedSection(tfr)).toMatchObject({ first_view: null });
    expect(checkedSection({ ...tfr, first_view: { channel: "Cz", freqs: [8, 10], times: [0, 0.2] } })).toMatchObject({ first_view: { channel: "Cz", freqs: [8, 10], times: [0, 0.2] } });
    expect(() => checkedSection({ ...tfr, first_view: { channel: "Cz", freqs: [8], times: [0, 0.2] } })).toThrow(/first_view\.freqs must be a list of 2/);
  });

  test("what is left out is filled in, what is not known is left out", () => {
    const { bad: _bad, position: _position, ...short } = channel;
    const section = checkedSection({ ...evoked, channels: [{ ...short, colour: "red" }] });
    expect(section).toEqual({ ...evoked, channels: [{ ...short, bad: false, position: null }] });
  });

  test("the kinds of the schema are those that can be shown", () => {
    const kinds = schema.$defs.Section.anyOf.map((row) => row.$ref.replace("#/$defs/", ""));
    expect(kinds.map((name) => (schema.$defs as Record<string, any>)[name].properties.kind.const)).toEqual(expect.arrayContaining(Object.keys(views)));
    expect(Object.keys(views)).toHaveLength(kinds.length);
  });

  test("the schema says nothing that is not checked", () => {
    const known = "$ref type const enum anyOf properties required items prefixItems minItems maxItems minimum exclusiveMinimum x-shape x-length x-below x-ascending default description".split(" ");
    const unknown: string[] = [];
    const look = (s: object): void => {
      for (const [keyword, rule] of Object.entries(s)) {
        if (!known.includes(keyword)) unknown.push(keyword);
        if (keyword === "properties") Object.values(rule as object).forEach(look);
        if (keyword === "items") look(rule);
        if (keyword === "anyOf" || keyword === "prefixItems") (rule as object[]).forEach(look);
      }
    };
    Object.values(schema.$defs).forEach(look);
    expect(unknown).toEqual([]);
  });

  test("a kind that is a property of every object is unknown too", () => {
    expect(checkedSection({ kind: "constructor", title: "x" }).kind).toBe("unknown");
  });

  test.each([
    ["a shape that differs from channels × times", { ...evoked, time: { start: 0, step: 0.1, n: 4 } }, "conditions[0].data.shape must be [1, 4]; got [1,3]"],
    ["a time step of 0", { ...evoked, time: { start: 0, step: 0, n: 3 } }, "time.step must be a number > 0; got 0"],
    ["no condition", { ...evoked, conditions: [] }, "conditions must be a list with at least one entry; got []"],
    ["no channels", { ...evoked, channels: undefined }, "channels must be a list with at least one entry; got nothing"],
    ["a position with three numbers", { ...evoked, channels: [{ ...channel, position: [0, 0, 1] }] }, "channels[0].position must be a list of 2; got [0,0,1]"],
    ["a type of number that is not known", { ...evoked, conditions: [{ name: "a", nave: 1, data: { block: 0, dtype: "int8", shape: [1, 3] } }] }, `conditions[0].data.dtype must be "int16", "int32" or "float32"; got "int8"`],
    ["scales that do not match the first axis", { ...evoked, conditions: [{ name: "a", nave: 1, data: { block: 0, dtype: "int16", shape: [1, 3], scale: [1, 2] } }] }, "conditions[0].data.scale must be one number, or one for each of the 1 entries of the first axis; got [1,2]"],
    ["a text where an object belongs", "evoked", `the section must be an object; got "evoked"`],
    ["frequencies that fall", { kind: "spectrum", title: "S", channels: [channel], freqs: [2, 1], units: ["V²/Hz"], conditions: [] }, "freqs[1] must be above the one before; got 1"],
  ])("%s is refused with place and rule", (_what, section, message) => {
    expect(() => checkedSection(section)).toThrow(message);
  });
});
