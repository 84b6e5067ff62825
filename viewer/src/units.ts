// What numbers look like: display units per SI unit, ticks, and number formats.

export interface DisplayUnit {
  factor: number;
  label: string;
}

const displayUnits: Record<string, DisplayUnit> = {
  V: { factor: 1e6, label: "µV" },
  "V²": { factor: 1e12, label: "µV²" },
  "V²/Hz": { factor: 1e12, label: "µV²/Hz" },
  T: { factor: 1e15, label: "fT" },
  "T²": { factor: 1e30, label: "fT²" },
  "T²/Hz": { factor: 1e30, label: "fT²/Hz" },
  "T/m": { factor: 1e13, label: "fT/cm" },
  "(T/m)²/Hz": { factor: 1e26, label: "(fT/cm)²/Hz" },
  "(T/m)²": { factor: 1e26, label: "(fT/cm)²" },
  "T²/m²": { factor: 1e26, label: "(fT/cm)²" },
  "T²/m²/Hz": { factor: 1e26, label: "(fT/cm)²/Hz" },
  Am: { factor: 1e9, label: "nAm" },
  "V/m²": { factor: 1e3, label: "mV/m²" },
  M: { factor: 1e6, label: "µM" },
};

/** How values in an SI unit are shown; a unit not in the table is shown as it is. */
export function displayUnit(unit: string): DisplayUnit {
  const plain = unit.replace(/\^2/g, "²").replace(/\*\*2/g, "²").replace(/\s+/g, "");
  return displayUnits[plain] ?? { factor: 1, label: unit };
}

const unitWords: Record<string, string> = {
  second: "s", metre: "m", meter: "m", volt: "V", amp: "A", ampere: "A", siemens: "S", farad: "F", hertz: "Hz", kelvin: "K", mole: "mol", molar: "M", ohm: "Ω", Mohm: "MΩ", kohm: "kΩ",
};

/** A unit as a model's text says it, as people write it: "uA/cm**2" → "µA/cm²"; "1" → "". */
export function unitText(unit: string): string {
  if (unit === "1") return "";
  return unit
    .replace(/\s+/g, "")
    .replace(/\*\*\(?(-?[\d./]+)\)?/g, (_, e: string) => (/^-?\d+$/.test(e) ? superscript(Number(e)) : `^${e.replace("-", "−")}`))
    .replace(/\*/g, "·")
    .replace(/[A-Za-z]+/g, (word) => unitWords[word] ?? word.replace(/^u(?=[A-Zmsg])/, "µ"));
}

/** "1 channel", "2 channels". */
export function counted(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}

/** A number with its unit, if it has one. */
export function withUnit(x: number, unit: string, digits = 4): string {
  return unit ? `${shown(x, digits)} ${unit}` : shown(x, digits);
}

/** A number as people write it: `digits` significant digits, a true minus sign, no exponent in the usual range. */
export function shown(x: number, digits = 3): string {
  if (Number.isNaN(x)) return "no value";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const a = Math.abs(x);
  let s: string;
  if (a >= 1e6 || a < 1e-3) {
    const [mantissa, exponent] = a.toExponential(digits - 1).split("e") as [string, string];
    s = `${trimmed(mantissa)}·10${superscript(Number(exponent))}`;
  } else {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(a)));
    s = trimmed(a.toFixed(decimals));
  }
  return x < 0 && s !== "0" ? `−${s}` : s;
}

function trimmed(s: string): string {
  return s.includes(".") ? s.replace(/\.?0+$/, "") : s;
}

function superscript(n: number): string {
  return String(n).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]!));
}

/** A time: milliseconds for short axes, else seconds. */
export function shownTime(t: number, step: number): string {
  const decimals = Math.min(4, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  const s = t.toFixed(decimals);
  return `${/^-0\.?0*$/.test(s) ? s.slice(1) : s.replace("-", "−")} s`;
}

/** Minutes and seconds for positions in long recordings. */
export function shownClock(t: number): string {
  const whole = Math.max(0, Math.floor(t));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

export function shownBytes(n: number): string {
  const names = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  while (n >= 1000 && i < names.length - 1) {
    n /= 1000;
    i++;
  }
  return `${i === 0 ? n : n.toPrecision(3)} ${names[i]}`;
}

export function shownSeconds(s: number): string {
  if (s >= 60) return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
  if (s >= 1) return `${s.toFixed(2)} s`;
  return `${shown(s * 1000)} ms`;
}

/** Round tick positions within [lo, hi]: steps of 1, 2 or 5 times a power of ten, about `wanted` of them. */
export function linearTicks(lo: number, hi: number, wanted: number): number[] {
  if (!(hi > lo) || wanted < 1) return [lo];
  const rough = (hi - lo) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = rough / power;
  const step = (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10) * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Ticks of a long time axis [s]: whole seconds, minutes or hours as on a clock face, at most `most` of them. */
export function clockTicks(lo: number, hi: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
  const step = steps.find((s) => (hi - lo) / s <= most) ?? 86400 * Math.ceil((hi - lo) / 86400 / most);
  const ticks: number[] = [];
  for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + 1e-9; i++) ticks.push(i * step + 0); // + 0: no negative zero
  return ticks;
}

/** Ticks of a logarithmic axis: 1, 2, 5 in every decade. */
export function logTicks(lo: number, hi: number): number[] {
  const ticks: number[] = [];
  for (let d = Math.floor(Math.log10(lo)); d <= Math.ceil(Math.log10(hi)); d++)
    for (const m of [1, 2, 5]) {
      const t = Number((m * 10 ** d).toPrecision(6));
      if (t >= lo * (1 - 1e-9) && t <= hi * (1 + 1e-9)) ticks.push(t);
    }
  return ticks.length >= 2 ? ticks : linearTicks(lo, hi, 5);
}

/** True if the frequencies grow by a factor rather than by a step. */
export function logarithmicallySpaced(freqs: readonly number[]): boolean {
  if (freqs.length < 3 || !(freqs[0]! > 0)) return false;
  const spread = (f: (a: number, b: number) => number): number => {
    const steps = freqs.slice(1).map((b, i) => f(freqs[i]!, b));
    const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
    return Math.sqrt(steps.reduce((a, b) => a + (b - mean) ** 2, 0) / steps.length) / Math.abs(mean);
  };
  return spread((a, b) => Math.log(b / a)) < spread((a, b) => b - a);
}
