// Contour lines of a gridded map by marching squares.

/** Segments as x0, y0, x1, y1 in grid units (column, row); cells that touch NaN give none. */
export function contourSegments(grid: Float32Array, size: number, level: number): number[] {
  const out: number[] = [];
  const cut = (a: number, b: number): number => (level - a) / (b - a);
  for (let r = 0; r < size - 1; r++)
    for (let c = 0; c < size - 1; c++) {
      const i = r * size + c;
      const tl = grid[i]!;
      const tr = grid[i + 1]!;
      const bl = grid[i + size]!;
      const br = grid[i + size + 1]!;
      if (!(tl === tl && tr === tr && bl === bl && br === br)) continue;
      const kind = (tl > level ? 8 : 0) | (tr > level ? 4 : 0) | (br > level ? 2 : 0) | (bl > level ? 1 : 0);
      if (kind === 0 || kind === 15) continue;
      const top = (): [number, number] => [c + cut(tl, tr), r];
      const bottom = (): [number, number] => [c + cut(bl, br), r + 1];
      const left = (): [number, number] => [c, r + cut(tl, bl)];
      const right = (): [number, number] => [c + 1, r + cut(tr, br)];
      const add = (p: [number, number], q: [number, number]): void => void out.push(p[0], p[1], q[0], q[1]);
      // A saddle is resolved by the mean of its corners, so that lines never cross.
      const high = (tl + tr + bl + br) / 4 > level;
      switch (kind) {
        case 1: case 14: add(left(), bottom()); break;
        case 2: case 13: add(bottom(), right()); break;
        case 3: case 12: add(left(), right()); break;
        case 4: case 11: add(top(), right()); break;
        case 6: case 9: add(top(), bottom()); break;
        case 7: case 8: add(left(), top()); break;
        case 5: if (high) { add(left(), top()); add(bottom(), right()); } else { add(left(), bottom()); add(top(), right()); } break;
        case 10: if (high) { add(left(), bottom()); add(top(), right()); } else { add(left(), top()); add(bottom(), right()); } break;
      }
    }
  return out;
}

/** Contour levels for a colour range: `n` equal steps, ends left out. */
export function contourLevels(lo: number, hi: number, n = 6): number[] {
  return Array.from({ length: n }, (_, i) => lo + ((hi - lo) * (i + 1)) / (n + 1));
}
