// A small recording as a file: EDF (Kemp et al. 1992, doi:10.1016/0013-4694(92)90009-7), one data record for each second.

/** @param value  [µV], within ±1000 */
export function edfFile(names: readonly string[], sfreq: number, seconds: number, value: (channel: number, t: number) => number): Buffer {
  const field = (text: string | number, width: number): string => String(text).padEnd(width);
  const each = (of: (name: string) => string | number, width: number): string => names.map((name) => field(of(name), width)).join("");
  const header =
    field(0, 8) + field("X", 80) + field("X", 80) + "01.01.25" + "10.00.00" + field(256 * (names.length + 1), 8) + field("", 44) +
    field(seconds, 8) + field(1, 8) + field(names.length, 4) +
    each((name) => name, 16) + each(() => "", 80) + each(() => "uV", 8) + each(() => -1000, 8) + each(() => 1000, 8) +
    each(() => -32767, 8) + each(() => 32767, 8) + each(() => "", 80) + each(() => sfreq, 8) + each(() => "", 32);
  const samples = new Int16Array(seconds * sfreq * names.length);
  let k = 0;
  for (let second = 0; second < seconds; second++)
    for (let c = 0; c < names.length; c++)
      for (let i = 0; i < sfreq; i++) samples[k++] = Math.round((value(c, second + i / sfreq) / 1000) * 32767);
  return Buffer.concat([Buffer.from(header, "latin1"), Buffer.from(samples.buffer)]);
}
