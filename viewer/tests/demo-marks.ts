// A page on which to mark: a recording, epochs, the components of an ICA; and what reports have beside.

import type { Channel } from "../src/page-types";
import { demoSensors } from "./demo-sensors";
import { generator } from "./demo-report";
import { PageWriter } from "./page-writer";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

export function demoMarks(w: PageWriter, more: object = {}): object {
  const random = generator(3);
  const noise = (n: number): Int16Array => Int16Array.from({ length: n }, () => Math.round(8000 * (random() - 0.5)));
  const named = (names: string[], type: string, more: object = {}): object[] => names.map((name) => ({ name, type, unit: "V", half_range: 20e-6, bad: false, position: null, ...more }));
  const channels = named(["Fz", "Cz", "Pz", "Oz"], "eeg");
  const components = named(["ICA000", "ICA001", "ICA002"], "misc").map((c, i) => ({ ...c, half_range: undefined, bad: i === 1 }));
  const sensors = demoSensors().slice(0, 40);
  const pattern = (k: number): number[] => sensors.map((c: Channel) => (c.position ? c.position[k % 2]! * (k === 2 ? -1 : 1) : 0));
  return {
    format: "ranvier-report/1", title: "Marks", created: "2025-03-04T10:15:00Z", version: "0.1.0", ...more,
    sections: [
      {
        kind: "recording", title: "Recording", sfreq: 100, first_time: 2.5, channels, group: "Data", tags: ["raw"],
        annotations: [{ onset: 1, duration: 2, description: "rest" }, { onset: 12, duration: 1, description: "BAD_old" }],
        events: [{ time: 3, name: "go" }, { time: 6, name: "stop", colour: "#008800" }],
        look: { duration: 8, rows: 4, clip: 3 },
        data: w.int16(noise(4 * 2000), [4, 2000], 1e-9 * 5),
      },
      {
        kind: "recording", title: "Epochs", sfreq: 100, channels, group: "Data", tags: ["epochs"], marks_of: "epochs",
        epochs: { length: 1, zero: 0.2, numbers: [0, 2, 3, 7, 8], names: ["left", "right", "left", "left", "right"], dropped: [5] },
        look: { duration: 4, rows: 4, remove_mean: false },
        data: w.int16(noise(4 * 500), [4, 500], 1e-9 * 5),
      },
      {
        kind: "maps", title: "Components", channels: sensors, judged: true, tags: ["ica"],
        maps: [{ name: "ICA000" }, { name: "ICA001", note: "blink", excluded: true }, { name: "ICA002" }],
        data: w.float32(Float32Array.from([0, 1, 2].flatMap(pattern)), [3, sensors.length]),
      },
      { kind: "recording", title: "Sources", sfreq: 100, channels: components, marks_of: "ica", tags: ["ica"], data: w.int16(noise(3 * 1000), [3, 1000], 1e-4) },
      {
        kind: "curves", title: "Eigenvalues", x: { name: "number" }, y: { name: "variance", unit: "V²", log: true }, xs: [1, 2, 3, 4], names: ["noise", "data"],
        data: w.float32(Float32Array.of(1e-12, 3e-13, 1e-13, 1e-16, 4e-12, 2e-12, 1e-12, 0), [2, 4]),
      },
      { kind: "images", title: "Figures", images: [{ source: `data:image/png;base64,${PNG}`, caption: "a dot", about: "one grey dot" }, { source: `data:image/png;base64,${PNG}`, caption: "the same" }] },
      { kind: "html", title: "Words", html: "<p>Some <b>bold</b> words.</p>" },
      { kind: "code", title: "Script", code: "import ranvier.meeg as mne\nraw = mne.io.read_raw('<a.fif>')\n", language: "python" },
    ],
  };
}
