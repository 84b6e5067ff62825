// Pictures with captions; of several one is seen at a time.

import { ContractError } from "../schema";
import type { ImagesSection } from "../page-types";
import { el } from "../dom";
import { counted } from "../units";
import type { Context, View } from "../view";

export function imagesView(section: ImagesSection, context: Context): View {
  const { images } = section;
  for (const [k, image] of images.entries())
    if (!/^data:image\/(png|gif|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*$/.test(image.source))
      throw new ContractError(`images[${k}].source must be data:image/…;base64,…; got ${image.source.slice(0, 40)}`);
  const picture = el("img", { class: "rv-image" });
  const caption = el("figcaption", {});
  const slider = el("input", { type: "range", class: "rv-slider", min: 0, max: images.length - 1, value: 0, "aria-label": `${section.title}: which picture`, oninput: () => show(Number(slider.value)) });
  const show = (k: number): void => {
    const { source, caption: words, about } = images[k]!;
    picture.src = source;
    picture.alt = about || words || section.title;
    caption.textContent = [images.length > 1 ? `${k + 1} of ${images.length}` : "", words].filter(Boolean).join(": ");
    slider.setAttribute("aria-valuetext", caption.textContent);
    if (document.activeElement === slider) context.announce(caption.textContent);
  };
  show(0);
  return {
    element: el("figure", {}, images.length > 1 ? slider : null, picture, caption.textContent ? caption : null),
    note: images.length > 1 ? counted(images.length, "picture") : "",
    keys: images.length > 1 ? [{ keys: "← →", does: "on the slider: the picture before or after" }] : [],
  };
}
