// Contrast of colours after WCAG 2.
import { luminance, type Rgb } from "../src/colours";

export const luminanceOf = luminance;

export function contrast(colour: Rgb, against: number): number {
  const l = luminance(colour);
  return (Math.max(l, against) + 0.05) / (Math.min(l, against) + 0.05);
}
