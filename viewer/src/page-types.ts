// Made from page.schema.json by "npm run types"; a test sees to it that it is up to date.

/** A kind of section is a row here, and a definition below. Any may have a group and tags, as SectionLabel says. */
export type Section = SummarySection | RecordingSection | EvokedSection | TfrSection | SpectrumSection | EventsSection | DropsSection | MatrixSection | MapsSection | CurvesSection | ImagesSection | HtmlSection | CodeSection | ActivitySection | PortraitSection | EquationsSection | RunSection;

/** Where a section stands among the others. */
export interface SectionLabel {
  /** under whose name it is listed */
  group: string;
  /** by which readers choose sections */
  tags: string[];
}

/** An array that lives in a block of its own: value = raw * scale. NaN, and −32768 in int16, mean "no value here". */
export interface ArrayRef {
  block: number;
  dtype: "int16" | "int32" | "float32";
  shape: number[];
  /** One, or one for each entry of the first axis; none: 1. */
  scale?: number | number[];
}

export type Pair = [number, number];

export interface Channel {
  name: string;
  /** MNE's word: eeg, mag, grad, eog, … */
  type: string;
  /** SI */
  unit: string;
  /** Half the distance between two traces [unit]; none: the data say. */
  half_range?: number;
  bad: boolean;
  /** Head coordinates, head radius 1, nose +y, right ear +x; null where unknown. */
  position: Pair | null;
}

export type Channels = Channel[];

export interface TimeAxis {
  /** [s] */
  start: number;
  /** [s]; any for a single sample */
  step: number;
  n: number;
}

/** [Hz] */
export type Frequencies = number[];

export interface NamedValue {
  name: string;
  value: string;
}

/** Text and facts. */
export interface SummarySection {
  kind: "summary";
  title: string;
  /** Blank lines separate paragraphs. */
  text: string;
  items: {
    label: string;
    value: string;
  }[];
}

export interface Annotation {
  /** [s] after the first sample */
  onset: number;
  /** [s] */
  duration: number;
  description: string;
  /** channels that it is about; none: all */
  ch_names: string[];
  /** as style sheets say it; none: the page's */
  colour: string;
  /** Is the description written? */
  named: boolean;
}

export interface TraceEvent {
  /** [s] after the first sample */
  time: number;
  name: string;
  /** as style sheets say it; none: the page's */
  colour: string;
}

/** How traces are shown at first. */
export interface TraceLook {
  /** [s] */
  start: number;
  /** [s] */
  duration: number;
  /** channels at once */
  rows: number;
  remove_mean: boolean;
  /** Are channels of a type over each other? */
  butterfly: boolean;
  scale_bars: boolean;
  zero_lines: boolean;
  overview: boolean;
  /** Are times h:mm:ss? */
  clock: boolean;
  /** Do times count on the acquisition's clock? */
  first_time: boolean;
  /** how many spaces between channels a trace reaches; null: any */
  clip: number | null;
  /** Is what is beyond left out, not cut? */
  clip_hides: boolean;
  /** of traces, by type */
  colours: NamedValue[];
  bad_colour: string;
  background: string;
}

/** Traces are those of epochs side by side. */
export interface EpochGrid {
  /** of each [s] */
  length: number;
  /** its time 0, after its begin [s] */
  zero: number;
  /** among the events */
  numbers: number[];
  names: string[];
  /** numbers of those that a person dropped before */
  dropped: number[];
}

/** The traces of a recording, or of epochs. */
export interface RecordingSection {
  kind: "recording";
  title: string;
  /** of the traces here [Hz] */
  sfreq: number;
  /** of the recording [Hz], where the traces here are thinned to the least and greatest sample of each piece; else null */
  recorded_sfreq: number | null;
  /** [s] */
  first_time: number;
  channels: Channels;
  annotations: Annotation[];
  events: TraceEvent[];
  epochs: EpochGrid | null;
  look: TraceLook;
  /** what a reader marks: channels of an ICA are components */
  marks_of: "recording" | "epochs" | "ica";
  data: ArrayRef;
}

/** Averages that share channels and times; a contrast is one more condition. */
export interface EvokedSection {
  kind: "evoked";
  title: string;
  channels: Channels;
  time: TimeAxis;
  conditions: {
    name: string;
    nave: number;
    data: ArrayRef;
  }[];
}

