// How each kind of section is shown: a row for each.

import type { Section } from "./page-types";
import { equationsView } from "./sections/equations";
import { evokedView } from "./sections/evoked";
import { portraitView } from "./sections/portrait";
import { recordingView } from "./sections/recording";
import { runView } from "./sections/run";
import { spectrumView } from "./sections/spectrum";
import { summaryView } from "./sections/summary";
import { tfrView } from "./sections/tfr";
import type { Context, View } from "./view";

export const views: { [K in Section["kind"]]: (section: Extract<Section, { kind: K }>, context: Context) => View } = {
  summary: summaryView,
  recording: recordingView,
  evoked: evokedView,
  tfr: tfrView,
  spectrum: spectrumView,
  portrait: portraitView,
  equations: equationsView,
  run: runView,
};

export function viewOf(section: Section, context: Context): View {
  return (views[section.kind] as (section: Section, context: Context) => View)(section, context);
}
