// What every section's drawing gets and gives.

import type { BlockStore } from "./decode";
import type { Marks, Post } from "./marks";

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
  /** Where marks are sent as they are made; null where they are saved as a file alone. */
  post: Post | null;
  /** The group that the section stands in; "" for none. */
  group: string;
  /** The components that are judged in the section's group: of one ICA, in maps and traces alike. */
  judged(excluded: readonly number[]): Marks;
}