/** Time-frequency images that share their axes. */
export interface TfrSection {
  kind: "tfr";
  title: string;
  channels: Channels;
  freqs: Frequencies;
  time: TimeAxis;
  unit: string;
  /** in words */
  baseline: string;
  /** What is selected at first, if the writer knows what to look at: a channel, a band [Hz], a stretch of time [s]. */
  first_view: {
    channel: string;
    freqs: Pair;
    times: Pair;
  } | null;
  conditions: {
    name: string;
    data: ArrayRef;
  }[];
}

/** Power spectra that share channels and frequencies. */
export interface SpectrumSection {
  kind: "spectrum";
  title: string;
  channels: Channels;
  freqs: Frequencies;
  /** of each channel's power density */
  units: string[];
  /** how they were computed, in words */
  method: string;
  conditions: {
    name: string;
    data: ArrayRef;
  }[];
}

/** What a network did, over one axis of time: who spiked when, at which rates, and values. */
export interface ActivitySection {
  kind: "activity";
  title: string;
  /** of the axis [s] */
  start: number;
  /** [s], above start */
  end: number;
  populations: {
    name: string;
    /** neurons, a row each */
    n: number;
    /** of each spike, ascending [s after start] */
    t: ArrayRef;
    /** whose it is, below n */
    i: ArrayRef;
  }[];
  rates: {
    name: string;
    /** whose rate it is, which gives its colour; null: of none above */
    population: number | null;
    /** of the first bin [s] */
    start: number;
    /** [s] */
    step: number;
    /** means in bins [1/s of each neuron] */
    values: ArrayRef;
  }[];
  traces: {
    /** of the variable */
    name: string;
    /** of the values here, as models write it; 1 for none */
    unit: string;
    /** of the first value [s] */
    start: number;
    /** [s] */
    step: number;
    /** Are every two values the least and the greatest of a piece? */
    thinned: boolean;
    /** whose elements they are of; null: of none above */
    population: number | null;
    elements: number[];
    /** a row for each element */
    data: ArrayRef;
  }[];
}

/** When things happened, by their names. */
export interface EventsSection {
  kind: "events";
  title: string;
  /** of times: s, or samples */
  unit: string;
  /** of the axis */
  start: number;
  end: number;
  groups: {
    name: string;
    times: number[];
  }[];
}

/** Why epochs were dropped; one may have several reasons. */
export interface DropsSection {
  kind: "drops";
  title: string;
  /** epochs asked for */
  given: number;
  dropped: number;
  reasons: {
    reason: string;
    count: number;
  }[];
}

/** A table of numbers as an image. */
export interface MatrixSection {
  kind: "matrix";
  title: string;
  rows: string[];
  columns: string[];
  data: ArrayRef;
}

/** Patterns over channels as maps: components, projections. */
export interface MapsSection {
  kind: "maps";
  title: string;
  channels: Channels;
  /** Does the reader mark components to leave out? */
  judged: boolean;
  maps: {
    name: string;
    note: string;
    excluded: boolean;
  }[];
  data: ArrayRef;
}

export interface CurveAxis {
  name: string;
  unit: string;
  log: boolean;
}

/** Curves over one axis. */
export interface CurvesSection {
  kind: "curves";
  title: string;
  x: CurveAxis;
  y: CurveAxis;
  xs: number[];
  names: string[];
  data: ArrayRef;
}

/** Pictures, one after the other. */
export interface ImagesSection {
  kind: "images";
  title: string;
  images: {
    /** data:image/…;base64,… */
    source: string;
    caption: string;
    /** for those who cannot see it */
    about: string;
  }[];
}

/** HTML of the writer's own; scripts in it do not run. */
export interface HtmlSection {
  kind: "html";
  title: string;
  html: string;
}

/** The text of a program. */
export interface CodeSection {
  kind: "code";
  title: string;
  code: string;
  language: string;
}

/** A named quantity; shown value = SI value / scale. */
export interface Quantity {
  name: string;
  /** as the model's text says it: "uA/cm**2", "1" */
  unit: string;
  /** 1 unit in SI */
  scale: number;
  comment: string;
}

