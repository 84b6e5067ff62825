// Sixty-four sensors at roughly the places of the 10-10 system, for pages made from synthetic data.

import type { Channel } from "../src/page-types";

const rows: [number, string[]][] = [
  // Angle of the row's outer ends from the nose (degrees on the outer ring), names from left to right.
  [18, ["Fp1", "Fpz", "Fp2"]],
  [36, ["AF7", "AF3", "AFz", "AF4", "AF8"]],
  [54, ["F7", "F5", "F3", "F1", "Fz", "F2", "F4", "F6", "F8"]],
  [72, ["FT7", "FC5", "FC3", "FC1", "FCz", "FC2", "FC4", "FC6", "FT8"]],
  [90, ["T7", "C5", "C3", "C1", "Cz", "C2", "C4", "C6", "T8"]],
  [108, ["TP7", "CP5", "CP3", "CP1", "CPz", "CP2", "CP4", "CP6", "TP8"]],
  [126, ["P7", "P5", "P3", "P1", "Pz", "P2", "P4", "P6", "P8"]],
  [144, ["PO7", "PO3", "POz", "PO4", "PO8"]],
  [162, ["O1", "Oz", "O2"]],
];

const RING = 0.88;

/** Sensors in rows that bend through the midline, as on a cap. */
export function demoSensors(): Channel[] {
  const channels: Channel[] = [];
  const add = (name: string, x: number, y: number): void =>
    void channels.push({ name, type: "eeg", unit: "V", half_range: 20e-6, bad: name === "FC5" || name === "T8", position: [round(x), round(y)] });
  for (const [angle, names] of rows) {
    const a = (angle * Math.PI) / 180;
    const endX = RING * Math.sin(a);
    const endY = RING * Math.cos(a);
    const middleY = RING * (1 - angle / 90);
    const half = (names.length - 1) / 2;
    names.forEach((name, i) => {
      const u = (i - half) / half;
      add(name, endX * u, middleY + (endY - middleY) * u * u);
    });
  }
  add("T9", -1.04, 0);
  add("T10", 1.04, 0);
  add("Iz", 0, -1.04);
  return channels;
}

function round(x: number): number {
  return Math.round(x * 1e4) / 1e4;
}
