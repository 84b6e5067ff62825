// A made-up model whose every number is known: the normal form of a Hopf bifurcation,
//   dx/dt = μx − y − x(x² + y²),  dy/dt = x + μy − y(x² + y²),
// which rests at 0, turns on the circle of radius √μ for μ > 0, with period 2π. A second page spikes.

import type { ArrayRef } from "../src/page-types";
import type { Formula } from "../src/page-types";
import type { PageWriter } from "./page-writer";

type Rows = readonly (readonly number[])[];

function table(w: PageWriter, rows: Rows): ArrayRef {
  const columns = rows[0]!.length;
  return w.float32(Float32Array.from(rows.flat()), [rows.length, columns]);
}

const range = (from: number, to: number, n: number): number[] => Array.from({ length: n }, (_, k) => from + ((to - from) * k) / (n - 1));

/** Radius at time t of a trajectory that begins at r0: r' = μr − r³. */
export function radius(mu: number, r0: number, t: number): number {
  if (Math.abs(mu) < 1e-12) return r0 / Math.sqrt(1 + 2 * r0 * r0 * t);
  return Math.sqrt(mu / (1 - (1 - mu / (r0 * r0)) * Math.exp(-2 * mu * t)));
}

export const DEMO_VALUES = range(-0.5, 1, 16); // -0.5, -0.4, …, 1

/** Volts are shown in mV, μ without unit, time in ms: 1 unit of the normal form is 10 mV and 1 ms. */
export function demoPortrait(w: PageWriter): object {
  const volt = 0.01;
  const ms = 1e-3;
  const times = range(0, 60, 901);
  const values = DEMO_VALUES.map((mu) => {
    const r = times.map((t) => radius(mu, 0.3, t));
    const grid = range(-1.5, 1.5, 9);
    const field = [0, 1].flatMap((which) => grid.flatMap((y) => grid.map((x) => {
      const s = x * x + y * y;
      return ((which ? x + mu * y - y * s : mu * x - y - x * s) * (which ? 1 : volt)) / ms;
    })));
    const line = range(-1.5, 1.5, 61);
    return {
      parameter: mu,
      trace: table(w, [times.map((t) => t * ms), r.map((v, k) => v * Math.cos(times[k]!) * volt), r.map((v, k) => v * Math.sin(times[k]!))]),
      extremes: mu > 0 ? table(w, [[-Math.sqrt(mu) * volt, Math.sqrt(mu) * volt], [NaN, Math.sqrt(mu)]]) : undefined,
      spikes: [],
      stopped: mu === 1 ? "it was cut for this test" : "",
      points: [{ x: [0, 0], kind: mu < -1e-9 ? "stable focus" : mu > 1e-9 ? "unstable focus" : "centre", stable: mu < 0, eigenvalues: [[mu / ms, 1 / ms], [mu / ms, -1 / ms]] }],
      nullclines: [table(w, [line.map((x) => x * volt), line.map((x) => x * 0.5 * mu)]), table(w, [[-0.01, NaN, 0.005, 0.01], [1, NaN, 0.2, 0.4]])],
      field: w.float32(Float32Array.from(field), [2, 9, 9]),
    };
  });
  const below = range(-0.5, 0, 11);
  const above = range(0, 1, 21);
  return {
    kind: "portrait",
    title: "Normal form of a Hopf bifurcation",
    time: { name: "t", unit: "ms", scale: ms, comment: "" },
    states: [{ name: "v", unit: "mV", scale: 1e-3, comment: "" }, { name: "w_1", unit: "1", scale: 1, comment: "" }],
    parameter: { name: "mu", unit: "1", scale: 1, comment: "" },
    range: [-0.5, 1],
    plane: [0, 1],
    low: [-1.5 * volt, -1.5],
    high: [1.5 * volt, 1.5],
    spikes: false,
    values,
    first: 10, // μ = 0.5
    diagram: {
      equilibria: [
        { stability: "stable", data: table(w, [below, below.map(() => 0), below.map(() => 0)]) },
        { stability: "unstable", data: table(w, [above, above.map(() => 0), above.map(() => 0)]) },
      ],
      cycles: [
        {
          stability: "stable",
          data: table(w, [above, above.map(() => 2 * Math.PI * ms), above.map((m) => -Math.sqrt(m) * volt), above.map((m) => -Math.sqrt(m)), above.map((m) => Math.sqrt(m) * volt), above.map((m) => Math.sqrt(m))]),
        },
      ],
      points: [{ kind: "Hopf", criticality: "supercritical", parameter: 0, low: [0, 0], high: [0, 0], period: 2 * Math.PI * ms }],
    },
    remarks: ["Made up for tests."],
    hint: "",
  };
}