export interface FixedPoint {
  x: number[];
  /** stable node, saddle-focus, … */
  kind: string;
  stable: boolean;
  /** [1/time], real and imaginary part */
  eigenvalues: Pair[];
}

/** The model at one value of the parameter. */
export interface PortraitValue {
  parameter: number | null;
  /** t and every state; two columns of one time are a jump. */
  trace: ArrayRef;
  /** Where each state turns in the second half of the trace, rows filled up with NaN. */
  extremes: ArrayRef | null;
  /** their times */
  spikes: number[];
  /** why the trace ends early */
  stopped: string;
  points: FixedPoint[];
  /** With two states: of each, x and y; NaN parts the pieces. */
  nullclines: ArrayRef[];
  /** With two states: dx/dt and dy/dt on a grid from low to high, [2, rows, columns]. */
  field: ArrayRef | null;
  /** With one state: x and dx/dt. */
  slope: ArrayRef | null;
}

export type Stability = "stable" | "unstable" | "neutral";

export interface SpecialPoint {
  kind: string;
  /** supercritical, subcritical */
  criticality: string;
  parameter: number;
  low: number[];
  high: number[];
  period: number | null;
}

export interface Diagram {
  /** Runs of one stability: parameter and states. */
  equilibria: {
    stability: Stability;
    data: ArrayRef;
  }[];
  /** Runs of one stability: parameter, period, least and greatest of each state. */
  cycles: {
    stability: Stability;
    data: ArrayRef;
  }[];
  points: SpecialPoint[];
}

/** What a model does. */
export interface PortraitSection {
  kind: "portrait";
  title: string;
  time: Quantity;
  states: Quantity[];
  /** Which states the plane begins with, across and up. */
  plane: [number, number];
  low: number[];
  /** of each state, over all that is shown: the axes */
  high: number[];
  /** Has the model a threshold? */
  spikes: boolean;
  /** What varies. */
  parameter: Quantity | null;
  range: Pair | null;
  values: PortraitValue[];
  /** the value that the page opens with */
  first: number;
  diagram: Diagram | null;
  /** parameter, rate [1/s, or 1 where time is a number] */
  rates: ArrayRef | null;
  /** what a reader should know */
  remarks: string[];
  /** what to ask for to see more */
  hint: string;
}

/** A tree: a word or an operator, and its operands. */
export type Formula = [string, ...(string | Formula)[]];

export interface Bound {
  value: number;
  open: boolean;
}

export type Equation = Quantity & {
  /** the formula is dx/dt */
  derivative: boolean;
  formula: Formula;
};

export type ModelParameter = Quantity & {
  value: number | null;
  low: Bound | null;
  high: Bound | null;
  /** its value in each preset, or null where it is the usual one */
  presets: (number | null)[];
};

/** What a model is. */
export interface EquationsSection {
  kind: "equations";
  title: string;
  model: string;
  about: string;
  paper: string;
  doi: string;
  equations: Equation[];
  events: {
    name: string;
    condition: Formula;
    /** of a condition a > b or a < b: a rises above b, or falls below it */
    edge: boolean;
    statements: {
      name: string;
      formula: Formula;
    }[];
  }[];
  refractory: Formula | null;
  parameters: ModelParameter[];
  presets: {
    name: string;
    comment: string;
  }[];
  /** the one in use */
  preset: string;
}

/** How the page was made. */
export interface RunSection {
  kind: "run";
  title: string;
  command: string;
  parameters: NamedValue[];
  versions: NamedValue[];
  timings: {
    step: string;
    seconds: number;
  }[];
  inputs: {
    path: string;
    bytes: number;
    sha256: string;
  }[];
}

/** docs/viewer.md explains it. Numbers are SI. Beside JSON Schema's own keywords there are x-shape (of an array: numbers, '>=k', or 'k*field+m' of the section, where a list counts its entries), x-length (as many entries as the section's field has), x-below (a number below that) and x-ascending (entries, or their fields of this name, ascend). */
export interface Report {
  format: "ranvier-report/1";
  title: string;
  /** ISO 8601 */
  created: string;
  /** Ranvier's */
  version: string;
  sections: Section[];
  /** until the reader chooses */
  theme: "auto" | "light" | "dark";
  /** where marks are sent as they are made; else they are saved in a file */
  marks: {
    /** http://127.0.0.1:port/… */
    address: string;
  } | null;
}
