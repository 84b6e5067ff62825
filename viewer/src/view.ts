// What every section's drawing gets and gives.

import type { BlockStore } from "./decode";

export interface KeyHelp {
  keys: string;
  does: string;
}

export interface View {
  element: HTMLElement;
  /** One line under the title. */
  note: string;
  keys: readonly KeyHelp[];
  /** What the section's pictures show, in rows: to be saved as a CSV file. */
  csv?(): readonly (readonly (string | number)[])[];
}

export interface Context {
  blocks: BlockStore;
  /** Says something to screen readers without moving the focus. */
  announce(text: string): void;
}