/** One state that spikes every 10 ms, rates for a diagram. */
export function demoSpiking(w: PageWriter): object {
  const ms = 1e-3;
  const t: number[] = [];
  const v: number[] = [];
  for (let spike = 0; spike < 5; spike++)
    for (const [at, volt] of [[0, -0.07], [5, -0.06], [10, -0.05]] as const) {
      t.push((10 * spike + at) * ms);
      v.push(volt);
    }
  const currents = range(0, 2e-9, 11);
  return {
    kind: "portrait",
    title: "A neuron that spikes",
    time: { name: "t", unit: "ms", scale: ms, comment: "" },
    states: [{ name: "v", unit: "mV", scale: 1e-3, comment: "membrane potential" }],
    parameter: { name: "I", unit: "nA", scale: 1e-9, comment: "" },
    range: [0, 2e-9],
    plane: [0, 0],
    low: [-0.075],
    high: [-0.045],
    spikes: true,
    values: currents.map((parameter) => ({ parameter, trace: table(w, [t, v]), spikes: [10, 20, 30, 40, 50].map((x) => x * ms), stopped: "", points: [], slope: table(w, [[-0.075, -0.045], [3, -1]]) })),
    first: 5,
    rates: table(w, [currents, currents.map((i) => 5e10 * i)]),
    remarks: [],
    hint: "",
  };
}

const name = (n: string): Formula => ["name", n];

export function demoEquations(): object {
  const f: Formula = ["/", ["-", ["-", name("I"), ["*", name("g_L"), ["-", name("v"), name("E_L")]]], ["*", name("g_K"), ["**", name("n"), ["number", "4"]]]], name("C_m")];
  return {
    kind: "equations",
    title: "Equations and parameters",
    model: "demo",
    about: "A model for tests.\nIts second line.\n\nIts second paragraph.",
    paper: "Author A (2000). A title with <b>tags</b>",
    doi: "10.1000/182",
    equations: [
      { name: "v", unit: "mV", scale: 1e-3, comment: "membrane potential", derivative: true, formula: f },
      { name: "n", unit: "1", scale: 1, comment: "", derivative: true, formula: ["/", ["neg", name("n")], name("tau_n")] },
      { name: "alpha_m", unit: "1/ms", scale: 1e3, comment: "", derivative: false, formula: ["/", ["*", ["number", "0.1"], ["call", "exp", ["neg", ["/", name("v"), ["*", ["number", "10"], ["unit", "mV"]]]]]], ["unit", "ms"]] },
    ],
    events: [{ name: "spike", condition: [">", name("v"), name("V_t")], statements: [{ name: "v", formula: name("V_r") }] }],
    refractory: name("t_ref"),
    parameters: [
      { name: "I", unit: "uA/cm**2", scale: 0.01, comment: "injected current", value: 0.9, low: null, high: null, presets: [null, 0.5] },
      { name: "C_m", unit: "uF/cm**2", scale: 0.01, comment: "capacitance", value: 0.01, low: { value: 0, open: true }, high: null, presets: [null, null] },
    ],
    presets: [{ name: "hopf", comment: "firing begins with a rate" }, { name: "fold", comment: "" }],
    preset: "hopf",
  };
}

export function demoModelReport(w: PageWriter): object {
  return {
    format: "ranvier-report/1",
    title: "A model",
    created: "2025-03-04T10:15:00Z",
    version: "0.1.0",
    sections: [demoPortrait(w), demoEquations(), demoSpiking(w)],
  };
}
