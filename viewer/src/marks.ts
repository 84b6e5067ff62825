// What a reader marks: channels, stretches, epochs, components; as the JSON that formats/tables/marks_file.hpp reads.

export type MarksOf = "recording" | "epochs" | "ica";

export interface Stretch {
  onset: number; // [s] after the first sample
  duration: number; // [s]
  description: string;
  /** that it is about; none: all, or those that Python's recording says */
  ch_names?: string[];
}

/** Descriptions of bad stretches begin with BAD, in any case; others get it put before. */
export function badDescription(text: string): string {
  const name = text.trim().replace(/\s+/g, " ");
  return /^bad/i.test(name) ? name : name ? `BAD_${name}` : "BAD_";
}

interface State {
  bads: string[];
  stretches: Stretch[];
  dropped: number[];
  excluded: number[];
}

/** All that is marked of one object. Changes are told to listeners, and can be taken back. */
export class Marks {
  readonly bads = new Set<string>();
  readonly dropped = new Set<number>();
  readonly excluded = new Set<number>();
  /** Has the reader done something since the page was opened? */
  changed = false;
  private list: readonly Stretch[] = [];
  private readonly before: State[] = [];
  private readonly listeners: (() => void)[] = [];

  /** @param firstTime  what onsets in the file count from [s], on the acquisition's clock */
  constructor(
    readonly of: MarksOf,
    private readonly firstTime = 0,
    start: Partial<State> = {},
  ) {
    this.take({ bads: [], stretches: [], dropped: [], excluded: [], ...start });
  }

  get stretches(): readonly Stretch[] {
    return this.list;
  }

  listen(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** True if it is marked now. */
  toggle<T>(set: Set<T>, entry: T): boolean {
    this.remember();
    const on = !set.delete(entry);
    if (on) set.add(entry);
    this.tell();
    return on;
  }

  add(stretch: Stretch): void {
    this.remember();
    this.list = [...this.list, stretch].sort((a, b) => a.onset - b.onset || a.duration - b.duration);
    this.tell();
  }

  remove(stretch: Stretch): void {
    this.remember();
    this.list = this.list.filter((s) => s !== stretch);
    this.tell();
  }

  /** The stretch at a time, the shortest of several. */
  at(time: number): Stretch | null {
    const there = this.list.filter((s) => s.onset <= time && time <= s.onset + s.duration);
    return there.sort((a, b) => a.duration - b.duration)[0] ?? null;
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  undo(): boolean {
    const state = this.before.pop();
    if (!state) return false;
    this.take(state);
    this.tell();
    return true;
  }

  /** The file's text. */
  json(): string {
    const ascending = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);
    const head = { format: "ranvier-marks/1", of: this.of };
    const fields =
      this.of === "ica"
        ? { exclude: ascending(this.excluded) }
        : this.of === "epochs"
          ? { bads: [...this.bads], dropped: ascending(this.dropped) }
          : { first_time: this.firstTime, bads: [...this.bads], annotations: this.list };
    return JSON.stringify({ ...head, ...fields });
  }

  /** Takes what json() has written, of the same kind. */
  adopt(text: string): void {
    const m = JSON.parse(text) as { of?: string; first_time?: number; bads?: string[]; annotations?: Stretch[]; dropped?: number[]; exclude?: number[] };
    if (m.of !== this.of || this.changed) return;
    const shift = (m.first_time ?? 0) - this.firstTime;
    const stretches = (m.annotations ?? []).map((s) => ({ ...s, onset: s.onset + shift }));
    this.take({ bads: m.bads ?? [], stretches, dropped: m.dropped ?? [], excluded: m.exclude ?? [] });
    this.tell();
  }

  private remember(): void {
    this.changed = true;
    this.before.push({ bads: [...this.bads], stretches: [...this.list], dropped: [...this.dropped], excluded: [...this.excluded] });
    if (this.before.length > 1000) this.before.shift();
  }

  private take(state: State): void {
    for (const [set, entries] of [[this.bads, state.bads], [this.dropped, state.dropped], [this.excluded, state.excluded]] as [Set<unknown>, unknown[]][]) {
      set.clear();
      for (const e of entries) set.add(e);
    }
    this.list = [...state.stretches];
  }

  private tell(): void {
    for (const f of this.listeners) f();
  }
}

/** What is judged on a page: one set of marks for each group, since a group shows one ICA. */
export function judgedBy(): (group: string, excluded: readonly number[]) => Marks {
  const groups = new Map<string, Marks>();
  return (group, excluded) => {
    let marks = groups.get(group);
    if (!marks) groups.set(group, (marks = new Marks("ica", 0, { excluded: [...excluded] })));
    return marks;
  };
}

/** Where the page may send marks: Python on this machine. */
export class Post {
  constructor(private readonly address: string) {}

  /** The one place of the viewer that asks for anything outside of its page. */
  private ask(path: string, body?: string): Promise<Response> {
    return fetch(`${this.address}/${path}`, body === undefined ? {} : { method: "POST", body, keepalive: body.length < 60_000 });
  }

  /** Throws where Python can't be reached, or refuses: the message is its reason. */
  async send(text: string, done = false): Promise<void> {
    const answer = await this.ask(done ? "done" : "marks", text);
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** What was sent before this page was opened again, or null. */
  async sent(): Promise<string | null> {
    const answer = await this.ask("marks");
    return answer.ok ? await answer.text() : null;
  }
}
