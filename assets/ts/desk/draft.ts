// What an agent types is kept in his browser until it is sent: a closed tab, a lost line or a click beside it loses nothing.
import { onScreen, type Swap } from "./dom";

const prefix = "draft:";

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
    const words = read(form.dataset.draft ?? "");
    if (box && words && box.value === "") {
      box.value = words;
    }
  }
}

function keep(key: string, words: string): void {
  try {
    if (words === "") {
      localStorage.removeItem(prefix + key);
    } else {
      localStorage.setItem(prefix + key, words);
    }
  } catch {
    // a browser that keeps nothing for us: the box itself still does
  }
}

function read(key: string): string {
  try {
    return localStorage.getItem(prefix + key) ?? "";
  } catch {
    return "";
  }
}

function forgetAll(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix)) {
        localStorage.removeItem(key);
      }
    }
  } catch {
    // nothing was kept
  }
}
