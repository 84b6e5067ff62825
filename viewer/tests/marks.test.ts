import { describe, expect, test } from "vitest";
import type { RecordingSection } from "../src/page-types";
import { badDescription, judgedBy, Marks } from "../src/marks";
import { checkedSection } from "../src/contract";
import { marksOf } from "../src/sections/recording";
import { axisTicks } from "../src/plot";
import { rangeOf } from "../src/sections/curves";

const stretch = (onset: number, duration = 1, description = "BAD_") => ({ onset, duration, description });

describe("marks", () => {
  test("descriptions begin with BAD, once", () => {
    expect(["blink", " BAD_x ", "bad muscle", "", "two  words"].map(badDescription)).toEqual(["BAD_blink", "BAD_x", "bad muscle", "BAD_", "BAD_two words"]);
  });

  test("the file of a recording holds channels and stretches in the order of time, from the first sample's time", () => {
    const m = new Marks("recording", 2.5, { bads: ["T8"] });
    m.add(stretch(7));
    m.add(stretch(3, 0.5, "BAD_blink"));
    m.toggle(m.bads, "Fp1");
    expect(JSON.parse(m.json())).toEqual({
      format: "ranvier-marks/1", of: "recording", first_time: 2.5, bads: ["T8", "Fp1"],
      annotations: [stretch(3, 0.5, "BAD_blink"), stretch(7)],
    });
  });

  test("channels that a stretch is about stay in the file, from a page and from marks that were sent", () => {
    const about = { ...stretch(1), ch_names: ["Fp1"] };
    const m = new Marks("recording");
    m.adopt(JSON.stringify({ format: "ranvier-marks/1", of: "recording", first_time: 0, bads: [], annotations: [about] }));
    m.add(stretch(3));
    expect((JSON.parse(m.json()) as { annotations: unknown }).annotations).toEqual([about, stretch(3)]);
  });

  test("the files of epochs and components hold ascending numbers", () => {
    const e = new Marks("epochs", 0, { dropped: [17] });
    e.toggle(e.dropped, 3);
    expect(JSON.parse(e.json())).toEqual({ format: "ranvier-marks/1", of: "epochs", bads: [], dropped: [3, 17] });
    const i = new Marks("ica", 0, { excluded: [10, 9] });
    expect(JSON.parse(i.json())).toEqual({ format: "ranvier-marks/1", of: "ica", exclude: [9, 10] });
  });

  test("every change is told and can be taken back, down to the begin", () => {
    const m = new Marks("recording", 0, { bads: ["a"], stretches: [stretch(1)] });
    let told = 0;
    m.listen(() => told++);
    const first = m.json();
    m.toggle(m.bads, "b");
    m.remove(m.stretches[0]!);
    m.toggle(m.bads, "a");
    expect([...m.bads, m.stretches.length]).toEqual(["b", 0]);
    expect([m.undo(), m.undo(), m.undo(), m.undo()]).toEqual([true, true, true, false]);
    expect(m.json()).toBe(first);
    expect(told).toBe(6);
  });

  test("what was sent before comes back on another clock; marks of something else are left alone", () => {
    const m = new Marks("recording", 10);
    m.adopt(JSON.stringify({ format: "ranvier-marks/1", of: "recording", first_time: 4, bads: ["x"], annotations: [stretch(8)] }));
    expect(m.stretches).toEqual([stretch(2)]);
    m.adopt(JSON.stringify({ format: "ranvier-marks/1", of: "ica", exclude: [1] }));
    expect([...m.bads]).toEqual(["x"]);
  });

  test("components are judged once in a group, and apart in others", () => {
    const judged = judgedBy();
    const first = judged("a", [1]);
    first.toggle(first.excluded, 0);
    expect([...judged("a", [1]).excluded]).toEqual([1, 0]);
    expect([...judged("b", [2]).excluded]).toEqual([2]);
  });

  test("of stretches that overlap, the shortest is at a time", () => {
    const m = new Marks("recording", 0, { stretches: [stretch(0, 10), stretch(4, 1)] });
    expect(m.at(4.5)!.duration).toBe(1);
    expect(m.at(9)!.duration).toBe(10);
    expect(m.at(11)).toBeNull();
  });

  test("a page begins with what is marked already: bad channels, bad stretches alone, epochs dropped by a person", () => {
    const channels = ["a", "b"].map((name) => ({ name, type: "eeg", unit: "V", bad: name === "b" }));
    const base = { kind: "recording", title: "x", sfreq: 10, channels, data: { block: 0, dtype: "int16", shape: [2, 20] } };
    const judged = (excluded: readonly number[]) => new Marks("ica", 0, { excluded: [...excluded] });
    const of = (more: object) => JSON.parse(marksOf(checkedSection({ ...base, ...more }) as RecordingSection, { judged }).json()) as object;
    expect(of({ annotations: [{ onset: 1, duration: 1, description: "rest" }, { onset: 2, duration: 1, description: "bad x" }] })).toMatchObject({ bads: ["b"], annotations: [stretch(2, 1, "bad x")] });
    expect(of({ annotations: [{ onset: 2, duration: 1, description: "bad x", ch_names: ["a"] }] })).toMatchObject({ annotations: [{ ...stretch(2, 1, "bad x"), ch_names: ["a"] }] });
    expect(of({ marks_of: "epochs", epochs: { length: 1, numbers: [4, 9], names: ["l", "r"], dropped: [2] } })).toMatchObject({ bads: ["b"], dropped: [2] });
    expect(of({ marks_of: "ica" })).toMatchObject({ exclude: [1] });
  });
});

describe("curves", () => {
  test("a logarithmic axis has 1, 2, 5 of few decades, and whole decades of many", () => {
    expect(axisTicks(0, 1, 6, true).map((t) => Math.round(10 ** t))).toEqual([1, 2, 5, 10]);
    expect(axisTicks(-30, -10, 6, true).every((t) => Number.isInteger(Math.round(t * 1e9) / 1e9))).toBe(true);
    expect(axisTicks(-30, -10, 6, true).length).toBeGreaterThan(2);
  });
  test("their range leaves out what is no number", () => {
    expect(rangeOf([[0, NaN, 100]])).toEqual([-4, 104]);
    expect(rangeOf([[NaN]])).toEqual([0, 1]);
  });
});
