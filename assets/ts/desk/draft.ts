// What an agent types is kept in his browser until it is sent: a closed tab, a lost line or a click beside it loses nothing.
import { onScreen, type Swap } from "./dom";
import { forgetAll, keep, kept } from "./kept";

export function wakeDrafts(): void {
  onScreen(restore);
  document.addEventListener("input", (event) => {
    const box = event.target as HTMLTextAreaElement;
    const form = box.closest<HTMLFormElement>("form[data-draft]");
    if (form && box instanceof HTMLTextAreaElement) {
      keep(form.dataset.draft ?? "", box.value);
    }
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = (event as CustomEvent<Swap>).detail;
    const key = (ctx.sourceElement as HTMLElement).dataset?.draft;
    if (key && (ctx.response?.status ?? 500) < 400) {
      keep(key, ""); // it was sent
    }
  });
  document.addEventListener("submit", (event) => {
    if ((event.target as Element).matches("[data-sign-out]")) {
      forgetAll(); // the next one at this screen is somebody else
    }
  });
}

/** Puts kept words back into boxes that are empty. */
function restore(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    const box = form.querySelector("textarea");
    const words = kept(form.dataset.draft ?? "");
    if (box && words && box.value === "") {
      box.value = words;
    }
  }
}
