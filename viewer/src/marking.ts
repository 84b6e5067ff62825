// The bar under traces and maps: what is marked, in words; taking back, saving, and whether Python knows.

import { button, download, el, fileStem, uniqueId } from "./dom";
import { badDescription, type Marks, type Stretch } from "./marks";
import { table } from "./table";
import { shown } from "./units";
import type { Context } from "./view";

export interface MarkingBar {
  element: HTMLElement;
  /** Description for the next stretch. */
  description(): string;
  undo(): void;
}

/** @param go  shows a stretch */
export function markingBar(marks: Marks, context: Context, go?: (stretch: Stretch) => void): MarkingBar {
  const stem = [fileStem(context.group), marks.of, "marks"].filter(Boolean).join("-");
  const status = el("span", { class: "rv-status", role: "status" });
  const back = button("Undo", "Undo: take back the last mark", () => undo());
  const save = button("Save marks", "Save marks as a file that apply_marks() reads", () => {
    download(new Blob([marks.json() + "\n"], { type: "application/json" }), `${stem}.json`);
    context.announce("Marks saved");
    status.textContent = "Saved as a file";
  });
  const post = context.post;
  let waiting = 0; // the timer of marks that are not sent yet
  let over = false; // Done was pressed: what is marked since is not sent
  let latest = 0; // which sending the status is about
  const said = async (work: Promise<void>, good: string): Promise<boolean> => {
    const mine = ++latest;
    const failure = await work.then(
      () => null,
      (error: Error) => `Python was not told (${error.message}): save the marks and use apply_marks()`,
    );
    if (mine === latest) status.textContent = failure ?? good;
    return failure === null;
  };
  const finish = async (): Promise<void> => {
    clearTimeout(waiting);
    waiting = 0;
    over = true;
    over = await said(post!.send(marks.json(), true), "Python goes on; this page can be closed");
  };
  const done = post ? button("Done", "Done: tell Python that marking is over", () => void finish()) : null;
  const id = uniqueId("description");
  const description = el("input", { id, type: "text", value: "BAD_", list: `${id}-list`, spellcheck: "false", size: 14 });
  const known = el("datalist", { id: `${id}-list` });
  const list = el("div", { class: "rv-stretches" });
  const ofStretches = marks.of === "recording" && go !== undefined;

  const undo = (): void => {
    context.announce(marks.undo() ? "Last mark taken back" : "Nothing to take back");
  };
  const refresh = (): void => {
    back.disabled = !marks.canUndo;
    if (!ofStretches) return;
    known.replaceChildren(...[...new Set(["BAD_", "BAD_blink", "BAD_muscle", "BAD_movement", ...marks.stretches.map((s) => s.description)])].map((d) => el("option", { value: d })));
    const rows = marks.stretches.slice(0, 200).map((s) => [
      s.description,
      shown(s.onset, 6),
      shown(s.duration, 4),
      el("span", {},
        button("Show", `Show ${s.description} at ${shown(s.onset, 6)} s`, () => go(s)), " ",
        button("Remove", `Remove ${s.description} at ${shown(s.onset, 6)} s`, () => {
          marks.remove(s);
          context.announce(`${s.description} removed`);
          description.focus();
        })),
    ]);
    list.replaceChildren(
      ...(rows.length ? [table(`Bad stretches (${marks.stretches.length})`, ["Description", "Onset [s]", "Duration [s]", "What to do"], rows, [1, 2])] : []),
      ...(marks.stretches.length > 200 ? [el("p", { class: "rv-hint" }, `The first 200 of ${marks.stretches.length} are listed.`)] : []),
    );
  };
  marks.listen(() => {
    refresh();
    if (!marks.changed) return;
    if (!post) {
      status.textContent = "Not saved yet";
      return;
    }
    if (over) {
      ++latest;
      status.textContent = "Marking is over: open the page again to go on";
      return;
    }
    // Marks that follow each other fast go together; what waits when the page is left goes before it.
    clearTimeout(waiting);
    status.textContent = "Telling Python …";
    waiting = window.setTimeout(tell, 100);
  });
  const tell = (): void => {
    waiting = 0;
    void said(post!.send(marks.json()), "Python knows");
  };
  if (post)
    addEventListener("pagehide", () => {
      if (!waiting) return;
      clearTimeout(waiting);
      tell();
    });
  refresh();
  post?.sent().then(
    (text) => text !== null && marks.adopt(text),
    () => (status.textContent = "Python can't be reached: save the marks and use apply_marks()"),
  );
  return {
    element: el(
      "div",
      { class: "rv-marking" },
      el("div", { class: "rv-controls", role: "group", "aria-label": "Marks" },
        ofStretches ? el("span", { class: "rv-control" }, el("label", { for: id }, "Next stretch is"), description, known) : null,
        back, save, done, status),
      list,
    ),
    description: () => badDescription(description.value),
    undo,
  };
}
